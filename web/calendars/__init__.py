"""``/admin/calendars``: the working calendar by year and unit, its import with a preview, and how far a change is."""

from apiflask import APIBlueprint

from engine.errors import NotAllowed
from web.auth import actor
from web.calendars import changing, pages

# not a plain Blueprint: one with a hook of its own must tell the describer of the HTTP interface to pass by
blueprint = APIBlueprint("calendars", __name__, url_prefix="/admin/calendars", enable_openapi=False)

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


@blueprint.before_request
def only_for_administrators() -> None:
    """Asked before the form is read: whoever may not change the calendar learns nothing of its rules."""
    if "admin" not in actor().roles:
        raise NotAllowed("工作日历只由系统管理员维护。", "only for administrators", "如需调整，请联系系统管理员。")
