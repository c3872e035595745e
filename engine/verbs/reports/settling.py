"""Nightly: the work of every instance that was touched since becomes rows that the reports can add up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine import limits, org, reports
from engine.package import Manifest
from engine.runtime import Engine
from engine.store import Tx, altered_rows, house, pauses, reckoning, settled
from engine.store.tables import settled_item

TOGETHER = 200  # instances to a transaction
ALTERED = altered_rows.code_of(settled_item)
OVERLAP = timedelta(hours=1)  # entries get their numbers before they are committed


def settle(engine: Engine) -> int:
    """Settle what has changed since the last time; how many instances. Safe to call twice and from several nodes."""
    now = engine.now()
    with engine.store.reading() as tx:
        through = settled.newest(tx, now - OVERLAP)
        waiting = sorted({*settled.touched(tx, settled.mark(tx)[1]), *_told(tx)})
    left: set[int] = set()
    for at in range(0, len(waiting), TOGETHER):
        with engine.store.transaction() as tx:
            left |= _settle(engine, tx, waiting[at : at + TOGETHER], now)
    with engine.store.transaction() as tx:
        house.beat(tx, settled.MARK, now, settled.facts(through, left))
    return len(waiting)


def _told(tx: Tx) -> set[int]:
    """Instances whose figures were told to be altered: they are counted anew from the cases themselves."""
    incidents = (one for one in house.open_incidents(tx) if one["facts"].get("code") == ALTERED)
    return {int(one["instance_id"]) for one in incidents if one["instance_id"] is not None}


def _settle(engine: Engine, tx: Tx, touched: Sequence[int], now: datetime) -> set[int]:
    """Those that were left as they are, since something of them is not as it was written."""
    entries = _by_instance(settled.returns(tx, touched))
    left = reckoning.unsound(tx, touched, entries.keys())
    ids = [one for one in touched if one not in left]
    cases = {case.id: case for case in settled.cases(tx, ids)}
    stops = settled.stops(tx, ids)
    directory = engine.directory(tx)
    sent_back = [
        row
        for case_id, said in entries.items()
        if case_id not in left
        for entry in standing(said)
        for row in _return(engine, tx, cases[case_id], entry)
    ]
    counted = _by(sent_back, "instance_id")
    parts = [
        _part(item, stops, engine.calendar(tx, cases[item.instance_id].unit_id), directory, now)
        for item in settled.items(tx, ids)
    ]
    wholes = [_whole(engine, tx, case, counted.get(case.id, [])) for case in cases.values()]
    settled.replace(tx, ids, [part for part in parts if part is not None], wholes, sent_back)
    return left


def _by(rows: Sequence[Mapping[str, Any]], name: str) -> dict[Any, list[Mapping[str, Any]]]:
    found: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _by_instance(rows: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.instance_id, []).append(row)
    return found


def standing(entries: Sequence[Any]) -> list[Any]:
    """The returns that were not taken back again."""
    found: list[Any] = []
    for entry in entries:
        if entry.verb in ("return", "fault"):
            found.append(entry)
        elif entry.detail.get("outcome") == "return":
            last = next((e for e in reversed(found) if e.item_id == entry.item_id), None)
            found = [e for e in found if e is not last]
    return found


def _part(
    item: Any, stops: Sequence[Any], calendar: limits.Calendar, directory: org.Directory, now: datetime
) -> dict[str, Any] | None:
    """One piece of work; None while it neither is done nor has a deadline."""
    if item.deadline is None and item.decided_at is None:
        return None
    automatic = bool(item.facts.get("auto"))
    done_by = item.decided_by if item.decided_at is not None and not automatic else None
    holder = item.performer_id if automatic or done_by is None else done_by
    answers = reports.charged(holder, item.facts.get("gone"), item.deadline, item.decided_at or now)
    spans = [
        (s.since, s.ended_at or now)
        for s in stops
        if s.instance_id == item.instance_id
        and s.activity_id in (None, item.activity_id)
        and (s.code != pauses.ASKING or item.kind == "decide")  # whoever is asked has time that runs
    ]
    seconds, paused = reports.worked(item.arrived_at, item.decided_at or now, spans, calendar.working_seconds)
    return {
        "item_id": item.id,
        "instance_id": item.instance_id,
        "month": reports.month_of(calendar.local(item.deadline or item.decided_at).date()),
        "process": item.process,
        "element": item.element,
        "step": item.step,
        "unit_id": _unit(directory, item.post_id, answers, item.decided_at or now),
        "post_id": item.post_id,
        "charged_id": answers,
        "person_id": done_by,
        "arrived_at": item.arrived_at,
        "due_at": item.deadline,
        "done_at": item.decided_at,
        "stood_in": done_by is not None and item.principal_id is not None and item.principal_id != done_by,
        "seconds": seconds if item.decided_at is not None and not automatic else 0,
        "paused": paused,
    }


def _unit(directory: org.Directory, post_id: int | None, person_id: int | None, at: datetime) -> int | None:
    """The unit of the post in which it is done; without a post, of the main post of whoever answers for it."""
    post = directory.post(post_id)
    if post is not None:
        return post.unit_id
    unit = directory.main_unit(directory.person(person_id), at)
    return unit.id if unit else None


def _whole(engine: Engine, tx: Tx, case: Any, sent_back: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One case; what its returns named as faults counts where it began."""
    calendar, manifest = engine.calendar(tx, case.unit_id), engine.package(tx, case.definition_id).manifest
    codes = [row["code"] for row in sent_back if row["code"]]
    return {
        "instance_id": case.id,
        "month": reports.month_of(calendar.local(case.started_at).date()),
        "process": case.process,
        "unit_id": case.unit_id,
        "person_id": case.initiator_id,
        "started_at": case.started_at,
        "due_at": case.deadline,
        "ended_at": case.ended_at,
        "returns": len({row["entry_id"] for row in sent_back}),
        "faults": len(codes),
        "points": sum(manifest.points.get(code, 0) for code in codes),
    }


def _return(engine: Engine, tx: Tx, case: Any, entry: Any) -> list[Mapping[str, Any]]:
    """One row for each reason; a return without one is a row too."""
    manifest: Manifest = engine.package(tx, case.definition_id).manifest
    codes = list(dict.fromkeys(entry.detail.get("reasons") or ())) or [""]
    calendar = engine.calendar(tx, case.unit_id)
    return [
        {
            "entry_id": entry.id,
            "code": code,
            "instance_id": case.id,
            "month": reports.month_of(calendar.local(entry.at).date()),
            "at": entry.at,
            "process": case.process,
            "element": entry.element or "",
            "step": entry.step or entry.element or entry.detail.get("step", ""),
            "gate": manifest.gate_of(code)[:60],
            "words": manifest.reasons.get(code, code)[:120],
            "unit_id": case.unit_id,
            "person_id": case.initiator_id,
            "by_id": entry.actor_id,
        }
        for code in codes
    ]
