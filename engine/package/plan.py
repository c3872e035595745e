"""What a user task of a diagram asks for, read once from its attributes and properties."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from engine import bpmn
from engine.model import Outcome
from engine.package.silence import Silence, read_silence
from engine.package.word_rule import WordRule, read_words

DEFAULT_OUTCOMES = (Outcome("approve", "同意"),)
CHECK_FIRST, FILL_FIRST = "这一步须打开核对后再办", "这一步有需要填写的内容"  # why not from the inbox
DEFAULT_ACTIONS = frozenset({"transfer", "return", "save_draft", "urge"})
ACTIONS = DEFAULT_ACTIONS | {"add", "consult", "circulate", "delegate", "oral", "pass_on"}
ABSTAIN = ("irrelevant", "abstain")
DANGER = ("refuse", "reject", "disagree", "void", "fail")


@dataclass(frozen=True, slots=True)
class OpinionRule:
    """When words are needed, and what stands in the box to begin with."""

    default: str = ""
    required_on: frozenset[str] = frozenset({"return"})
    empty: str = ""  # what an empty box means with the first button (圈阅)
    explicit: str = ""  # expression: an empty box is refused while it holds


@dataclass(frozen=True, slots=True)
class Plan:
    """A user task as the office sees it."""

    element: str
    name: str
    performer: str  # a performer rule; empty when the diagram only names candidates
    candidate_groups: tuple[str, ...]
    completion: str
    veto: bool
    limit: str
    ladder: str | None
    outcomes: tuple[Outcome, ...]
    actions: frozenset[str]
    fields: str
    opinion: OpinionRule
    quick: bool  # may be decided from the inbox
    quick_reason: str
    checklist: str | None
    own_passes: bool
    exclude: str
    duty: str
    return_to: tuple[str, ...]
    bulk: bool
    abstain: frozenset[str] = frozenset()  # outcomes that count neither way (不涉及)
    weights: Mapping[str, float] = field(default_factory=dict)  # login or post code -> weight of a vote; others weigh 1
    assist: str = ""  # performer rule of those who assist (协办): they are heard, only the lead sends on
    assist_limit: str = "none"
    assist_silence: str = ""  # after this their silence counts as no opinion; empty: when their own limit is over
    within: Mapping[str, str] = field(default_factory=dict)  # outcome -> for how long after its opening it may be given
    consult_limit: str = ""  # how long the clock stands for those who are asked (征求意见); empty: it runs on
    instructed_by: str = ""  # the field with the instant that a leader has set
    required_by: str = ""  # the field with the instant that the incoming letter asks for
    passes_when: str = ""  # expression: the step passes by itself as soon as it holds
    partial: frozenset[str] = frozenset()  # outcomes that leave the form to be completed later
    documents: tuple[str, ...] = ()  # documents of the package that can be made at this step
    gate: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # outcome -> checklists whose stars it waits for
    confirm: bool = False  # whoever decides has just said their password (用印审批)
    reasons_on: frozenset[str] = frozenset()  # outcomes, and "return", that need a reason code
    silence: Silence | None = None  # when those who do not answer may be taken for having no objection
    words: WordRule | None = None  # what is looked through for words the house does not want
    same: str = "merge"  # one person in two steps that follow each other: merge | ahead | keep

    def label(self, outcome: str) -> str:
        """Words for an outcome code."""
        return next((o.label for o in self.outcomes if o.code == outcome), WORDS.get(outcome, outcome))


WORDS = {
    "submit": "提交",
    "return": "退回",
    "done": "完成",
    "na": "不适用",
    "pass": "自动通过",
    "read": "已阅",
    "answer": "答复",
    "signed": "已补签",
    "disputed": "有异议",
    "assumed": "视为没有不同意见",
    "wait": "继续等待",
}


def plan_of(element: bpmn.Element, *, fields: str = "") -> Plan:
    """The plan of one user task; ``fields`` are its rights where the diagram does not say them."""
    p, a = element.properties, element.attributes
    completion = p.get("completion", "one")
    outcomes = _outcomes(p.get("outcomes", ""), completion)
    fields = p.get("fields", "") or fields
    reason = _must_open(p, fields)
    return Plan(
        element=element.id,
        name=element.name or element.id,
        performer=p.get("performer", "") or _rule_of_attributes(a),
        candidate_groups=_names(a.get("candidateGroups", "")),
        completion=completion,
        veto=p.get("veto", "false") == "true",
        limit=p.get("limit", "none"),
        ladder=p.get("ladder") or None,
        outcomes=outcomes,
        actions=_actions(p.get("actions", "")),
        fields=fields,
        opinion=_opinion(p.get("opinion", "")),
        quick=not reason and completion != "checklist",
        quick_reason=reason,
        checklist=p.get("checklist") or None,
        own_passes=p.get("own", "") == "pass",
        same=p.get("same", "merge"),
        exclude=p.get("exclude", ""),
        duty=p.get("duty", "") or element.documentation or "",
        return_to=_names(p.get("return-to", "")),
        bulk=p.get("bulk", "false") == "true",
        abstain=frozenset(_names(p.get("abstain", ""))) or frozenset(o.code for o in outcomes if o.code in ABSTAIN),
        weights=_weights(p.get("weights", "")),
        assist=p.get("assist", ""),
        assist_limit=p.get("assist-limit", "") or p.get("limit", "none"),
        assist_silence=p.get("assist-silence", ""),
        within=_within(p.get("within", "")),
        consult_limit=_while_asking(p.get("consult-clock", "run")),
        instructed_by=p.get("instructed-by", ""),
        required_by=p.get("required-by", ""),
        documents=_names(p.get("documents", "")),
        partial=frozenset(_names(p.get("partial", ""))),
        passes_when=p.get("passes-when", ""),
        gate=_gate(p.get("gate", "")),
        confirm=p.get("confirm", "") == "password",
        silence=read_silence(p.get("silence", "")),
        words=read_words(p.get("words", "")),
        reasons_on=frozenset(_names(p.get("reasons", ""))),
    )


def _must_open(properties: Mapping[str, str], fields: str) -> str:
    """Why a step cannot be decided from the inbox; empty if it can."""
    if properties.get("preview-approve") == "false":
        return CHECK_FIRST
    return FILL_FIRST if ":write" in fields.replace(" ", "") else ""


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if "{" not in text else (text,)


def _rule_of_attributes(attributes: Mapping[str, str]) -> str:
    assignee = attributes.get("assignee", "").strip()
    if assignee:
        return f"person({_as_expression(assignee)})"
    users = attributes.get("candidateUsers", "").strip()
    if users:
        if "{" in users:
            return f"people({_as_expression(users)})"
        return "people([" + ", ".join(repr(u) for u in _names(users)) + "])"
    return ""


def _as_expression(text: str) -> str:
    """``${initiator}`` is an expression, ``zhang`` a login."""
    if text.startswith(("${", "#{")) and text.endswith("}"):
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith("=") else repr(text)


def _outcomes(text: str, completion: str) -> tuple[Outcome, ...]:
    if completion == "checklist":
        return (Outcome("done", "完成"), Outcome("na", "不适用", "plain"))
    found: list[Outcome] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        code, _, label = part.partition(":")
        code = code.strip()
        tone = "danger" if code.startswith(DANGER) else "primary" if not found else "plain"
        found.append(Outcome(code, label.strip() or code, tone))
    return tuple(found) or DEFAULT_OUTCOMES


def _actions(text: str) -> frozenset[str]:
    actions = set(DEFAULT_ACTIONS)
    for part in filter(None, (p.strip() for p in text.split(","))):
        if part.startswith("-"):
            actions.discard(part[1:])
        else:
            actions.add(part)
    return frozenset(actions)


def _while_asking(text: str) -> str:
    """The limit behind ``stop:``; whatever else is there is left to the check of the package."""
    word, _, limit = text.partition(":")
    return limit.strip() if word.strip() == "stop" else ""


def _weights(text: str) -> dict[str, float]:
    """``gm:2, cwb_head:1.5``; what cannot be read is left to the check of the package."""
    found = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        who, _, weight = part.partition(":")
        with suppress(ValueError):
            found[who.strip()] = float(weight)
    return found


def _within(text: str) -> dict[str, str]:
    """``refuse:1WD, extend:5WD``: these outcomes may be given so long after the step has opened."""
    parts = [part.partition(":") for part in text.split(",") if part.strip()]
    return {outcome.strip(): limit.strip() for outcome, _, limit in parts}


def _gate(text: str) -> dict[str, tuple[str, ...]]:
    """``pass:HY40``, or ``pass:HY40 HY55``: this outcome waits for the starred entries of these steps."""
    parts = [part.partition(":") for part in text.split(",") if part.strip()]
    return {outcome.strip(): tuple(steps.split()) for outcome, _, steps in parts}


def _opinion(text: str) -> OpinionRule:
    """``required-on:return,refuse; default:同意。; empty:圈阅，视为同意。; explicit:genre == '请示'``"""
    default, empty, explicit, required = "", "", "", {"return"}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        key, _, value = part.partition(":")
        if key.strip() == "default":
            default = value.strip()
        elif key.strip() == "empty":
            empty = value.strip()
        elif key.strip() == "explicit":
            explicit = value.strip()
        elif key.strip() == "required-on":
            required |= {v.strip() for v in value.split(",") if v.strip()}
        elif key.strip() == "required":
            required.add("*")
    return OpinionRule(default, frozenset(required), empty, explicit)
