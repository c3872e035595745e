"""``/start``: choose a process, fill in its first form, see the way it will take, hand it in."""

from flask import Blueprint

from web.start import choosing, filling

blueprint = Blueprint("start", __name__)

for _method, _rule, _name, _view in (
    ("GET", "/start", "index", choosing.index),
    ("GET", "/start/<process>", "form", filling.form),
    ("POST", "/start/<process>", "submit", filling.submit),
    ("POST", "/start/<process>/way", "way", filling.way),
    ("POST", "/start/<process>/draft", "save", filling.save),
    ("POST", "/start/<process>/draft/drop", "drop", filling.drop),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
