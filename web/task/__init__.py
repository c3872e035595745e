"""``/t/<number>``: a person works on one item — reads, fills in, decides, returns, hands on, takes back."""

import secrets

from flask import Blueprint, Flask

from web.task import deciding, drafting, handing, papers, reading

blueprint = Blueprint("task", __name__)

for _method, _rule, _view in (
    ("GET", "/t/<number>", reading.page),
    ("GET", "/t/<number>/why", reading.why),
    ("POST", "/t/<number>/opened", reading.opened),
    ("POST", "/t/<number>/next", reading.next_steps),
    ("POST", "/t/<number>/decide", deciding.decide),
    ("GET", "/t/<number>/return", deciding.return_form),
    ("POST", "/t/<number>/return", deciding.return_it),
    ("POST", "/undo", deciding.undo),
    ("GET", "/t/<number>/ask/<way>", handing.way_form),
    ("POST", "/t/<number>/ask/<way>", handing.way_taken),
    ("POST", "/t/<number>/claim", handing.claim),
    ("POST", "/t/<number>/release", handing.release),
    ("GET", "/t/<number>/document/<name>", papers.document_form),
    ("POST", "/t/<number>/document/<name>", papers.document_made),
    ("POST", "/t/<number>/draft", drafting.save),
    ("POST", "/t/<number>/draft/drop", drafting.drop),
):
    blueprint.add_url_rule(_rule, _view.__name__, _view, methods=[_method])


def install(app: Flask) -> None:
    """Give templates ``new_key()``: one for each form, so that sending it twice acts once."""
    app.jinja_env.globals["new_key"] = lambda: secrets.token_urlsafe(12)
