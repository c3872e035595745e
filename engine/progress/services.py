"""What service tasks do without Python: numbers, registers, deadlines, lights, notices, other processes.

A service task names its work in the property ``register``; the engine does it inside the transaction of the step and
lets the token pass. A task with nothing to do here waits, visibly, as an incident.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from engine import bpmn, limits
from engine.errors import InvalidPackage
from engine.model import Json
from engine.package import Register
from engine.progress.case import CONSTANTS, Case, find, house_functions, incident, log, names
from engine.progress.notices import Letter, tell
from engine.progress.numbering import number_for
from engine.progress.receipts import sent_back
from engine.progress.timing import arm_instance, instant
from engine.runtime import evaluate
from engine.store import bindings, instances, registers, work

Properties = Mapping[str, str]
Functions = Mapping[str, Callable[..., Json]]


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
        elif action.endswith(".add") and action[:-4] in case.package.registers:
            _add_record(case, action[:-4])
        elif action.endswith(".renew") and action[:-6] in case.package.registers:
            _renew_record(case, action[:-6], element.properties.get("record-state", ""))
        else:
            raise InvalidPackage(
                f"服务任务 {service.element} 的动作“{action}”不认识。",
                f"unknown action {action!r}",
                "动作写法见参考手册“流程包”。",
            )
    return True


def imagine(case: Case, service: bpmn.Service) -> None:
    """Only what the task would write into the variables: looking ahead, a timer further on may need that instant."""
    element = case.package.process.elements[service.element]
    for action in _asked(element):
        word, _, rest = action.partition(":")
        if word in ("set", "deadline") and not rest.strip().startswith("instance="):
            ACTIONS[word](case, rest.strip(), element.properties)


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


def _set(case: Case, name: str, value: Json) -> None:
    if name in CONSTANTS:
        raise InvalidPackage(f"变量 {name} 由系统设置，流程不能改写。", f"{name} is set by the engine")
    case.row.variables = case.row.variables | {name: value}


def _number(case: Case, field: str, _properties: Properties) -> None:
    """``number:doc_no`` takes the next number of the series that the manifest describes for this field."""
    if case.row.variables.get(field):
        return  # a number, once given, stays with its document through every return
    series = case.package.manifest.series[field]
    text = number_for(case, series)
    _set(case, series.field or field, text)
    case.final = f"已取号 {text}"
    log(case, "number", detail={"field": field, "text": text})


def _add_record(case: Case, name: str) -> None:
    register = case.package.registers[name]
    known, data = _columns(case, register)
    year = case.calendar.local(case.now).year
    series = str(evaluate(register.series, known)) if register.series else name
    ordinal = registers.take(case.tx, f"{name}:{series}", year)
    label = register.label_of(data, ordinal=ordinal, year=year, series=series)
    registers.add(
        case.tx,
        register=name,
        label=label,
        state=register.state,
        data=data,
        instance_id=case.row.id,
        at=case.now,
        by=case.actor.id if case.actor else None,
    )
    _set(case, f"{name}_no", label)
    case.final = f"已登记 {label}"
    log(case, "record", detail={"register": name, "label": label})


def _renew_record(case: Case, name: str, state: str) -> None:
    """The line of this instance once more as things stand now; the earlier line stays and is marked as replaced."""
    earlier = registers.last_of_instance(case.tx, name, case.row.id)
    if earlier is None:
        _add_record(case, name)
        return
    register = case.package.registers[name]
    registers.add(
        case.tx,
        register=name,
        label=earlier.label,
        state=state or earlier.state,
        data=_columns(case, register)[1],
        instance_id=case.row.id,
        at=case.now,
        by=case.actor.id if case.actor else None,
        corrects_id=earlier.id,
    )
    log(case, "record", detail={"register": name, "label": earlier.label})


def _names_now(case: Case) -> dict[str, Json]:
    return names(case) | {"now": case.calendar.local(case.now).isoformat()}


def _columns(case: Case, register: Register) -> tuple[dict[str, Json], dict[str, Json]]:
    """What the expressions of a register know, and what its columns hold now."""
    known = _names_now(case) | {"title": case.row.title}
    data = {c.id: evaluate(c.value, known) if c.value else case.row.variables.get(c.id) for c in register.column}
    return known, data


def _deadline(case: Case, text: str, properties: Properties) -> None:
    """``deadline:valid_until=5WD,year-end`` writes an instant; ``deadline:instance=…`` moves the instance's own."""
    name, _, value = text.partition("=")
    parts = [p.strip() for p in value.split(",")]
    first = evaluate(parts[0], names(case)) if "{" in parts[0] else parts[0]
    limit = None
    due = instant(first, case)
    if due is None and first is not None:
        limit = limits.by_urgency(str(first), case.row.urgency)
        anchor = instant(names(case).get(properties.get("anchor", "")), case)
        due = limits.deadline(limit, case.now, case.calendar, anchor=anchor) if limit else None
    if due is not None and "year-end" in parts[1:]:
        due = min(due, year_end(case))
    if name.strip() == "instance":
        owner = properties.get("owner", "")
        people = find(case, owner).performers if owner else ()
        arm_instance(case, due, properties.get("ladder"), limit=limit, performer=people[0].login if people else "")
        log(case, "deadline", detail={"deadline": due.isoformat() if due else None})
    else:
        _set(case, name.strip(), due.astimezone(case.calendar.zone).isoformat() if due else None)


def year_end(case: Case) -> datetime:
    """Closing time of the last day of this year: seals may not be used across years."""
    day = case.calendar.local(case.now).date().replace(month=12, day=31)
    return case.calendar.closing(day)


def _freeze(case: Case, _text: str, _properties: Properties) -> None:
    case.row.frozen_light = limits.light(case.now, case.row.warn_at, case.row.deadline)


def _thaw(case: Case, _text: str, _properties: Properties) -> None:
    case.row.frozen_light = None


def _start(case: Case, process: str, properties: Properties) -> None:
    """``start:supervision`` with ``each``, ``when`` and ``with``: one instance for each line that ``when`` selects."""
    each = properties.get("each", "").strip()
    known = _names_now(case)
    functions = house_functions(case.directory)
    items: list[Json] = list(evaluate(each, known, functions) or []) if each else [None]
    selected = properties.get("when", "true")
    for item in items:
        scope = known | {"item": item}
        if not evaluate(selected, scope, functions):
            continue
        passes = properties.get("submitted", "true") == "true"  # false: whoever sends it on fills in the first form
        case.to_start.append((process, _assigned(properties.get("with", ""), scope, functions), passes))
    case.final = "已启动后续流程"


def _assigned(text: str, scope: Mapping[str, Json], functions: Functions) -> dict[str, Json]:
    """``title=${item.title}, kind=日常督办`` as values."""
    parts = [part.partition("=") for part in _split(text)]
    return {
        key.strip(): evaluate(said.strip(), scope, functions) if "{" in said else said.strip() for key, _, said in parts
    }


def _split(text: str) -> list[str]:
    """Split at commas outside braces and brackets."""
    parts, depth, last = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "({[") - (sign in ")}]")
        if sign == "," and depth == 0:
            parts.append(text[last:at])
            last = at + 1
    return [p for p in (*parts, text[last:]) if p.strip()]


def _notify(case: Case, template: str, properties: Properties) -> None:
    found = find(case, properties.get("to", "initiator()"), needed=False)
    facts = _assigned(properties.get("facts", ""), names(case), house_functions(case.directory))
    tell(case, template or "T-DONE", "copy", [Letter(p.id, None, facts) for p in found.performers])


def _assign(case: Case, text: str, _properties: Properties) -> None:
    name, _, value = text.partition("=")
    value = value.strip()
    known = _names_now(case)
    _set(case, name.strip(), evaluate(value, known, house_functions(case.directory)) if "{" in value else value)


def _proxy(case: Case, text: str, _properties: Properties) -> None:
    """``proxy:by_proxy=FW70`` writes whether the last decision at a step was given for somebody else (代)."""
    name, _, element = text.partition("=")
    visits = [a for a in instances.activities(case.tx, case.row.id) if a.element == element.strip()]
    items = work.of_activity(case.tx, visits[-1].id) if visits else ()
    _set(case, name.strip(), any(i.state == "done" and i.principal_id is not None for i in items))


def _acknowledge(case: Case, field: str, _properties: Properties) -> None:
    """``acknowledge:receipts`` tells the instance this one was sent by that it has arrived; see ``receipts``."""
    sent_back(case, field.strip())


def _repeats(case: Case, text: str, _properties: Properties) -> None:
    """``repeats:repeats=document_receipt(source, source_no)`` writes which lines of a register say the same there."""
    name, _, asked = text.partition("=")
    register, _, columns = asked.strip().removesuffix(")").partition("(")
    wanted = {c.strip(): case.row.variables.get(c.strip()) for c in columns.split(",")}
    found = registers.alike(case.tx, register.strip(), wanted, but=case.row.id) if all(wanted.values()) else []
    _set(case, name.strip(), "、".join(found) or None)


def _quote(case: Case, text: str, _properties: Properties) -> None:
    """``quote:instruction=SW50`` writes what was said at the last visit of a step, with names, into a field."""
    name, _, element = text.partition("=")
    visits = [a for a in instances.activities(case.tx, case.row.id) if a.element == element.strip()]
    said = []
    for item in work.of_activity(case.tx, visits[-1].id) if visits else ():
        person = case.directory.person(item.decided_by)
        if item.kind == "decide" and item.state == "done" and item.opinion and person:
            said.append(f"{person.name}：{item.opinion}")
    if said:
        _set(case, name.strip(), "\n".join(said))


ACTIONS: Final[Mapping[str, Callable[[Case, str, Properties], None]]] = {
    "number": _number,
    "deadline": _deadline,
    "freeze": _freeze,
    "thaw": _thaw,
    "start": _start,
    "notify": _notify,
    "set": _assign,
    "quote": _quote,
    "proxy": _proxy,
    "acknowledge": _acknowledge,
    "repeats": _repeats,
}
