"""``/admin/calendars``: the working calendar by year and unit, its import with a preview, and how far a change is."""

from flask import Blueprint

from web.calendars import changing, pages

blueprint = Blueprint("calendars", __name__, url_prefix="/admin/calendars")

for _method, _rule, _name, _view in (
    ("GET", "", "year", pages.year),
    ("GET", "/import", "import_form", pages.import_form),
    ("GET", "/changes/<int:change>", "change", pages.change),
    ("POST", "/import", "preview", changing.preview),
    ("POST", "/apply", "apply", changing.apply),
    ("POST", "/day", "day", changing.day),
    ("POST", "/hours", "hours", changing.hours),
    ("POST", "/hours/drop", "drop_hours", changing.drop_hours),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
