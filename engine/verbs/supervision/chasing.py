"""Chasing many matters at once: one message per person, none for what was chased today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor
from engine.progress import Case, Letter, load, log, save, tell
from engine.progress.urging import urging_day
from engine.runtime import Engine
from engine.store import Tx, inbox, instances, overview
from engine.verbs.supervision.addressing import Addressee, addressees

MOST_CHASED = 100
CHASERS = frozenset({"supervisor"})


@dataclass(frozen=True, slots=True)
class ChaseResult:
    """What a chase of many did: how many messages it became, and what was left out with the reason."""

    chased: tuple[str, ...]
    messages: int
    skipped: tuple[tuple[str, str], ...]


def chase(engine: Engine, numbers: Sequence[str], actor: Actor, *, text: str = "") -> ChaseResult:
    """Chase many at once, all or nothing: one message per person, what was chased today is skipped and named."""
    if not actor.roles & CHASERS:
        raise NotAllowed("只有督办人员可以批量催办。", "only supervisors may chase many at once", "请联系督查专员。")
    wanted = list(dict.fromkeys(numbers))
    if not 1 <= len(wanted) <= MOST_CHASED:
        raise BadInput(f"请选择 1 到 {MOST_CHASED} 件。", f"choose 1 to {MOST_CHASED} matters", "", "list.parameters")
    with engine.store.transaction() as tx:
        found: dict[str, tuple[Case, list[Addressee]]] = {}
        skipped: list[tuple[str, str]] = []
        for number in sorted(wanted):  # always the same order of locks, so that two who chase never block each other
            try:
                found[number] = _open(engine, tx, number, actor)
            except (BadInput, NotFound) as error:
                skipped.append((number, error.message_zh))
        chased = [number for number in wanted if number in found]
        messages = _send([found[number] for number in chased], actor, text.strip())
        return ChaseResult(tuple(chased), messages, tuple(skipped))


def _open(engine: Engine, tx: Tx, number: str, actor: Actor) -> tuple[Case, list[Addressee]]:
    """The matter, locked, and whom to tell; raises why it is left out."""
    case = load(engine, tx, instances.by_number(tx, number, lock=True), engine.now(), actor)
    if case.row.state != "running":
        raise BadInput("已经办结或暂停", "it is not under way", "", "work.ended")
    midnight = case.calendar.at(urging_day(case), time(0))
    earlier = overview.chased_since(tx, [case.row.id], midnight).get(case.row.id)
    if earlier is not None:
        at = case.calendar.local(earlier[1]).strftime("%H:%M")
        raise BadInput(f"今日已催（{at}）", "already chased today", "", "work.urged")
    held = inbox.holders(tx, [case.row.id], case.now).get(case.row.id, [])
    people = addressees(held, case.directory, case.package.ladders, case.now)
    if not people:
        raise BadInput("没有在办的人", "nobody holds it", "", "work.nobody")
    return case, people


def _send(found: Sequence[tuple[Case, list[Addressee]]], actor: Actor, text: str) -> int:
    """Write the chase into each history, and one letter per person that names all of theirs."""
    titles: dict[int, list[str]] = {}
    for case, people in found:
        for one in people:
            titles.setdefault(one.person_id, []).append(f"《{case.row.title}》（{case.row.number}）")
    told: set[int] = set()
    for case, people in found:
        letters = []
        for one in people:
            if one.person_id not in told:
                told.add(one.person_id)
                letters.append(Letter(one.person_id, None, _facts(one, titles[one.person_id], actor, text)))
        tell(case, "T-URGE", "chase", letters)
        log(case, "urge", detail={"opinion": text, "to": [one.person_id for one in people]})
        save(case)
    return len(told)


def _facts(one: Addressee, titles: Sequence[str], actor: Actor, text: str) -> dict[str, str]:
    more = f"另有 {len(titles) - 1} 件一并催办：{'、'.join(titles[1:])}。" if len(titles) > 1 else ""
    return {"step": one.step, "actor": actor.name, "opinion": f"{text} {more}".strip()}
