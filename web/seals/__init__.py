"""``/seals``: the register of seal use, its corrections, and the seals with their keepers."""

from flask import Blueprint

from web.seals import correcting, pages

blueprint = Blueprint("seals", __name__, url_prefix="/seals")

for _method, _rule, _name, _view in (
    ("GET", "", "register", pages.register),
    ("GET", "/list", "seals", pages.seals),
    ("GET", "/print", "print_register", pages.print_register),
    ("GET", "/<int:record>", "line", pages.line),
    ("GET", "/<int:record>/correct", "correct_form", correcting.form),
    ("POST", "/<int:record>/correct", "correct", correcting.correct),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
