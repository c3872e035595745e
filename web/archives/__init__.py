"""``/archives``: the register of archives, packages to fetch, and where the paper of a case lies."""

from flask import Blueprint

from web.archives import pages

blueprint = Blueprint("archives", __name__, url_prefix="/archives")

for _method, _rule, _name, _view in (
    ("GET", "", "index", pages.index),
    ("GET", "/export.csv", "export", pages.export),
    ("GET", "/<int:archive>/package", "package", pages.package),
    ("POST", "/<int:archive>/paper", "paper", pages.paper),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
