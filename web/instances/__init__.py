"""``/d/<number>``: one instance — where it is, what it says, what was done, its diagram and files."""

from flask import Blueprint

from web.instances import acting, dialogs, pages

blueprint = Blueprint("instances", __name__)

for _method, _rule, _name, _view in (
    ("GET", "/d/<number>", "overview", pages.overview),
    ("GET", "/d/<number>/history", "history", pages.history),
    ("GET", "/d/<number>/diagram", "diagram", pages.diagram),
    ("GET", "/d/<number>/files", "attachments", pages.attachments),
    ("GET", "/d/<number>/why", "why", pages.why),
    ("GET", "/d/<number>/print", "print_sheet", pages.print_sheet),
    ("GET", "/d/<number>/diagram.bpmn", "diagram_file", pages.diagram_file),
    ("GET", "/d/<number>/diagram.json", "diagram_state", pages.diagram_state),
    ("POST", "/d/<number>/urge", "urge", acting.urge),
    ("POST", "/d/<number>/urge-readers", "urge_readers", acting.urge_readers),
    ("GET", "/d/<number>/withdraw", "withdraw_form", acting.withdraw_form),
    ("POST", "/d/<number>/withdraw", "withdraw", acting.withdraw),
    ("POST", "/d/<number>/retract", "retract", acting.retract),
    ("GET", "/d/<number>/act/<name>", "act_form", dialogs.act_form),
    ("POST", "/d/<number>/act/<name>", "act_taken", dialogs.act_taken),
    ("POST", "/d/<number>/move/<int:request_id>", "answer_move", dialogs.answer_move),
    ("POST", "/d/<number>/follow", "follow", dialogs.follow),
    ("GET", "/following", "followed", dialogs.followed),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
