"""What service tasks do without Python: numbers, registers, deadlines, lights, notices, other processes.

A service task names its work in the property ``register``; the engine does it inside the transaction of the step and
lets the token pass. A task with nothing to do here waits, visibly, as an incident.
"""

from collections.abc import Callable, Mapping
from typing import Final

from engine import bpmn
from engine.errors import InvalidPackage
from engine.model import Json
from engine.progress import records
from engine.progress.assigning import assigned, put, said
from engine.progress.case import Case, Wanted, ask, find, incident, log, names
from engine.progress.entry_dates import day_of
from engine.progress.joined import issued, join
from engine.progress.lamps import freeze, mark, thaw, warn
from engine.progress.notices import Letter, tell
from engine.progress.numbering import number_for
from engine.progress.receipts import sent_back
from engine.progress.releasing import examine_enclosed, publish_enclosed
from engine.progress.rotation import list_held, rotate
from engine.progress.slips import PROCESS, slip_for
from engine.progress.step_events import step_happened
from engine.progress.suggesting import suggest
from engine.progress.timing import arm_instance, due_of
from engine.store import bindings, instances, registers, work

Properties = Mapping[str, str]


def run(case: Case, service: bpmn.Service) -> bool:
    """Do what a waiting service task asks for; False if it must go on waiting because nobody has bound it."""
    element = case.package.process.elements[service.element]
    asked = _asked(element)
    if not asked:
        return _unbound(case, service)
    for action in asked:
        word, _, rest = action.partition(":")
        if word in ACTIONS:
            ACTIONS[word](case, rest.strip(), element.properties)
        elif not records.write(case, action, element.properties):
            raise InvalidPackage(
                f"服务任务 {service.element} 的动作“{action}”不认识。",
                f"unknown action {action!r}",
                "动作写法见参考手册“流程包”。",
            )
    return True


def imagine(case: Case, service: str) -> None:
    """Only what the task would write into the variables: looking ahead, a timer further on may need that instant."""
    element = case.package.process.elements[service]
    for action in _asked(element):
        word, _, rest = action.partition(":")
        if word in ("set", "deadline", "dated") and not rest.strip().startswith("instance="):
            ACTIONS[word](case, rest.strip(), element.properties)


def renew(case: Case, service: str) -> None:
    """Only what the task keeps in registers, once more as things stand now: a room is booked for the new time."""
    element = case.package.process.elements[service]
    for action in _asked(element):
        if ".renew" in action:
            records.write(case, action, element.properties)


def _asked(element: bpmn.Element) -> list[str]:
    return [part.strip() for part in element.properties.get("register", "").split(";") if part.strip()]


def _unbound(case: Case, service: bpmn.Service) -> bool:
    """Ask for what an administrator has bound the stub to, or say that nobody has; it waits in both cases."""
    own = service.wanted.startswith((bpmn.HOOK, bpmn.DOCUMENT))  # the package itself says what is to be done
    if own or (service.wanted and bindings.find(case.tx, case.row.definition_id, service.wanted) is not None):
        bindings.resolve(case.tx, case.row.id, "unbound", service.element, case.now)
        bindings.ask(
            case.tx,
            instance_id=case.row.id,
            wait=service.id,
            element=service.element,
            wanted=service.wanted,
            next_try=case.now + case.held,  # a decision that is taken back has asked for nothing
            asked_at=case.now,
        )
        return False
    message = f"服务任务“{service.name or service.element}”没有绑定处理程序，实例在此等待绑定。"
    incident(case, "unbound", service.element, message, wanted=service.wanted)
    return False


def _number(case: Case, field: str, _properties: Properties) -> None:
    """``number:doc_no`` takes the next number of the series that the manifest describes for this field."""
    if case.row.variables.get(field):
        return  # a number, once given, stays with its document through every return
    series = case.package.manifest.series[field]
    text = number_for(case, series)
    put(case, series.field or field, text)
    case.final = f"已取号 {text}"
    log(case, "number", detail={"field": field, "text": text})


def _deadline(case: Case, text: str, properties: Properties) -> None:
    """``deadline:valid_until=5WD,year-end`` writes an instant; ``deadline:instance=…`` moves the instance's own."""
    name, _, value = text.partition("=")
    due, limit = due_of(case, value, anchor=properties.get("anchor", ""), since=properties.get("from", ""))
    if name.strip() == "instance":
        owner = properties.get("owner", "")
        people = find(case, owner).performers if owner else ()
        arm_instance(case, due, properties.get("ladder"), limit=limit, performer=people[0].login if people else "")
        log(case, "deadline", detail={"deadline": due.isoformat() if due else None})
    else:
        put(case, name.strip(), due.astimezone(case.calendar.zone).isoformat() if due else None)


def _dated(case: Case, text: str, _properties: Properties) -> None:
    """``dated:topics_due=before.T02`` writes the day of an entry of a checklist; nothing for a case without it."""
    name, _, entry = text.partition("=")
    named, _, row = entry.strip().partition(".")
    due = day_of(case, case.package.manifest.checklist[named], row)
    put(case, name.strip(), due.astimezone(case.calendar.zone).isoformat() if due else None)


def _propose(case: Case, text: str, _properties: Properties) -> None:
    """``propose:checklists/meeting.csv=revisions`` puts the lines of a field before whoever keeps the checklist."""
    file, _, field = text.partition("=")
    if suggest(case, file.strip(), case.row.variables.get(field.strip()) or []):
        case.final = "已提交清单修订建议"


def _amber(case: Case, text: str, _properties: Properties) -> None:
    """``amber:behind=${…}``: amber while it holds; the field says whether the light has turned from green by it."""
    name, _, condition = text.partition("=")
    put(case, name.strip(), warn(case, on=bool(said(case, condition.strip()))))


def _freeze(case: Case, text: str, _properties: Properties) -> None:
    freeze(case, str(said(case, text) or ""))


def _mark(case: Case, text: str, properties: Properties) -> None:
    """``mark:slip:yellow``; the unit receives the slip, with the ``reason`` among the facts."""
    word = str(said(case, text) or "")
    mark(case, [word] if word else [])
    reason = str(assigned(case, properties.get("facts", "")).get("reason") or "")
    slip = slip_for(case, word, reason)
    if slip is not None:
        case.to_start.append(Wanted(PROCESS, slip, True))


def _paper(case: Case, name: str, _properties: Properties) -> None:
    """``paper:notice`` has a document made beside the path: nobody waits for it, and a fault holds nothing up."""
    bindings.ask(
        case.tx,
        instance_id=case.row.id,
        wait=f"{bindings.LISTENED}paper:{name}",
        element="",
        wanted=f"{bpmn.DOCUMENT}{name}",
        next_try=case.now + case.held,
        asked_at=case.now,
    )


def _start(case: Case, process: str, properties: Properties) -> None:
    """``start:supervision`` with ``each``, ``when`` and ``with``: one instance for each line that ``when`` selects."""
    each = properties.get("each", "").strip()
    known = _names_now(case)
    items: list[Json] = list(ask(case, each, known) or []) if each else [None]
    selected = properties.get("when", "true")
    for index, item in enumerate(items, 1):
        scope = known | {"item": item, "index": str(index)}
        if not ask(case, selected, scope):
            continue
        passes = properties.get("submitted", "true") == "true"  # false: whoever sends it on fills in the first form
        data = assigned(case, properties.get("with", ""), scope)
        case.to_start.append(Wanted(process, data, passes, initiator=properties.get("initiator", "")))
        case.final = "已启动后续流程"


def _names_now(case: Case) -> dict[str, Json]:
    return names(case) | {"now": case.calendar.local(case.now).isoformat()}


def _notify(case: Case, template: str, properties: Properties) -> None:
    if not ask(case, properties.get("when", "true")):
        return
    found = find(case, properties.get("to", "initiator()"), needed=False)
    facts = assigned(case, properties.get("facts", ""))
    tell(case, template or "T-DONE", "copy", [Letter(p.id, None, facts) for p in found.performers])


def _assign(case: Case, text: str, _properties: Properties) -> None:
    name, _, value = text.partition("=")
    put(case, name.strip(), said(case, value.strip(), _names_now(case)))


def _proxy(case: Case, text: str, _properties: Properties) -> None:
    """``proxy:by_proxy=FW70`` writes whether the last decision at a step was given for somebody else (代)."""
    name, _, element = text.partition("=")
    visits = [a for a in instances.activities(case.tx, case.row.id) if a.element == element.strip()]
    items = work.of_activity(case.tx, visits[-1].id) if visits else ()
    put(case, name.strip(), any(i.state == "done" and i.principal_id is not None for i in items))


def _acknowledge(case: Case, field: str, _properties: Properties) -> None:
    """``acknowledge:receipts`` tells the instance this one was sent by that it has arrived; see ``receipts``."""
    sent_back(case, field.strip())


def _repeats(case: Case, text: str, _properties: Properties) -> None:
    """``repeats:repeats=document_receipt(source, source_no)`` writes which lines of a register say the same there."""
    name, _, asked = text.partition("=")
    register, _, columns = asked.strip().removesuffix(")").partition("(")
    wanted = {c.strip(): case.row.variables.get(c.strip()) for c in columns.split(",")}
    found = registers.alike(case.tx, register.strip(), wanted, but=case.row.id) if all(wanted.values()) else []
    put(case, name.strip(), "、".join(found) or None)


def _faults(case: Case, text: str, _properties: Properties) -> None:
    """``faults:退文=${fault_codes}``: what an ending names as faults counts in the monthly report like a return."""
    step, _, value = text.partition("=")
    codes = [str(code) for code in said(case, value.strip(), _names_now(case)) or []]
    if codes:
        case.final = "已计入差错"
        log(case, "fault", detail={"step": step.strip(), "reasons": codes})


def _quote(case: Case, text: str, _properties: Properties) -> None:
    """``quote:instruction=SW50`` writes what was said at the last visit of a step, with names, into a field."""
    name, _, element = text.partition("=")
    visits = [a for a in instances.activities(case.tx, case.row.id) if a.element == element.strip()]
    words = []
    for item in work.of_activity(case.tx, visits[-1].id) if visits else ():
        person = case.directory.person(item.decided_by)
        if item.kind == "decide" and item.state == "done" and item.opinion and person:
            words.append(f"{person.name}：{item.opinion}")
    if words:
        put(case, name.strip(), "\n".join(words))


def _join(case: Case, text: str, _properties: Properties) -> None:
    """``join:same_as=merged@DB16``: part of the case named there from now on, for whose end it waits at that node."""
    named, _, rest = text.partition("=")
    field, _, node = rest.partition("@")
    join(case, named.strip(), field.strip(), node.strip())


def _issued(case: Case, text: str, _properties: Properties) -> None:
    """``issued:matter_no=${…}``: the case named there has earned a slip that somebody has issued by hand."""
    named, _, word = text.partition("=")
    issued(case, named.strip(), str(said(case, word.strip()) or ""))


def _event(case: Case, text: str, _properties: Properties) -> None:
    """``event:HY50=check_failed``: what has come out of a step brings the rung that its ladder has for it."""
    step, _, event = text.partition("=")
    step_happened(case, step.strip(), event.strip())


ACTIONS: Final[Mapping[str, Callable[[Case, str, Properties], None]]] = {
    "number": _number,
    "deadline": _deadline,
    "dated": _dated,
    "propose": _propose,
    "freeze": _freeze,
    "thaw": lambda case, _text, _properties: thaw(case),
    "amber": _amber,
    "mark": _mark,
    "paper": _paper,
    "start": _start,
    "notify": _notify,
    "event": _event,
    "set": _assign,
    "quote": _quote,
    "faults": _faults,
    "proxy": _proxy,
    "acknowledge": _acknowledge,
    "repeats": _repeats,
    "held": list_held,
    "alternatives": records.alternatives,
    "rotate": rotate,
    "examine": examine_enclosed,
    "publish": publish_enclosed,
    "join": _join,
    "issued": _issued,
}
