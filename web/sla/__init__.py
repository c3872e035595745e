"""``/sla``: limits of every process, set by the house in versions, their ladders, and a tester."""

from apiflask import APIBlueprint
from flask import request

from engine.errors import NotAllowed
from web.auth import actor
from web.sla import changing, ladders, pages

LOOK = frozenset({"admin", "supervisor", "designer", "leader", "auditor"})
CHANGE = frozenset({"admin", "supervisor"})
# not a plain Blueprint: one with a hook of its own must tell the describer of the HTTP interface to pass by
blueprint = APIBlueprint("sla", __name__, url_prefix="/sla", enable_openapi=False)

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


@blueprint.before_request
def only_for_those_who_keep_limits() -> None:
    """Asked before a form is read; the verbs ask again."""
    roles = LOOK if request.method == "GET" else CHANGE
    if not actor().roles & roles:
        raise NotAllowed(
            "时限规则只对督办、流程设计和管理人员开放。", "only for those who keep limits", "如需调整，请联系督查专员。"
        )
