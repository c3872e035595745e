"""The small line under an entry of the record: what its facts say that its label does not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.model import Entry, Json, StepView
from engine.org import Directory
from web.words import stamp

RUNGS = {"warn": "临期提醒", "due": "到期提醒"}
MODES = {"direct": "改好后直接送回", "again": "改好后按流程重新流转"}
Facts = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Names:
    """What turns codes into words: people, steps, reasons for returning."""

    directory: Directory
    steps: tuple[StepView, ...]
    reasons: Mapping[str, str]


def label(entry: Entry) -> str:
    """The words of the chip: a rung of a ladder is called by what it is."""
    if entry.verb != "rung":
        return entry.label
    rung = str(entry.detail.get("rung", ""))
    late = rung.removeprefix("late-")
    return RUNGS.get(rung) or (f"超期 {late} 日提醒" if late != rung else entry.label)


def note(entry: Entry, names: Names) -> str:
    """The line, or nothing."""
    write = WRITERS.get(entry.verb)
    return write(entry.detail, names) if write else ""


def signed(entry: Entry, states: Mapping[int, str]) -> str:
    """How many of those who were added have signed by now; whoever was taken out again does not count."""
    asked = [n for n in entry.detail.get("items") or () if states.get(n) != "cancelled"] if entry.verb == "add" else []
    done = sum(states.get(n) == "done" for n in asked)
    return f"，{done}/{len(asked)} 已签" if asked else ""


def _told(before: str) -> Callable[[Facts, Names], str]:
    def words(facts: Facts, names: Names) -> str:
        found = [names.directory.person(key) for key in facts.get("to") or ()]
        people = "、".join(person.name for person in found if person)
        return f"{before}{people}" if people else ""

    return words


def _return(facts: Facts, names: Names) -> str:
    target = next((step.name for step in names.steps if step.element == facts.get("to")), "")
    parts = [f"退回到{target}" if target else "", MODES.get(str(facts.get("mode")), "")]
    parts += [names.reasons.get(code, code) for code in facts.get("reasons") or ()]
    return "，".join(filter(None, parts))


def _deadline(facts: Facts, names: Names) -> str:
    at = facts.get("deadline")
    return f"{stamp(datetime.fromisoformat(str(at)))} 前" if at else ""


def _words(facts: Facts) -> list[str]:
    """How many findings of the word check were let stand, and why."""
    found = facts.get("words") or {}
    return [f"用词保留 {len(found['allowed'])} 项：{found['reason']}"] if found.get("allowed") else []


def _moved(facts: Facts) -> str:
    return f"{'、'.join(facts.get('from_names') or ())} → {'、'.join(facts.get('to_names') or ())}"


def _at(text: Json) -> str:
    return stamp(datetime.fromisoformat(str(text)))


def _code(facts: Facts) -> str:
    """P1 to P6 are known by their codes; that colleagues are asked is no such reason."""
    return f"{facts['code']} " if facts.get("days") else ""


WRITERS: Mapping[str, Callable[[Facts, Names], str]] = {
    "rung": _told("已通知 "),
    "urge": _told("催 "),
    "urge_read": lambda facts, names: f"催 {'、'.join(facts.get('to_names') or ())}",
    "oral": lambda facts, names: f"见证人 {facts.get('witness_name')}",
    "ask_move": lambda facts, names: _moved(facts),
    "move": lambda facts, names: f"{_moved(facts)}。原因：{facts.get('reason')}",
    "add": lambda facts, names: "、".join(facts.get("to_names") or ()),
    "circulate": lambda facts, names: f"传给 {'、'.join(facts.get('to_names') or ())}",
    "consult": lambda facts, names: f"问 {'、'.join(facts.get('to_names') or ())}",
    "delegate": lambda facts, names: f"委派给 {facts.get('to_name')}",
    "remove": lambda facts, names: str(facts.get("from_name") or ""),
    "assume": _told("逾期未答复："),
    "return": _return,
    "decide": lambda facts, names: "，".join(
        [*(names.reasons.get(c, c) for c in facts.get("reasons") or ()), *_words(facts)]
    ),
    "waive": lambda facts, names: "、".join(f"{one['place']}“{one['word']}”" for one in facts.get("words") or ()),
    "fault": lambda facts, names: "，".join(names.reasons.get(c, c) for c in facts.get("reasons") or ()),
    "deadline": _deadline,
    "pause_ask": lambda facts, names: f"{facts.get('code')} {facts.get('reason')}，{facts.get('days')} 个工作日",
    "pause": lambda facts, names: f"{_code(facts)}{facts.get('reason')}，依据：{facts.get('basis')}",
    "pause_end": lambda facts, names: f"新的截止时间 {_at(facts['after'])}" if facts.get("after") else "",
    "transfer": lambda facts, names: f"转给 {facts.get('to_name') or facts.get('to')}",
    "number": lambda facts, names: str(facts.get("text") or ""),
    "record": lambda facts, names: f"登记为 {facts['label']}" if facts.get("label") else "",
}
