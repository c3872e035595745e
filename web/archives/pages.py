"""The register of archives: read as far as one may read the cases, its paper entered by clerks."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.verbs import archives, marking
from web import toast
from web.auth import actor
from web.language import N_, _, explained
from web.registers.sending import download
from web.shell import the_engine
from web.whole_numbers import whole

PAGE = 50
LACKS = (("", N_("全部")), ("either", N_("未完成")), ("paper", N_("缺纸质")), ("package", N_("缺电子")))
RETENTIONS = (N_("永久"), N_("30年"), N_("10年"))


def index(problem: str = "", wrong: int = 0, status: int = 200) -> ResponseReturnValue:
    """The register, the newest first; ``wrong`` is the line whose paper was entered wrongly."""
    chosen = _chosen()
    offset = whole(request.args.get("offset", ""))
    shelf = archives.page(the_engine(), actor(), archives.Chosen(**chosen), limit=PAGE, offset=offset)
    page = render_template(
        "archives/index.html",
        shelf=shelf,
        chosen=chosen,
        lacks=LACKS,
        retentions=RETENTIONS,
        narrow=lambda **other: _address("archives.index", chosen | other),
        file=_address("archives.export", chosen),
        narrowed=any(chosen.values()),
        problem=problem,
        wrong=wrong,
        entered=request.form,
    )
    return page, status


def export() -> Response:
    """The chosen lines as CSV; its name says whose export it is, because a line in it would be data."""
    body = archives.export(the_engine(), actor(), archives.Chosen(**_chosen()))
    return download(body, marking.mark(the_engine(), actor()).name("归档登记", "csv"))


def package(archive: int) -> Response:
    """One package, to be kept; never opened in our origin."""
    name, path = archives.package(the_engine(), archive, actor())
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name)


def paper(archive: int) -> ResponseReturnValue:
    """Enter where the paper lies."""
    form = request.form
    try:
        archives.file_paper(the_engine(), archive, actor(), number=form.get("number", ""), place=form.get("place", ""))
    except BadInput as problem:
        return index(explained(problem), archive, 422)
    toast.say(_("纸质归档已登记。"))
    return redirect(url_for("archives.index") + f"?{request.query_string.decode()}", 303)


def _chosen() -> dict[str, Any]:
    asked = request.args
    year = asked.get("year", "")
    found: dict[str, Any] = {name: asked.get(name, "") for name in ("process", "retention", "lacks")}
    return found | {"text": asked.get("q", ""), "year": whole(year) if year else None}


def _address(endpoint: str, chosen: dict[str, Any]) -> str:
    named = {("q" if name == "text" else name): value for name, value in chosen.items() if value}
    return url_for(endpoint) + (f"?{urlencode(named)}" if named else "")
