"""The scores of a quarter and of a year on pages and as Excel, and the ledger of a year as Excel."""

from flask import Response, render_template, request

from engine.errors import BadInput
from engine.verbs import marking, supervision
from web.auth import actor
from web.shell import the_engine

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def scores() -> str:
    """Unit by unit, with what took off or added points."""
    view = supervision.scores_of(the_engine(), actor(), request.args.get("quarter"))
    return render_template("supervision/scores.html", view=view)


def year_scores() -> str:
    """The year of each unit: the mean of its quarters."""
    return render_template("supervision/year_scores.html", view=_year())


def year_scores_file() -> Response:
    """The same as a file."""
    view = _year()
    return _sent(
        supervision.year_workbook(view, marking.mark(the_engine(), actor())), f"supervision-scores-{view.year}"
    )


def _year() -> supervision.YearScores:
    return supervision.scores_of_year(the_engine(), actor(), _asked_year())


def _asked_year() -> int | None:
    asked = request.args.get("year", "")
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) == 4):
        raise BadInput(f"没有“{asked}”这一年。", f"no year {asked!r}", "写法如 2026。", "report.quarter")
    return int(asked) if asked else None


def scores_file() -> Response:
    """The same as a file."""
    view = supervision.scores_of(the_engine(), actor(), request.args.get("quarter"))
    return _sent(
        supervision.scores_workbook(view, marking.mark(the_engine(), actor())), f"supervision-scores-{view.quarter}"
    )


def ledger_file() -> Response:
    """Every matter of a year that this person may see."""
    asked = _asked_year()
    return _sent(supervision.ledger_workbook(the_engine(), actor(), asked), f"supervision-{asked or 'ledger'}")


def _sent(body: bytes, name: str) -> Response:
    return Response(body, mimetype=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})
