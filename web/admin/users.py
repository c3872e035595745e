"""Users: who may sign in, what they have to do, and where that goes when they leave."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, Conflict, NotAllowed, NotFound, SanbanError
from engine.model import ROLES
from engine.org import ROLE_NAMES, Person
from engine.verbs import people
from web import toast
from web.auth import actor
from web.language import N_, _, told
from web.shell import the_engine

assert tuple(ROLE_NAMES) == ROLES

REASON = N_("离岗")


def index(refusal: SanbanError | None = None) -> ResponseReturnValue:
    """Everybody, searched by name, pinyin or post."""
    words = request.args.get("q", "").strip()[:40]
    shown = render_template(
        "admin/users.html",
        part="users",
        words=words,
        users=people.users(the_engine(), actor(), words),
        roles=ROLE_NAMES,
        gives_roles=people.may_give_roles(the_engine(), actor()),
        waiting=people.waiting_for_password(the_engine(), actor()),
        apart=people.keeps_apart(the_engine()),
        refusal=refusal,
        entered=request.form,
    )
    return shown, 422 if refusal else 200


def add() -> ResponseReturnValue:
    """A new person."""
    form = request.form
    try:
        people.add_person(
            the_engine(),
            form.get("login", "").strip().lower(),
            form.get("name", ""),
            actor(),
            roles=list(dict.fromkeys(["user", *form.getlist("roles")])),
            email=form.get("email", "").strip(),
            phone=form.get("phone", "").strip(),
        )
    except SanbanError as refusal:
        return index(refusal)
    toast.say(_("已添加 %(name)s，请到“组织”任命岗位。", name=form.get("name", "").strip()))
    return redirect(url_for("admin.users", q=form.get("login", "")), 303)


def roles(login: str, refusal: SanbanError | None = None) -> ResponseReturnValue:
    """What a person may do, to be changed by whoever gives rights."""
    engine, person, rights = the_engine(), _known(login), people.may_give_roles(the_engine(), actor())
    shown = render_template(
        "admin/roles.html",
        part="users",
        person=person,
        held=request.form.getlist("roles") if refusal and "roles" in request.form else person.roles,
        roles=ROLE_NAMES,
        gives_roles=rights and person.id != actor().id,
        bound=people.bound(engine, login, actor()) if rights and person.active else None,
        access=_access(person),
        providers=(bool(engine.settings.oidc_issuer), bool(engine.settings.ldap_url)),
        refusal=refusal,
    )
    return shown, 422 if refusal else 200


def give_roles(login: str) -> ResponseReturnValue:
    """Other roles from now on."""
    try:
        people.give_roles(the_engine(), login, request.form.getlist("roles"), actor())
    except (BadInput, Conflict) as refusal:
        return roles(login, refusal)
    toast.say(_("角色已更新，立即生效。"))
    return redirect(url_for("admin.users", q=login), 303)


def _known(login: str) -> Person:
    person = people.directory(the_engine()).person(login)
    if person is None:
        raise NotFound(f"没有用户“{login}”。", f"no person {login}", "请从用户列表打开。")
    return person


def _access(person: Person) -> people.Access | None:
    """How somebody gets in, if that is to be seen here: not of who has left, nor of another company."""
    try:
        return people.access_of(the_engine(), person.login, actor()) if person.active else None
    except NotAllowed:
        return None


def leaver(login: str, refusal: SanbanError | None = None) -> ResponseReturnValue:
    """What a leaver leaves behind, and the question where it goes."""
    engine, person = the_engine(), _known(login)
    shown = render_template(
        "admin/leaver.html",
        part="users",
        person=person,
        rows=people.preview_handover(engine, login, actor()),
        refusal=refusal,
        to=request.form.get("to", ""),
    )
    return shown, 422 if refusal else 200


def deactivate(login: str) -> ResponseReturnValue:
    """Let somebody go; open work needs a receiver."""
    to, reason = request.form.get("to", "").strip(), request.form.get("reason", "").strip()
    if reason in ("", told(REASON)):
        reason = REASON  # records are in Chinese
    try:
        done = people.deactivate(the_engine(), login, actor(), to=to, reason=reason)
    except SanbanError as refusal:
        return leaver(login, refusal)
    if done is None:
        toast.say(_("已停用。"))
        return redirect(url_for("admin.users"), 303)
    moved = sum(row.done for row in done.moved)
    toast.say(_("已停用，%(n)s 件移交给 %(receiver)s。", n=moved, receiver=done.receiver))
    return redirect(url_for("admin.handover", slip=done.id), 303)


def sign_out(login: str) -> ResponseReturnValue:
    """End every session and token of somebody."""
    people.sign_out(the_engine(), login, actor())
    toast.say(_("已退出该用户的全部登录和令牌。"))
    return redirect(url_for("admin.users", q=login), 303)


def activate(login: str) -> ResponseReturnValue:
    """Let somebody in again."""
    people.activate(the_engine(), login, actor())
    toast.say(_("已启用。"))
    return redirect(url_for("admin.users", q=login), 303)
