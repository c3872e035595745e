"""``/sla``: limits of every process, set by the house in versions, their ladders, and a tester."""

from flask import Blueprint

from web.sla import changing, ladders, pages

blueprint = Blueprint("sla", __name__, url_prefix="/sla")

for _method, _rule, _name, _view in (
    ("GET", "", "index", pages.index),
    ("GET", "/<key>", "process", pages.process),
    ("GET", "/<key>/set", "form", changing.form),
    ("POST", "/<key>/set", "set_limit", changing.set_limit),
    ("POST", "/<key>/withdraw", "withdraw", changing.withdraw),
    ("GET", "/<key>/ladders/<name>", "ladder", ladders.form),
    ("POST", "/<key>/ladders/<name>", "rewrite", ladders.rewrite),
    ("POST", "/<key>/ladders/<name>/withdraw", "withdraw_ladder", ladders.withdraw),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
