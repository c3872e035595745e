"""What a rung can do besides telling people: hand the work on, open a matter of supervision, decide by rule."""

from collections.abc import Sequence

from engine.model import Actor, Json
from engine.progress.advance import write_down
from engine.progress.case import Case, find, incident, log
from engine.progress.foresight import after
from engine.progress.knowing import on_list
from engine.progress.notices import Letter, tell
from engine.progress.reassigning import gone
from engine.progress.replaced import changed, seat
from engine.progress.settling import settle
from engine.progress.slips import PAPERS, PROCESS, paper_for, slip_for
from engine.progress.starting import begin, prepare
from engine.progress.word_check import unsettled
from engine.store import definitions, instances, work
from engine.store.work import ItemRecord

SUPERVISION = "supervision"
AUTOMATIC = "【超时自动】"


def act_on(case: Case, actions: tuple[str, ...], item: ItemRecord | None, performer: str) -> None:
    """Do the actions of a rung that concern one item and whoever is late with it."""
    for action in actions:
        word, _, rest = action.partition(":")
        if word == "supervise":
            _supervise(case, item, performer)
        elif item is not None and word == "reassign":
            _reassign(case, item, rest, performer)
        elif item is not None and word == "decide":
            _decide(case, item, rest)


def _reassign(case: Case, item: ItemRecord, rule: str, performer: str) -> None:
    """超时改派: the first person of the rule who has nothing to do with it yet; whoever loses it hears of it."""
    held = {i.performer_id for i in work.of_activity(case.tx, item.activity_id)}
    found = [p for p in find(case, rule, performer=performer).performers if p.id not in held]
    receiver = next((p for p in found if p.id != case.row.initiator_id and on_list(case.row, p.login)), None)
    if receiver is None:
        incident(case, "reassign", item.element, f"“{item.name}”超期应改派给 {rule}，但没有找到可接手的人。")
        return
    hops = [*item.facts.get("hops", []), f"超期，系统改派给 {receiver.name}"]
    changes: dict[str, Json] = {"performer_id": receiver.id, "pool": None, "principal_id": receiver.principal_id}
    work.change(
        case.tx,
        item.id,
        **changes,
        opened_at=None,
        arrived_at=case.now,
        visible_at=case.now,
        facts={**item.facts, "hops": hops, **gone(case, item)},
    )
    detail: dict[str, Json] = {"from": performer, "to": receiver.login, "to_name": receiver.name, "auto": True}
    detail |= changed(seat(case, item), performer=receiver.login)
    log(case, "transfer", item_id=item.id, detail=detail | {"opinion": "超期，按升级阶梯改派。"})
    tell(case, "T-NEW", "todo", [Letter(receiver.id, item.id, {"step": item.name, "due": item.deadline})])
    before = case.directory.person(performer)
    if before is not None:
        words: dict[str, Json] = {"state": "已改派", "reason": f"超期，改由 {receiver.name} 办理"}
        tell(case, "T-STATE", "copy", [Letter(before.id, None, words)])


def _supervise(case: Case, item: ItemRecord | None, performer: str) -> None:
    """转督办: one matter for an instance that is late, on the desk of the inspectors, linked to where it came from."""
    if case.package.manifest.category == "督办" or _supervised(case):
        return
    inspectors = find(case, "post('ducha')").performers
    if definitions.current(case.tx, SUPERVISION) is None or not inspectors:
        incident(case, "supervise", item.element if item else "", "超期应转督办，但没有督办流程或督查专员。")
        return
    late = case.directory.person(performer)
    unit = case.directory.main_unit(late, case.now) if late else None
    step = item.name if item else "整件"
    data: dict[str, Json] = {
        "title": f"超期事项：{case.row.title if case.row.known_to is None else case.row.number}"[:100],
        "kind": "日常督办",
        "source": "公文落实",
        "source_ref": case.row.number,
        "requirement": f"{case.row.number}“{step}”已超期，请督促{late.name if late else '承办单位'}尽快办结。",
        "importance": "一般",
        "urgency": case.row.urgency,
        "lead_unit": unit.code if unit else "",
        "feedback_cycle": "一次性",
    }
    first = inspectors[0]
    starter = Actor(first.id, first.login, first.name)
    number = _start(case, SUPERVISION, data, starter, submitted=False)
    log(case, "supervise", item_id=item.id if item else None, detail={"to": number, "opinion": ""})


def issue_slips(case: Case, marks: Sequence[str]) -> None:
    """Slips of a rung are received by the lead unit, in the inspectors' name; papers wait for the inspectors."""
    inspectors = find(case, "post('ducha')", needed=False).performers
    for one in marks:
        slip = slip_for(case, one)
        if slip is not None and inspectors:
            first = inspectors[0]
            _start(case, PROCESS, slip, Actor(first.id, first.login, first.name), submitted=True)
        paper = paper_for(case, one)
        if paper is not None and inspectors:
            first = inspectors[0]
            _start(case, PAPERS, paper, Actor(first.id, first.login, first.name), submitted=False)


def _start(case: Case, process: str, data: dict[str, Json], starter: Actor, *, submitted: bool) -> str:
    """Another instance that knows where it comes from; its number."""
    child = prepare(
        case.engine,
        case.tx,
        process,
        data,
        starter,
        case.now,
        parent_id=case.row.id,
        source=case.row.number,
        known_to=case.row.known_to,
    )
    begin(child, write_down, submitted=submitted)
    return child.row.number


def _supervised(case: Case) -> bool:
    known = instances.children(case.tx, case.row.id)
    return any(
        instances.by_number(case.tx, number).process == SUPERVISION for number, state in known if state == "running"
    )


def _decide(case: Case, item: ItemRecord, outcome: str) -> None:
    """超时自动: only where the step has that outcome and exactly one way on with somebody there; else an incident."""
    activity = next((a for a in case.open if a.id == item.activity_id), None)
    plan = case.package.plans[item.element]
    steps = after(case, activity, plan, {}).get(outcome) if activity is not None else None
    if (
        activity is None
        or steps is None
        or len(steps) > 1
        or any(s.problem for s in steps)
        or plan.quick_reason
        or unsettled(case, plan)
    ):
        incident(case, "auto", item.element, f"“{item.name}”超期应自动处理，但不是唯一去向或须人工填写，未自动处理。")
        return
    by = item.performer_id or case.row.initiator_id
    words = f"{AUTOMATIC}超期未办，系统按规则自动“{plan.label(outcome)}”。"
    facts = {**item.facts, "auto": True}
    work.decide(case.tx, item, outcome=outcome, opinion=words, data=None, at=case.now, by=by, facts=facts)
    log(case, "auto", activity=activity, item_id=item.id, detail={"outcome": outcome, "opinion": words})
    case.final = "已超时自动处理"
    told: dict[str, Json] = {"state": "超时自动处理", "reason": words}
    tell(case, "T-STATE", "copy", [Letter(p, None, told) for p in dict.fromkeys([by, case.row.initiator_id])])
    settle(case, activity, work.of_activity(case.tx, activity.id), by=item.id)
