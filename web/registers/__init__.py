"""``/registers``: every register of the deployed packages as a list, with search, one line, and a table for Excel."""

from flask import Blueprint

from web.registers import pages

blueprint = Blueprint("registers", __name__, url_prefix="/registers")

for _rule, _name, _view in (
    ("", "index", pages.index),
    ("/<register>", "sheet", pages.sheet),
    ("/<register>.csv", "table", pages.table),
    ("/<register>/<int:record>", "line", pages.line),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=["GET"])
