"""Why is this with me, who has acted, who could act, and who is next on each button."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import SanbanError
from engine.model import Actor, Entry, NextStep
from engine.org import in_words
from engine.package import Plan
from engine.progress import Case, find, load
from engine.progress.faster import name_of
from engine.progress.foresight import after, why_of
from engine.progress.permission import part_of, require_read
from engine.progress.seats import rule_for, rule_of
from engine.progress.viewing import STATES, entries
from engine.runtime import Engine
from engine.store import history, house, instances, work
from engine.store.work import ItemRecord
from engine.verbs.work.adding import PLACES
from engine.verbs.work.effects import effects

ACTS = frozenset({"submit", "pass", "decide", "return", "answer", "read", "hand_back"})

# parts that somebody's doing brought about: who did it, and what follows for whoever has the part
ASKED_FOR = {
    "sign": ("by", "登记了您的口头同意，请补签"),
    "entry": ("asked_by", "申请清单事项不适用或延期，按清单规则由您批准"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One work item explained; ``hops`` lead from the rule to the person, ``could_act`` are whom the rule names now."""

    item_id: int
    number: str
    step: str
    duty: str
    why: str
    rule: str
    rule_words: str  # what the rule asks for
    hops: tuple[str, ...]
    performer: str
    on_behalf_of: str
    acted: tuple[Entry, ...]  # oldest first
    could_act: tuple[str, ...]
    next_steps: Mapping[str, tuple[NextStep, ...]]  # outcome code -> what follows, under the data as they are
    labels: Mapping[str, str]  # outcome code -> what stands on its button
    effects: Mapping[str, str]  # every other button -> what it would do
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CaseExplanation:
    """A whole case explained: what is open, who has acted, and why nobody has it when nothing is open."""

    number: str
    state: str
    state_label: str
    items: tuple[Explanation, ...]
    acted: tuple[Entry, ...]  # oldest first
    stands: str  # in words, where no part is open


def explain(engine: Engine, item_id: int, actor: Actor) -> Explanation:
    """Explain an item, open or closed, to anybody who may read its instance."""
    with engine.store.reading() as tx:
        row = instances.by_item(tx, item_id)
        require_read(tx, row, actor, item_id=item_id)
        case = load(engine, tx, row, engine.now(), actor)
        return _explained(case, work.by_id(tx, item_id), _acted(case))


def explain_instance(engine: Engine, number: str, actor: Actor) -> CaseExplanation:
    """Explain an instance, open or ended: who has it and why, who has acted, and where it can go from there."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        case = load(engine, tx, row, engine.now(), actor)
        acted = _acted(case)
        items = tuple(_explained(case, item, acted) for item in work.open_of_instance(tx, row.id))
        return CaseExplanation(row.number, row.state, STATES[row.state], items, acted, "" if items else _stands(case))


def _stands(case: Case) -> str:
    """Why nobody has a case: how it ended, or what it waits for."""
    entries_of = history.whole(case.tx, case.row)
    if case.row.ended_at is not None:
        by = next((name_of(case, r) for r in reversed(entries_of) if r.actor_id is not None), "系统")
        return f"{by} 办理后于 {case.calendar.local(case.row.ended_at):%Y-%m-%d %H:%M} {STATES[case.row.state]}。"
    if case.row.state == "suspended":
        why = next((str(r.detail.get("opinion")) for r in reversed(entries_of) if r.verb == "suspend"), "")
        return f"已暂停：{why}"
    waits = [str(i["message"]) for i in house.open_incidents(case.tx, case.row.id)]
    called = instances.children(case.tx, case.row.id)
    waits += [f"在等 {number} 办完。" for number, state in called if state == "running"]
    return "".join(dict.fromkeys(waits)) or "在等外部的消息或到时自动往下走。"


def _explained(case: Case, item: ItemRecord, acted: tuple[Entry, ...]) -> Explanation:
    plan = case.package.plans[item.element]
    activity = next((a for a in case.open if a.id == item.activity_id), None)
    people, problem = _could_act(case, plan, item)
    going = activity is not None and item.state in ("open", "waiting") and part_of(item) in ("decide", "delegated")
    rule = rule_for(case, plan, item)
    return Explanation(
        item_id=item.id,
        number=case.row.number,
        step=item.name,
        duty=plan.duty,
        why=_why(case, plan, item),
        rule=rule,
        rule_words=in_words(rule),
        hops=tuple(item.facts.get("hops", ())),
        performer=_name(case, item.performer_id),
        on_behalf_of=_name(case, item.principal_id),
        acted=acted,
        could_act=people,
        next_steps=after(case, activity, plan, {}) if going and activity is not None else {},
        labels={outcome.code: outcome.label for outcome in plan.outcomes},
        effects=effects(case, item, activity, plan),
        problem=problem,
    )


def _name(case: Case, person_id: int | None) -> str:
    person = case.directory.person(person_id)
    return person.name if person else ""


def _why(case: Case, plan: Plan, item: ItemRecord) -> str:
    facts = item.facts
    if item.kind == "read":
        return f"{_name(case, facts['sent_by'])} 传阅" + (f"：{facts['purpose']}" if facts["purpose"] else "")
    if item.kind == "consult":
        return f"{_name(case, facts['asked_by'])} 征求意见：{facts['question']}"
    if item.kind in ASKED_FOR:
        by, words = ASKED_FOR[item.kind]
        return f"{_name(case, facts.get(by))} {words}"
    if item.kind == "silence" and plan.silence is not None:
        return f"会签逾期未回，按规则 {plan.silence.by} 由您决定是否视为没有不同意见"
    if item.kind == "assist":
        return f"按规则 {plan.assist} 协办，由主办送出"
    if "delegated_by" in facts:
        return f"{_name(case, facts['delegated_by'])} 委派，办完交回"
    if "added" in facts:
        return f"{_name(case, facts['added']['by'])} {PLACES[facts['added']['where']]}"
    if plan.checklist is not None:
        return f"清单责任人：{facts.get('owner', '')}"
    if item.performer_id is None:
        return f"按规则 {rule_of(plan)} 待任一人领办"
    said = why_of(case, item.element)
    return f"按规则 {rule_of(plan)} 由 {_name(case, item.performer_id)} 办理" + (f"；依据：{said}" if said else "")


def _acted(case: Case) -> tuple[Entry, ...]:
    activities, items = instances.activities(case.tx, case.row.id), work.of_instance(case.tx, case.row.id)
    told = entries(case, history.whole(case.tx, case.row), activities, items)
    return tuple(e for e in reversed(told) if e.verb in ACTS)


def _could_act(case: Case, plan: Plan, item: ItemRecord) -> tuple[tuple[str, ...], str]:
    """Whom the rule names with the organisation as it is now; whoever may claim, for a pool."""
    try:
        found = find(case, rule_for(case, plan, item), exclude=plan.exclude)
    except SanbanError as error:
        return (), error.message_zh
    if found.pool is not None:
        seats = case.directory.on(case.now).seats(case.directory.pool(found.pool))
        return tuple(dict.fromkeys(_name(case, s.person_id) for s in seats)), found.problem
    return tuple(dict.fromkeys(p.name for p in found.performers)), found.problem
