"""Who must act in an activity, with what duty and by when: one seat becomes one work item."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine import bpmn, limits, org
from engine.errors import NobodyFound
from engine.model import Json, Performer
from engine.package import Checklist, ChecklistRow, Plan
from engine.progress.case import Case, find
from engine.progress.completion import result
from engine.progress.entry_dates import Date, dates_of
from engine.progress.kept import kept_for, loop_key, voter
from engine.progress.listed import applying, tags_of
from engine.progress.timing import limit_of
from engine.store.work import ItemRecord


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's (or pool's) part; ``deadline`` overrides the activity's."""

    name: str
    performer: Performer | None
    pool: str | None = None
    entry: str | None = None
    deadline: datetime | None = None
    waiting: bool = False
    facts: Mapping[str, Json] = field(default_factory=dict)
    major: bool = False
    kind: str = "decide"


@dataclass(frozen=True, slots=True)
class Seating:
    """All seats of an activity, and what went wrong in finding people."""

    seats: tuple[Seat, ...]
    problem: str = ""


def seat(case: Case, plan: Plan, activity: bpmn.Activity) -> Seating:
    """Find the people for an activity by its plan, with the organisation as it is now."""
    if plan.checklist is not None:
        return entries(case, plan)
    found = find(case, rule_of(plan), exclude=plan.exclude)
    kept = kept_for(case, plan, loop_key({"local": case.local}))
    if plan.completion == "one" and result(plan, kept) is not None:
        return Seating(())  # whoever decided it need not be there any more
    keep = {voter(i) for i in kept}
    if keep:
        again = tuple(p for p in found.performers if (p.principal_id or p.id) not in keep)
        found = replace(found, performers=again)
    name = f"{plan.name}（{activity.item}）" if isinstance(activity.item, str) else plan.name
    if found.pool is not None and plan.completion == "one":
        facts = {"accountable": found.accountable.login if found.accountable else "", "hops": _hops(found)}
        lead: tuple[Seat, ...] = (Seat(name, None, found.pool, facts=facts),)
    else:
        lead = tuple(
            Seat(name, p, facts=_facts(case, plan, p), waiting=plan.completion == "sequence" and n > 0)
            for n, p in enumerate(found.performers)
        )
    if not plan.assist:
        return Seating(lead, found.problem)
    beside = _assisting(case, plan, name, {s.performer.id for s in lead if s.performer is not None})
    return Seating((*lead, *beside.seats), "；".join(filter(None, (found.problem, beside.problem))))


def _facts(case: Case, plan: Plan, performer: Performer) -> dict[str, Json]:
    facts: dict[str, Json] = {"hops": list(performer.hops)}
    if performer.gone_id is not None:
        facts["gone"] = performer.gone_id
    if plan.weights:
        facts["weight"] = weight_of(case, plan, performer)
    return facts


def weight_of(case: Case, plan: Plan, performer: Performer) -> float:
    """What this vote weighs: by the login of the person it is cast for, or by the post they hold."""
    principal = case.directory.person(performer.principal_id) if performer.principal_id is not None else None
    post = case.directory.post(performer.post_id)
    keys = (principal.login if principal else performer.login, post.code if post else "")
    return next((plan.weights[key] for key in keys if key in plan.weights), 1.0)


def _assisting(case: Case, plan: Plan, name: str, leading: Collection[int]) -> Seating:
    """协办: those who are heard before the lead sends it on; whoever leads does not assist themselves."""
    found = find(case, plan.assist, exclude=plan.exclude, needed=False)
    _text, limit, moment = limit_of(case, plan.assist_limit)
    due = moment or (limits.deadline(limit, case.now, case.calendar) if limit else None)
    seats = tuple(
        Seat(f"{name}（协办）", p, deadline=due, facts={"hops": list(p.hops)}, kind="assist")
        for p in found.performers
        if p.id not in leading
    )
    return Seating(seats, found.problem)


def refuse_nobody(case: Case, plan: Plan, seating: Seating) -> None:
    """What somebody does must not lead to a step that nobody has; what time does is an incident instead."""
    empty = not seating.seats or any(s.performer is None and s.pool is None for s in seating.seats)
    if seating.problem and empty and case.actor is not None:
        raise NobodyFound(
            f"下一环节“{plan.name}”无法送出：{seating.problem}",
            f"nobody answers to the rule of {plan.element}",
            "请联系系统管理员指定办理人；内容可存草稿。",
        )


def rule_of(plan: Plan) -> str:
    """The performer rule of a step, also when the diagram only names candidate groups."""
    if plan.performer:
        return plan.performer
    if plan.candidate_groups:
        return f"post_group({plan.candidate_groups[0]!r})"
    return "admins()"


def rule_for(case: Case, plan: Plan, item: ItemRecord) -> str:
    """The rule that an item comes from: of its step, or of the entry's owner in a checklist."""
    if plan.checklist is None:
        return rule_of(plan)
    owner = str(item.facts.get("owner", ""))
    return case.package.manifest.checklist[plan.checklist].owners.get(owner, owner)


def _hops(found: org.Resolution) -> list[str]:
    return [hop for p in found.performers for hop in p.hops]


def entries(case: Case, plan: Plan, *, settled: Collection[str] = ()) -> Seating:
    """The rows of a checklist that apply to the case as it is now, each with its owner and date.

    Nobody waits any more for those that are ``settled``.
    """
    checklist = case.package.manifest.checklist[plan.checklist or ""]
    tags = tags_of(case, checklist)
    rows = applying(case, checklist, tags)
    dates = dates_of(case, checklist, rows, tags, settled=settled)
    found = [entry_seat(case, checklist, row, tags, dates[row.id], {r.id for r in rows}) for row in rows]
    return Seating(tuple(seat for seat, _problem in found), "；".join(problem for _seat, problem in found if problem))


def entry_seat(
    case: Case,
    checklist: Checklist,
    row: ChecklistRow,
    tags: Collection[str] | None,
    date: Date,
    listed: Collection[str],
) -> tuple[Seat, str]:
    """One row as a seat, and what went wrong in finding its owner."""
    found = find(case, checklist.owners.get(row.owner, row.owner))
    facts: dict[str, Json] = {
        "requires": [r for r in row.requires if r in listed],
        "key": row.key,
        "evidence": row.evidence,
        "owner": row.owner,
        "offset": row.offset(tags),
        "phase": row.phase,
        "compressed": date.compressed,
        "hops": _hops(found),
    }
    if row.id in checklist.late:
        facts["late_after"] = date.own.isoformat()
    person = found.performers[0] if found.performers else None
    problem = f"{row.id} {row.title}：{found.problem}" if found.problem else ""
    return Seat(row.title, person, None, row.id, date.due, facts=facts, major=row.key), problem
