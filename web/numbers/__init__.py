"""``/numbers``: every series with its gaps, the numbers of one, and forms to reserve and to void."""

from flask import Blueprint

from web.numbers import pages

blueprint = Blueprint("numbers", __name__, url_prefix="/numbers")

for _method, _rule, _name, _view in (
    ("GET", "", "index", pages.index),
    ("GET", "/<name>/<int:year>", "series", pages.series),
    ("POST", "/reserve", "reserve", pages.reserve),
    ("POST", "/void/<int:number_id>", "void", pages.void),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
