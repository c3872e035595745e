"""Fire one rung: find whom it concerns, tell each of them once, and do what else it asks for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from engine import limits, org
from engine.model import Json
from engine.progress import records
from engine.progress.case import Case, facts, find, log
from engine.progress.house_ladders import ladder_at
from engine.progress.lamps import mark
from engine.progress.late_actions import act_on, issue_slips
from engine.progress.notices import Letter, tell
from engine.progress.timing import weight_of
from engine.store import instances, registers, timers, work
from engine.store.timers import TimerRow
from engine.store.work import ItemRecord

LEADER_UNIT = "group"  # posts of the group itself are the leaders
RED = "slip:red"


def ladder_of(case: Case, timer: TimerRow) -> limits.Ladder | None:
    """The ladder a timer was armed with."""
    return ladder_at(case, str(timer.facts.get("ladder")), timer.facts.get("version"))


def rung_of(case: Case, timer: TimerRow) -> limits.Rung | None:
    """The rung a timer stands for, as its ladder says it."""
    ladder = ladder_of(case, timer)
    if ladder is None:
        return None
    if timer.rung.startswith("daily-") and ladder.daily is not None:
        return replace(ladder.daily, key=timer.rung)
    weight, urgency = timer.facts.get("weight", "normal"), timer.facts.get("urgency", case.row.urgency)
    fitting = [
        r
        for r in ladder.rungs
        if r.key == timer.rung and (not r.urgency or urgency in r.urgency) and r.weight in (None, weight)
    ]
    return fitting[0] if fitting else None


def fire(case: Case, timer: TimerRow) -> None:
    """Tell everybody the rung names, once each, and do its actions; written to the history."""
    rung, ladder = rung_of(case, timer), ladder_of(case, timer)
    if rung is None or ladder is None:
        return
    told: dict[str, str] = {}
    late: list[tuple[tuple[str, ...], ItemRecord | None, str]] = []
    actions: dict[str, None] = {}
    concerned = _concerned(case, timer)
    if timer.item_id is not None and not concerned:
        return  # that part was done in time; its step goes on
    for item, performer in concerned:
        addressed = ladder.addressed(rung, leader=is_leader(case, performer))
        people = list(_people(case, addressed.to, performer))
        actions |= dict.fromkeys(addressed.actions)
        told |= {p.login: p.name for p in people}
        _tell(case, timer, addressed, item, performer, people)
        late.append((addressed.actions, item, performer))
    detail: dict[str, Json] = {"rung": rung.key, "level": timer.level, "ladder": timer.facts["ladder"]}
    if rung.level:
        detail["grade"] = rung.level
    log(case, "rung", item_id=timer.item_id, detail=detail | {"to": sorted(told), "actions": list(actions)})
    _act(case, actions)
    for done, item, performer in late:
        act_on(case, done, item, performer)


def _concerned(case: Case, timer: TimerRow) -> list[tuple[ItemRecord | None, str]]:
    """The items a timer watches, with the login of who is responsible for each; after an event its step is over."""
    if timer.facts.get("event"):
        return [(None, str(timer.facts.get("performer") or ""))]
    opened = [i for i in work.open_of_instance(case.tx, case.row.id) if i.state == "open"]
    items = [i for i in opened if i.kind == "decide"]
    if timer.item_id is not None:
        items = [i for i in opened if i.id == timer.item_id]
    elif timer.activity_id is not None:
        items = [i for i in items if i.activity_id == timer.activity_id]
    elif timer.facts.get("performer"):
        return [(None, str(timer.facts["performer"]))]
    return [(i, _responsible(case, i)) for i in items] or ([(None, "")] if timer.activity_id is None else [])


def _responsible(case: Case, item: ItemRecord) -> str:
    person = case.directory.person(item.performer_id)
    return person.login if person else str(item.facts.get("accountable", ""))


def _people(case: Case, rules: Iterable[str], performer: str) -> Iterable[org.Person]:
    seen: set[int] = set()
    for rule in rules:
        for found in find(case, rule, performer=performer).performers:
            person = case.directory.person(found.id)
            if person is not None and person.id not in seen:
                seen.add(person.id)
                yield person


def is_leader(case: Case, login: str) -> bool:
    """Company leaders are reminded through their liaison, never reported upwards (domain.md §6.7)."""
    person = case.directory.person(login)
    unit = case.directory.main_unit(person, case.now)
    return unit is not None and unit.kind == "group"


def _tell(
    case: Case,
    timer: TimerRow,
    rung: limits.Rung,
    item: ItemRecord | None,
    performer: str,
    people: Iterable[org.Person],
) -> None:
    due = datetime.fromisoformat(str(timer.facts["deadline"]))
    lead = case.directory.unit(case.row.variables.get("lead_unit") or "")
    person = case.directory.person(performer)
    words = {
        "step": item.name if item else timer.facts.get("step", "整件"),
        "due": due,
        "remaining": limits.remaining(case.now, due, case.calendar).text_zh,
        "k": limits.overdue_days(due, case.now, case.calendar) or None,
        "performer": person.name if person else "",
        "phone": "phone" in rung.actions,
        "unit": lead.called if lead else "",
    }
    subject = f"item:{item.id}" if item else f"instance:{case.row.id}:{timer.level}"
    letters = [
        Letter(p.id, item.id if item else None, words, f"{subject}:{rung.key}:{timer.facts['deadline']}:{p.id}")
        for p in people
    ]
    tell(case, rung.template, "chase", letters)


def happened(case: Case, event: str) -> None:
    """The rung that an event brings (``on:red_twice``), at once, and once for each deadline of the whole."""
    watching = [t for t in timers.of_instance(case.tx, case.row.id) if t.kind == "rung" and t.level == "instance"]
    last = watching[-1] if watching else None
    ladder = ladder_of(case, last) if last else None
    rung = ladder.on(event, case.row.urgency, weight_of(case)) if ladder else None
    if last is None or rung is None:
        return
    if any(t.rung == rung.key and t.facts.get("deadline") == last.facts.get("deadline") for t in watching):
        return
    row = {"instance_id": case.row.id, "kind": "rung", "level": "instance", "rung": rung.key}
    timers.arm(case.tx, [row | {"due": case.now, "facts": dict(last.facts)}])
    armed = next(t for t in timers.of_instance(case.tx, case.row.id) if t.rung == rung.key and t.state == "waiting")
    timers.fire(case.tx, armed.id, case.now)
    fire(case, armed)


def red_again(case: Case) -> None:
    """Two red slips on one matter and nothing done at any step since the first: that is an event of its ladder."""
    reds = [str(one["on"]) for one in case.row.variables.get("marks") or [] if one.get("mark") == RED]
    if len(reds) < 2:
        return
    done = [a.closed_at for a in instances.activities(case.tx, case.row.id) if a.state == "done" and a.closed_at]
    if not any(case.calendar.local(at).date().isoformat() >= reds[0] for at in done):
        happened(case, "red_twice")


def act(case: Case, timer: TimerRow) -> None:
    """Do what a rung missed in a standstill does besides telling people: a slip that was due is issued all the same."""
    rung, ladder = rung_of(case, timer), ladder_of(case, timer)
    if rung is None or ladder is None:
        return
    _act(case, rung.actions)
    for item, performer in _concerned(case, timer):
        addressed = ladder.addressed(rung, leader=is_leader(case, performer))
        act_on(case, addressed.actions, item, performer)


def _act(case: Case, actions: Iterable[str]) -> None:
    """What a rung does besides telling people: slips and lists are kept with the instance, seals change their state."""
    marks = [a for a in actions if a.startswith(("slip:", "list:")) or a in ("explain", "talk", "blame")]
    if marks:
        mark(case, marks)
        issue_slips(case, marks)
    if RED in marks:
        red_again(case)
    for action in actions:
        if action.startswith("record:"):
            register, _, state = action.removeprefix("record:").partition(".")
            _record(case, register, state)
        elif action == "seal:suspend":
            _record(case, "seal", "suspended")


def _record(case: Case, register: str, state: str) -> None:
    """``record:seal_out.frozen``: the record that this instance names or has written changes its state."""
    known = facts(case).variables
    label = known.get(f"{register}_no") or known.get(register)
    found = registers.by_label(case.tx, register, str(label)) if label else None
    if found is not None and found.state != state and records.shape_of(case, register).may_become(found.state, state):
        records.change(case, register, found.label, state, {})


def next_daily(case: Case, timer: TimerRow) -> None:
    """The next daily reminder while it stays late: one row ahead, none on days that have a rung of their own."""
    ladder = ladder_of(case, timer)
    if ladder is None or ladder.daily is None or not timer.rung.startswith(("late-", "daily-")):
        return
    due = datetime.fromisoformat(str(timer.facts["deadline"]))
    waiting = [
        t
        for t in timers.of_instance(case.tx, case.row.id)
        if t.state == "waiting"
        and (t.level, t.activity_id, t.item_id) == (timer.level, timer.activity_id, timer.item_id)
    ]
    if any(t.rung.startswith("daily-") for t in waiting):
        return
    following = ladder.reminder(due=due, after=case.now, calendar=case.calendar, taken=tuple(t.due for t in waiting))
    if following is not None:
        timers.arm(
            case.tx,
            [
                {
                    "instance_id": case.row.id,
                    "activity_id": timer.activity_id,
                    "item_id": timer.item_id,
                    "kind": "rung",
                    "level": timer.level,
                    "rung": following.rung.key,
                    "due": following.at,
                    "facts": dict(timer.facts),
                }
            ],
        )
