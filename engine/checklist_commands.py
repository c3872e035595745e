"""`sanban checklist …`: the template of a checklist, what is proposed for it, and its next version."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any
from zoneinfo import ZoneInfo

import click

from engine.package.revision import CHANGES, RowDifference
from engine.runtime import Engine, open_engine
from engine.telling import as_json, as_login, say
from engine.verbs import people, revising

ids = click.argument("ids", nargs=-1, required=True, type=click.IntRange(min=1))


@click.group("checklist")
def checklist_group() -> None:
    """Look at the template of a checklist, propose a revision, and answer proposals."""


@checklist_group.command("show")
@click.argument("key")
@as_login
@as_json
def show(key: str, login: str, as_json: bool) -> None:
    """Every entry as it is for what begins now, and what waits for an answer with its number."""
    with closing(open_engine()) as engine:
        found = revising.overview(engine, key, people.actor(engine, login))
        say(found, as_json, lambda: _template(engine, found))


@checklist_group.command("propose")
@click.argument("key")
@click.argument("change", type=click.Choice(tuple(CHANGES)))
@click.argument("entry")
@as_login
@click.option("--why", required=True, help="The reason, which whoever answers reads.")
@click.option("--like", default="", help="Of a new entry: the one it is like.")
@click.option("--title", default="")
@click.option("--owner", default="", help="Who answers for it, as the template names owners.")
@click.option("--due", default="", help="Such as T-5.")
@click.option("--requires", default="", help='What it waits for, such as "A05;B07"; "—" for nothing.')
@click.option("--evidence", default="")
def propose(key: str, change: str, entry: str, login: str, why: str, **given: Any) -> None:
    """Propose a revision outside a review; what could not be carried out is refused at once."""
    with closing(open_engine()) as engine:
        revision = revising.Revision(CHANGES[change], entry, **given)
        revising.propose(engine, key, revision, people.actor(engine, login), why=why)
        click.echo(f"{change} {entry}")


@checklist_group.command("preview")
@click.argument("key")
@ids
@as_login
@as_json
def preview(key: str, ids: tuple[int, ...], login: str, as_json: bool) -> None:
    """What accepting these proposals would change; nothing is written."""
    with closing(open_engine()) as engine:
        found = revising.foresee(engine, key, ids, people.actor(engine, login))
        say(found, as_json, lambda: _differences(found))


@checklist_group.command("accept")
@click.argument("key")
@ids
@as_login
@click.option("--note", required=True, help="What the decision rests on.")
def accept(key: str, ids: tuple[int, ...], login: str, note: str) -> None:
    """Make the next version of the list; what has begun keeps its own."""
    with closing(open_engine()) as engine:
        actor = people.actor(engine, login)
        revising.accept(engine, key, ids, actor, note=note)
        for file, version, _rows in revising.overview(engine, key, actor).files:
            click.echo(f"{file} v{version}")


@checklist_group.command("decline")
@click.argument("key")
@click.argument("proposal", type=click.IntRange(min=1))
@as_login
@click.option("--reason", required=True)
def decline(key: str, proposal: int, login: str, reason: str) -> None:
    """Leave a proposal aside, and say why."""
    with closing(open_engine()) as engine:
        revising.decline(engine, key, proposal, people.actor(engine, login), reason=reason)
        click.echo(f"{proposal}")


def _template(engine: Engine, found: revising.Template) -> str:
    lines = []
    for file, version, rows in found.files:
        lines.append(f"{file} v{version}")
        for row in rows:
            star, waits = "★" if row.key else "-", ";".join(row.requires) or "-"
            lines.append(f"  {row.id}\t{star}\t{row.due}\t{row.owner}\t{waits}\t{row.title}")
    zone = ZoneInfo(engine.settings.timezone)
    for one in found.waiting:
        given = " ".join(f"{label}={value}" for label, value in one.given)
        lines.append(
            f"{one.id}\t{one.at.astimezone(zone):%Y-%m-%d %H:%M}\t{one.change} {one.entry}\t{given}\t{one.why}"
        )
    return "\n".join(lines)


def _differences(found: Sequence[RowDifference]) -> str:
    return "\n".join(
        f"{one.change}\t{one.entry}\t{one.title}\t"
        + "；".join(f"{label} {before or '-'} → {after or '-'}" for label, before, after in one.fields)
        for one in found
    )
