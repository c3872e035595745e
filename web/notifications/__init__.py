"""``/notifications``: the centre of a person, the log of an instance, the ledger of a notice, the words of notices."""

from flask import Blueprint

from web.notifications import pages, texts

blueprint = Blueprint("notifications", __name__)

for _method, _rule, _name, _view in (
    ("GET", "/notifications", "centre", pages.centre),
    ("POST", "/notifications/read", "read", pages.read),
    ("GET", "/notifications/log/<number>", "log", pages.log),
    ("GET", "/notifications/<int:notice>", "ledger", pages.ledger),
    ("GET", "/notifications/texts", "texts", texts.index),
    ("GET", "/notifications/texts/<code>", "text", texts.show),
    ("POST", "/notifications/texts/<code>", "save_text", texts.save),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
