"""The small line under an entry of the record: what its facts say that its label does not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model import Entry, Json, StepView
from engine.org import Directory
from web.language import N_, _, told
from web.words import stamp

RUNGS = {"warn": N_("临期提醒"), "due": N_("到期提醒")}
# late-2 is the second rung, whatever time that is; daily-2 comes on the second overdue working day
NUMBERED = re.compile(r"(late|daily)-(\d+)(?:-\w+)?")
MODES = {"direct": N_("改好后直接送回"), "again": N_("改好后按流程重新流转")}
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
    numbered = NUMBERED.fullmatch(rung)
    if numbered is None:
        return told(RUNGS.get(rung)) or entry.label
    kind, n = numbered.groups()
    return _("逾期 %(n)s 级提醒", n=n) if kind == "late" else _("逾期第 %(n)s 个工作日提醒", n=n)


def note(entry: Entry, names: Names) -> str:
    """The line, or nothing."""
    write = WRITERS.get(entry.verb)
    return write(entry.detail, names) if write else ""


def signed(entry: Entry, states: Mapping[int, str]) -> str:
    """How many of those who were added have signed by now; whoever was taken out again does not count."""
    asked = [n for n in entry.detail.get("items") or () if states.get(n) != "cancelled"] if entry.verb == "add" else []
    done = sum(states.get(n) == "done" for n in asked)
    return _("，%(done)s/%(asked)s 已签", done=done, asked=len(asked)) if asked else ""


def _to(sentence: str) -> Callable[[Facts, Names], str]:
    """A sentence about the people whom the entry knows by login."""

    def words(facts: Facts, names: Names) -> str:
        found = [names.directory.person(key) for key in facts.get("to") or ()]
        return _about(sentence, [person.name for person in found if person])

    return words


def _to_named(sentence: str) -> Callable[[Facts, Names], str]:
    """The same where the entry holds their names."""
    return lambda facts, names: _about(sentence, facts.get("to_names") or ())


def _about(sentence: str, people: Sequence[str]) -> str:
    return _(sentence, people=_("、").join(people)) if people else ""


def _return(facts: Facts, names: Names) -> str:
    target = next((step.name for step in names.steps if step.element == facts.get("to")), "")
    parts = [_("退回到%(step)s", step=target) if target else "", told(MODES.get(str(facts.get("mode"))))]
    parts += [names.reasons.get(code, code) for code in facts.get("reasons") or ()]
    return _("，").join(filter(None, parts))


def _deadline(facts: Facts, names: Names) -> str:
    at = facts.get("deadline")
    return _("%(at)s 前", at=_at(at)) if at else ""


def _words(facts: Facts) -> list[str]:
    """How many findings of the word check were let stand, and why."""
    found = facts.get("words") or {}
    if not found.get("allowed"):
        return []
    return [_("用词保留 %(n)s 项：%(why)s", n=len(found["allowed"]), why=found["reason"])]


def _moved(facts: Facts) -> str:
    comma = _("、")
    return f"{comma.join(facts.get('from_names') or ())} → {comma.join(facts.get('to_names') or ())}"


def _at(text: Json) -> str:
    return stamp(datetime.fromisoformat(str(text)))


def _code(facts: Facts) -> str:
    """P1 to P6 are known by their codes; that colleagues are asked is no such reason."""
    return f"{facts['code']} " if facts.get("days") else ""


WRITERS: Mapping[str, Callable[[Facts, Names], str]] = {
    "rung": _to(N_("已通知 %(people)s")),
    "urge": _to(N_("催 %(people)s")),
    "urge_read": _to_named(N_("催 %(people)s")),
    "oral": lambda facts, names: _("见证人 %(who)s", who=facts.get("witness_name")),
    "ask_move": lambda facts, names: _moved(facts),
    "move": lambda facts, names: _("%(moved)s。原因：%(why)s", moved=_moved(facts), why=facts.get("reason")),
    "add": lambda facts, names: _("、").join(facts.get("to_names") or ()),
    "circulate": _to_named(N_("传给 %(people)s")),
    "consult": _to_named(N_("问 %(people)s")),
    "delegate": lambda facts, names: _("委派给 %(who)s", who=facts.get("to_name")),
    "remove": lambda facts, names: str(facts.get("from_name") or ""),
    "assume": _to(N_("逾期未答复：%(people)s")),
    "return": _return,
    "decide": lambda facts, names: _("，").join(
        [*(names.reasons.get(c, c) for c in facts.get("reasons") or ()), *_words(facts)]
    ),
    "waive": lambda facts, names: _("、").join(f"{one['place']}“{one['word']}”" for one in facts.get("words") or ()),
    "fault": lambda facts, names: _("，").join(names.reasons.get(c, c) for c in facts.get("reasons") or ()),
    "deadline": _deadline,
    "pause_ask": lambda facts, names: _(
        "%(code)s %(why)s，%(n)s 个工作日", code=facts.get("code"), why=facts.get("reason"), n=facts.get("days")
    ),
    "pause": lambda facts, names: _(
        "%(why)s，依据：%(basis)s", why=_code(facts) + str(facts.get("reason")), basis=facts.get("basis")
    ),
    "pause_end": lambda facts, names: _("新的截止时间 %(at)s", at=_at(facts["after"])) if facts.get("after") else "",
    "transfer": lambda facts, names: _("转给 %(who)s", who=facts.get("to_name") or facts.get("to")),
    "number": lambda facts, names: str(facts.get("text") or ""),
    "record": lambda facts, names: _("登记为 %(label)s", label=facts["label"]) if facts.get("label") else "",
}
