"""``/processes``: what is deployed, what an upload would change, publishing it, comparing versions. For designers."""

from apiflask import APIBlueprint
from flask import request

from engine.errors import NotAllowed
from web.auth import actor
from web.language import N_
from web.processes import binding, pages, publishing

# not a plain Blueprint: one with a hook of its own must tell the describer of the HTTP interface to pass by
blueprint = APIBlueprint("processes", __name__, enable_openapi=False)

for _method, _rule, _name, _view in (
    ("GET", "/processes", "index", pages.index),
    ("POST", "/processes/check", "check", publishing.check),
    ("GET", "/processes/uploads/<upload>", "upload", publishing.upload),
    ("POST", "/processes/uploads/<upload>/publish", "publish", publishing.publish),
    ("GET", "/processes/<key>", "show", pages.show),
    ("GET", "/processes/<key>/bindings", "bindings", binding.show),
    ("POST", "/processes/<key>/bindings", "bind", binding.bind),
    ("POST", "/processes/<key>/bindings/remove", "unbind", binding.unbind),
    ("POST", "/processes/<key>/calls/<int:call>/retry", "retry_call", binding.retry),
    ("GET", "/processes/<key>/versions/<int:number>", "version", pages.version),
    ("GET", "/processes/<key>/versions/<int:number>/diagram", "diagram", pages.diagram),
    ("GET", "/processes/<key>/versions/<int:number>/package", "archive", pages.archive),
    ("GET", "/processes/<key>/diff/<int:old>...<int:new>", "difference", pages.difference),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])


ASK = N_("如需调整流程，请联系流程管理员。")
MAKING = ("processes.check", "processes.publish")


@blueprint.before_request
def only_for_designers() -> None:
    """Diagrams show who decides what, which is not everybody's business; an upload opens to who may read its case."""
    if request.endpoint == "processes.upload":
        return
    if request.endpoint in MAKING and "designer" not in actor().roles:
        raise NotAllowed("只有流程设计人员可以检查和提交流程。", "only for designers", ASK)
    if not actor().roles & {"designer", "admin"}:
        raise NotAllowed("流程设计只对流程设计人员开放。", "only for designers", ASK)
