"""``/reading/<number>``: a lent electronic file on the screen, page by page, for as long as the lending is open."""

from flask import Blueprint, Response, render_template

from engine.verbs import reading
from web.auth import actor
from web.shell import the_engine

blueprint = Blueprint("reading", __name__, url_prefix="/reading")


@blueprint.get("/<number>")
def index(number: str) -> str:
    """What is lent: the files to choose from."""
    return render_template("reading/show.html", lent=reading.lent(the_engine(), number, actor()), leaf=None, pages=())


@blueprint.get("/<number>/<int:file>")
def show(number: str, file: int) -> str:
    """One file: its pages are pictures that the browser fetches as it comes to them."""
    found = reading.open_file(the_engine(), number, file, actor())
    return render_template("reading/show.html", lent=found.lent, leaf=found.leaf, pages=found.pages)


@blueprint.get("/<number>/<int:file>/<int:page>")
def page(number: str, file: int, page: int) -> Response:
    """One page with its mark; kept nowhere, not by the browser either."""
    return Response(reading.page(the_engine(), number, file, page, actor()), mimetype="image/jpeg")
