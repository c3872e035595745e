"""``/admin``: the organisation, users, who is away, and work that changes hands. For administrators."""

from apiflask import APIBlueprint
from flask import redirect, request

from engine.errors import NotAllowed
from web.admin import absent, accounts, handing_over, identity, importing, organisation, users
from web.auth import actor

FOR_SECURITY = frozenset(
    f"admin.{name}"
    for name in (
        *("index", "users", "roles", "give_roles", "bind_subject", "forget_subject", "forget_password"),
        *("drop_password", "issue_password", "reset_factor"),
    )
)
# not a plain Blueprint: one with a hook of its own must tell the describer of the HTTP interface to pass by
blueprint = APIBlueprint("admin", __name__, url_prefix="/admin", enable_openapi=False)

for _method, _rule, _name, _view in (
    ("GET", "/users", "users", users.index),
    ("POST", "/users", "add_user", users.add),
    ("GET", "/users/<login>/leave", "leaver", users.leaver),
    ("POST", "/users/<login>/deactivate", "deactivate", users.deactivate),
    ("POST", "/users/<login>/activate", "activate", users.activate),
    ("POST", "/users/<login>/sign-out", "sign_out", users.sign_out),
    ("GET", "/users/<login>/roles", "roles", users.roles),
    ("POST", "/users/<login>/roles", "give_roles", users.give_roles),
    ("POST", "/users/<login>/subject", "bind_subject", identity.bind),
    ("POST", "/users/<login>/subject/forget", "forget_subject", identity.unbind),
    ("POST", "/users/<login>/password/forget", "forget_password", identity.forget_password),
    ("POST", "/users/<login>/password/ask", "ask_password", accounts.ask_password),
    ("POST", "/users/<login>/password/drop", "drop_password", accounts.drop_password),
    ("POST", "/users/<login>/password", "issue_password", accounts.issue_password),
    ("POST", "/users/<login>/factor/reset", "reset_factor", accounts.reset_factor),
    ("GET", "/org", "org", organisation.index),
    ("GET", "/org/import", "import_roster", importing.form),
    ("GET", "/org/import/template", "roster_template", importing.template),
    ("POST", "/org/import/preview", "preview_roster", importing.preview),
    ("POST", "/org/import/directory", "compare_directory", importing.compare),
    ("POST", "/org/import", "take_roster", importing.take_in),
    ("POST", "/org/units", "add_unit", organisation.add_unit),
    ("POST", "/org/posts", "add_post", organisation.add_post),
    ("POST", "/org/appointments", "appoint", organisation.appoint),
    ("POST", "/org/charges", "put_in_charge", organisation.put_in_charge),
    ("GET", "/substitution", "substitution", absent.index),
    ("POST", "/substitution", "authorise", absent.authorise),
    ("POST", "/substitution/<int:row>/end", "end_authority", absent.end_authority),
    ("POST", "/leaves/preview", "preview_leave", absent.preview_leave),
    ("POST", "/leaves", "take_leave", absent.take_leave),
    ("POST", "/leaves/<int:leave>/end", "end_leave", absent.end_leave),
    ("GET", "/handovers", "handovers", handing_over.index),
    ("POST", "/handovers/preview", "preview_rotation", handing_over.preview),
    ("POST", "/handovers", "rotate", handing_over.rotate),
    ("GET", "/handovers/<int:slip>", "handover", handing_over.show),
    ("POST", "/handovers/<int:slip>/cancel", "cancel_rotation", handing_over.cancel),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
blueprint.add_url_rule("", "index", lambda: redirect("/admin/users"))


@blueprint.before_request
def only_for_administrators() -> None:
    """Everybody else is told whom to ask."""
    for_security = request.endpoint in FOR_SECURITY and "security" in actor().roles
    if not for_security and "admin" not in actor().roles:
        raise NotAllowed("管理页面只对系统管理员开放。", "only for administrators", "如需调整，请联系系统管理员。")
