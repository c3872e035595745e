"""`sanban meeting …`: its entries and what is asked about them; it changes its day or place, or is called off."""

import json
from contextlib import closing
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from engine.errors import BadInput
from engine.model import Done, Json
from engine.runtime import Engine, open_engine
from engine.telling import as_json, as_login, say
from engine.verbs import meetings, people, replanning, work

MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
data_file = click.option("--data", type=click.File("r", encoding="utf-8"), help="JSON file with the new values.")
extra_entries = click.option("--extra", multiple=True, help='One more entry, such as "D05 分会场联调".')
agreed = click.option("--agreed-at", type=MOMENT, help="When the approver agreed by word of mouth; office time.")
once = click.option("--key", help="Repeated with the same key it is done once.")


@click.group()
def meeting() -> None:
    """Look at a checklist, ask about an entry, change a meeting, call it off, and note whom one has called."""


@meeting.command("entries")
@click.argument("number")
@as_login
@as_json
def entries(number: str, login: str, as_json: bool) -> None:
    """Every entry of the checklist with its deadline, owner and state; those that are open with their item."""
    with closing(open_engine()) as engine:
        found = meetings.board(engine, number, people.actor(engine, login))
        say(found, as_json, lambda: _board(engine, found))


@meeting.command("ask")
@click.argument("item", type=int)
@click.argument("wish", type=click.Choice(("na", "later")))
@as_login
@click.option("--reason", required=True)
@click.option("--until", type=MOMENT, help="Of later: the new deadline; office time.")
@once
@as_json
def ask(item: int, wish: str, login: str, reason: str, until: datetime | None, key: str | None, as_json: bool) -> None:
    """Ask to leave an entry out (na) or to postpone it (later); whoever need not ask does it."""
    with closing(open_engine()) as engine:
        actor, moment = people.actor(engine, login), _local(engine, until)
        done = work.ask_entry(engine, item, wish, actor, reason=reason, until=moment, key=key)
        say(done, as_json, lambda: _state(done))


@meeting.command("answer")
@click.argument("item", type=int)
@as_login
@click.option("--refuse", is_flag=True, help="Do not agree; then --opinion says why.")
@click.option("--opinion", default="")
@once
@as_json
def answer(item: int, login: str, refuse: bool, opinion: str, key: str | None, as_json: bool) -> None:
    """Agree that an entry is left out or postponed, or refuse."""
    with closing(open_engine()) as engine:
        actor = people.actor(engine, login)
        done = work.answer_entry(engine, item, actor, agree=not refuse, opinion=opinion, key=key)
        say(done, as_json, lambda: _state(done))


@meeting.command("preview")
@click.argument("number")
@as_login
@data_file
@extra_entries
@as_json
def preview(number: str, login: str, data: Any, extra: tuple[str, ...], as_json: bool) -> None:
    """Show the difference list of a change; nothing is written."""
    with closing(open_engine()) as engine:
        actor = people.actor(engine, login)
        found = replanning.preview(engine, number, _values(data), actor, extra=_entries(extra))
        say(found, as_json, lambda: _list(engine, found))


@meeting.command("change")
@click.argument("number")
@as_login
@data_file
@extra_entries
@click.option("--reason", required=True)
@agreed
@once
@as_json
def change(
    number: str,
    login: str,
    data: Any,
    extra: tuple[str, ...],
    reason: str,
    agreed_at: datetime | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Make a change; the new values hold at once, and owners of touched entries are told."""
    with closing(open_engine()) as engine:
        done = replanning.change(
            engine,
            number,
            _values(data),
            people.actor(engine, login),
            reason=reason,
            extra=_entries(extra),
            agreed_at=_local(engine, agreed_at),
            key=key,
        )
        say(done, as_json, lambda: _state(done))


@meeting.command("call-off")
@click.argument("number")
@as_login
@click.option("--reason", required=True)
@agreed
@once
@as_json
def call_off(number: str, login: str, reason: str, agreed_at: datetime | None, key: str | None, as_json: bool) -> None:
    """Call it off: what is open falls away."""
    with closing(open_engine()) as engine:
        actor, moment = people.actor(engine, login), _local(engine, agreed_at)
        done = replanning.call_off(engine, number, actor, reason=reason, agreed_at=moment, key=key)
        say(done, as_json, lambda: _state(done))


@meeting.command("changes")
@click.argument("number")
@as_login
@as_json
def changes(number: str, login: str, as_json: bool) -> None:
    """Show every difference list, the newest first."""
    with closing(open_engine()) as engine:
        found = replanning.changes(engine, number, people.actor(engine, login))
        say(found, as_json, lambda: "\n".join(_list(engine, one) for one in found) or "-")


@meeting.command("confirm")
@click.argument("number")
@click.argument("item", type=int)
@as_login
@click.option("--words", required=True, help="What was answered.")
@once
@as_json
def confirm(number: str, item: int, login: str, words: str, key: str | None, as_json: bool) -> None:
    """Write down what the owner of a touched entry answered on the telephone."""
    with closing(open_engine()) as engine:
        done = replanning.confirm(engine, number, item, people.actor(engine, login), words=words, key=key)
        say(done, as_json, lambda: _state(done))


def _values(data: Any) -> dict[str, Json]:
    if data is None:
        return {}
    try:
        found = json.load(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadInput("文件不是 JSON 对象。", "the file holds no JSON object", '写法如 {"venue": "二号会议室"}。')
    return found


def _entries(extra: tuple[str, ...]) -> list[tuple[str, str]]:
    parts = [one.strip().partition(" ") for one in extra]
    return [(code, title) for code, _, title in parts]


def _local(engine: Engine, moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=ZoneInfo(engine.settings.timezone)) if moment is not None else None


def _board(engine: Engine, found: meetings.Board) -> str:
    lines = [f"{found.number} {found.title} {found.done}/{found.total}"]
    for phase in found.phases:
        lines.append(f"{phase.name} {phase.done}/{phase.total}")
        for one in phase.entries:
            asked = f"\t{one.asked.item_id} {one.asked.words}" if one.asked is not None else ""
            lines.append(
                f"  {one.item_id or '-'}\t{one.code}\t{'★' if one.key else '-'}\t{_stamp(engine, one.deadline)}"
                f"\t{one.owner or '-'}\t{one.state}\t{one.title}{asked}"
            )
    return "\n".join(lines)


def _state(done: Done) -> str:
    return f"{done.number} {done.title} [{done.state}]"


def _list(engine: Engine, found: replanning.Change) -> str:
    head = "；".join(f"{c['label']} {c['before'] or '-'} → {c['after'] or '-'}" for c in found.changed) or found.kind
    lines = [
        f"  {line.item_id or '-'}\t{line.effect}\t{line.entry}\t{line.title}\t{line.owner or '-'}"
        f"\t{_stamp(engine, line.before)} → {_stamp(engine, line.after)}\t{_stamp(engine, line.confirmed)}"
        for line in found.lines
    ]
    return "\n".join([f"{_stamp(engine, found.at)} {found.by} {head} {found.reason}".strip(), *lines])


def _stamp(engine: Engine, moment: datetime | None) -> str:
    return f"{moment.astimezone(ZoneInfo(engine.settings.timezone)):%Y-%m-%d %H:%M}" if moment is not None else "-"
