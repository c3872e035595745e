"""The scores of a quarter on a page and as Excel, and the ledger of a year as Excel."""

from flask import Response, render_template, request

from engine.errors import BadInput
from engine.verbs import supervision
from web.auth import actor
from web.shell import the_engine

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def scores() -> str:
    """Unit by unit, with what took off or added points."""
    view = supervision.scores_of(the_engine(), actor(), request.args.get("quarter"))
    return render_template("supervision/scores.html", view=view)


def scores_file() -> Response:
    """The same as a file."""
    view = supervision.scores_of(the_engine(), actor(), request.args.get("quarter"))
    return _sent(supervision.scores_workbook(view), f"supervision-scores-{view.quarter}")


def ledger_file() -> Response:
    """Every matter of a year that this person may see."""
    asked = request.args.get("year", "")
    if asked and not (asked.isdecimal() and len(asked) == 4):
        raise BadInput(f"没有“{asked}”这一年。", f"no year {asked!r}", "写法如 2026。", "report.quarter")
    return _sent(
        supervision.ledger_workbook(the_engine(), actor(), int(asked) if asked else None),
        f"supervision-{asked or 'ledger'}",
    )


def _sent(body: bytes, name: str) -> Response:
    return Response(body, mimetype=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})
