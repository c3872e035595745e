"""`sanban user …`: people who may sign in, who is away, and work that changes hands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import click

from engine.runtime import Engine, open_engine
from engine.telling import as_json, say
from engine.verbs import people
from forms import is_money

MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
DAY = click.DateTime(["%Y-%m-%d"])


def _money(text: str) -> Decimal:
    if not is_money(text):
        raise ValueError(text)
    return Decimal(text)


@contextmanager
def _opened() -> Iterator[Engine]:
    engine = open_engine()
    try:
        yield engine
    finally:
        engine.close()


def _local(engine: Engine, moment: datetime) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(engine.settings.timezone))


def _shown(engine: Engine, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(engine.settings.timezone)).strftime("%Y-%m-%d %H:%M")


def _lines(rows: tuple[people.Moved, ...]) -> str:
    return "\n".join(f"{r.number}\t{r.step}\t{r.to_name or '-'}\t{r.reason}" for r in rows) or "-"


@click.group()
def user() -> None:
    """People who may sign in, who is away, and whose work goes to whom."""


@user.command("list")
@as_json
def user_list(as_json: bool) -> None:
    """List everybody with posts and open work."""
    with _opened() as engine:
        found = people.users(engine, None)
        say(found, as_json, lambda: "\n".join(f"{u.login}\t{u.name}\t{u.open}\t{' '.join(u.posts)}" for u in found))


@user.command("password")
@click.argument("logins", metavar="[LOGIN]...", nargs=-1)
@click.option("--waiting", is_flag=True, help="For everybody for whom one was asked.")
@as_json
def user_password(logins: tuple[str, ...], waiting: bool, as_json: bool) -> None:
    """Give out random first passwords, shown once: good for choosing one's own at the next sign-in."""
    with _opened() as engine:
        wanted = dict.fromkeys((*logins, *(people.waiting_for_password(engine, None) if waiting else ())))
        found = [people.issue_password(engine, login, None) for login in wanted]
        rows = [f"{p.login}\t{p.name}\t{p.text}\t{_shown(engine, p.until)}" for p in found]
        say(found, as_json, lambda: "\n".join(rows) or "-")


@user.command("reset-factor")
@click.argument("login")
def user_reset_factor(login: str) -> None:
    """Take somebody's second factor away: a lost telephone."""
    with _opened() as engine:
        people.reset_factor(engine, login, None)


@user.command("forget-password")
@click.argument("login")
def user_forget_password(login: str) -> None:
    """Let the directory or the provider decide about somebody instead of a password of this office."""
    with _opened() as engine:
        people.forget_password(engine, login, None)


@user.command("bind")
@click.argument("login")
@click.argument("subject")
def user_bind(login: str, subject: str) -> None:
    """Bind somebody to who they are at the OpenID provider (its claim `sub`)."""
    with _opened() as engine:
        people.bind(engine, login, subject, None)


@user.command("unbind")
@click.argument("login")
def user_unbind(login: str) -> None:
    """Somebody signs in by the OpenID provider no more; what they have open ends."""
    with _opened() as engine:
        people.unbind(engine, login, None)


@user.command("roles")
@click.argument("login", default="")
@click.option("--give", multiple=True, help="A role to give; may be repeated.")
@click.option("--take", multiple=True, help="A role to take; may be repeated.")
@as_json
def user_roles(login: str, give: tuple[str, ...], take: tuple[str, ...], as_json: bool) -> None:
    """List who has which roles, or give and take roles of one person."""
    with _opened() as engine:
        if give or take:
            people.change_roles(engine, login, None, give=give, take=take)
        found = tuple(h for h in people.roles_held(engine, None) if login in ("", h.login))
        say(found, as_json, lambda: "\n".join(f"{h.login}\t{h.name}\t{h.unit}\t{' '.join(h.roles)}" for h in found))


@user.command("deactivate")
@click.argument("login")
@click.option("--to", default="", help="Login of who gets the open work.")
@click.option("--reason", default="离岗")
@as_json
def user_deactivate(login: str, to: str, reason: str, as_json: bool) -> None:
    """Let somebody go; whoever has open work needs a receiver."""
    with _opened() as engine:
        done = people.deactivate(engine, login, None, to=to, reason=reason)
        moved = done.moved if done else ()
        say(moved, as_json, lambda: _lines(moved))


@user.command("activate")
@click.argument("login")
def user_activate(login: str) -> None:
    """Let somebody in again."""
    with _opened() as engine:
        people.activate(engine, login, None)


@user.command("leave")
@click.argument("login")
@click.option("--since", type=MOMENT, required=True, help="Office time, such as 2026-11-18T08:30.")
@click.option("--until", type=MOMENT, required=True)
@click.option("--by", default="", help="Login of a third person, where no deputy is here.")
@click.option("--reason", default="请假")
@as_json
def user_leave(login: str, since: datetime, until: datetime, by: str, reason: str, as_json: bool) -> None:
    """Record a leave; open work goes to whoever stands in. Prints its number."""
    with _opened() as engine:
        begin, end = _local(engine, since), _local(engine, until)
        row = people.take_leave(engine, login, None, since=begin, until=end, by=by, reason=reason)
        say({"id": row}, as_json, lambda: str(row))


@user.command("back")
@click.argument("leave", type=int)
@as_json
def user_back(leave: int, as_json: bool) -> None:
    """End a leave now; what is still open comes back."""
    with _opened() as engine:
        back = people.end_leave(engine, leave, None)
        say(back, as_json, lambda: _lines(back))


@user.command("substitute")
@click.argument("login")
@click.option("--by", required=True, help="Login of who acts.")
@click.option("--since", type=MOMENT, required=True, help="Office time, such as 2026-11-18T08:30.")
@click.option("--until", type=MOMENT, required=True)
@click.option("--scope", multiple=True, help="Key of a process; may be repeated. All if left out.")
@click.option("--seals", is_flag=True, help="With all processes, those of seals too.")
@click.option("--reason", default="授权代理")
@click.option("--letter", default="", help="Number of the letter of authority.")
@click.option("--genre", "genres", multiple=True, help="Only documents of this kind; may be repeated.")
@click.option("--most", type=_money, help="Only amounts up to this.")
def user_substitute(
    login: str,
    by: str,
    since: datetime,
    until: datetime,
    scope: tuple[str, ...],
    seals: bool,
    reason: str,
    letter: str,
    genres: tuple[str, ...],
    most: Decimal | None,
) -> None:
    """Let somebody act for somebody. Prints its number."""
    with _opened() as engine:
        begin, end = _local(engine, since), _local(engine, until)
        row = people.substitute(
            engine,
            login,
            by,
            None,
            since=begin,
            until=end,
            scope=scope,
            seals=seals,
            reason=reason,
            letter=letter,
            genres=genres,
            most=most,
        )
        click.echo(str(row))


@user.command("rotate")
@click.argument("login")
@click.option("--to", required=True, help="Login of the next holder.")
@click.option("--post", required=True, help="The post as unit.code, such as bgs.hegao.")
@click.option("--on", "day", type=DAY, help="From 00:00 of that day; today if left out.")
@click.option("--witness", default="", help="Login of who watches the hand-over.")
def user_rotate(login: str, to: str, post: str, day: datetime | None, witness: str) -> None:
    """Give a post and its open work to somebody else on a day. Prints the number of the slip."""
    unit, _, code = post.rpartition(".")
    on: date | None = day.date() if day else None
    with _opened() as engine:
        row = people.rotate(engine, login, to, None, unit=unit, post=code, on=on, witness=witness)
        click.echo(str(row))
