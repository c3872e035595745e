"""What a user task says wrongly about who acts in it: found when a package is deployed, not when a case is stuck."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine import bpmn, limits
from engine.errors import InvalidLimit
from engine.package.plan import ACTIONS, Plan

COMPLETION = re.compile(r"one|all|sequence|checklist|ratio:(0?\.\d{1,4}|1(\.0{1,4})?|0\.\d{1,4})")
WEIGHT = re.compile(r"[^\s:,]{1,80}:(?!0+(\.0+)?$)\d{1,4}(\.\d{1,4})?")


class Fault(NamedTuple):
    """One thing that means nothing, in both languages."""

    zh: str
    en: str


def plan_faults(element: bpmn.Element, plan: Plan) -> Iterator[Fault]:
    """Operations, rules, votes and weights that nobody could follow."""
    given = element.properties
    for name in _parts(given.get("actions", "")):
        if name.removeprefix("-") not in ACTIONS:
            yield Fault(f"没有操作 {name}，可用：{'、'.join(sorted(ACTIONS))}", f"no action {name!r}")
    if not COMPLETION.fullmatch(plan.completion):
        yield Fault(f"完成规则 {plan.completion} 不认识", f"unknown completion {plan.completion!r}")
    codes = {o.code for o in plan.outcomes}
    named = {said: _parts(given.get(said, "")) for said in ("abstain", "partial")} | {"gate": list(plan.gate)}
    named["within"] = list(plan.within)
    named["reasons"] = sorted(plan.reasons_on - {"return"})
    for said, outcomes in named.items():
        for name in [n for n in outcomes if n not in codes]:
            yield Fault(f"{said} 的 {name} 不在结论中", f"{said} names {name!r}, which is no outcome")
    for part in _parts(given.get("weights", "")):
        if not WEIGHT.fullmatch(part):
            yield Fault(f"权重“{part}”应写作 岗位或登录名:正数", f"weight {part!r} is not login-or-post:number")
    if plan.weights and not plan.completion.startswith("ratio:"):
        yield Fault("权重只用于按比例表决（ratio）", "weights need completion ratio")
    if plan.assist and plan.completion in ("checklist", "sequence"):
        yield Fault("协办不能用于清单或顺签环节", "assist does not go with a checklist or a sequence")
    yield from _times(plan)
    yield from _clock(given.get("consult-clock", ""), plan)
    yield from _silence(plan)
    yield from _words(given.get("words", ""), plan)
    yield from _confirm(given.get("confirm", "password"))


def _times(plan: Plan) -> Iterator[Fault]:
    """Times after which something is or is not possible any more have to be limits for every urgency."""
    for name, text in {
        **plan.within,
        **({"assist-silence": plan.assist_silence} if plan.assist_silence else {}),
    }.items():
        if not all(_bounded(text, urgency) for urgency in limits.URGENCIES):
            yield Fault(f"{name} 的时限 {text[:40]} 读不懂，如 1WD", f"limit {text[:40]!r} of {name} cannot be read")
    if plan.assist_silence and not plan.assist:
        yield Fault("没有协办（assist），不能设 assist-silence", "assist-silence without assist")


def _confirm(text: str) -> Iterator[Fault]:
    if text != "password":
        yield Fault(f"confirm 只能写 password，不认识 {text[:40]}", f"confirm knows password only, not {text[:40]!r}")


def _silence(plan: Plan) -> Iterator[Fault]:
    """Silence needs a time, somebody who decides, and more than one who could speak."""
    said = plan.silence
    if said is None:
        return
    if not said.by or not any(_bounded(said.after, urgency) for urgency in limits.URGENCIES):
        yield Fault(
            "silence 应写作“时限; by: 办理人规则或 clock”，如 7WD; by: post('zhuren')", "silence: limit; by: rule"
        )
    if plan.completion != "all":
        yield Fault("逾期未回（silence）只用于会签（all）", "silence needs completion all")


def _words(text: str, plan: Plan) -> Iterator[Fault]:
    """Fields to look through, and at most somebody who may let a banned word stand."""
    if plan.words is not None and (not plan.words.fields or (";" in text and not plan.words.waive)):
        yield Fault(
            "words 应写作“字段, 字段; waive: 办理人规则”，如 title, body; waive: post('zhuren')",
            "words: field, field; waive: rule",
        )


def _clock(text: str, plan: Plan) -> Iterator[Fault]:
    """A clock that stands while colleagues are asked needs an end, and one person whose clock it is."""
    if not text or text.strip() == "run":
        return
    if not plan.consult_limit or not all(_bounded(plan.consult_limit, urgency) for urgency in limits.URGENCIES):
        yield Fault(f"征求意见计时“{text}”应写作 run 或 stop:时限，如 stop:1CH/4WH/2WD", f"consult-clock {text!r}")
    if plan.completion != "one":
        yield Fault("征求意见停表只用于一人办理的环节", "consult-clock stops only where one person decides")
    if "consult" not in plan.actions:
        yield Fault("环节没有开放征求意见（consult），不能设停表", "consult-clock without the action consult")


def _bounded(text: str, urgency: str) -> bool:
    try:
        found = limits.by_urgency(text, urgency)
    except InvalidLimit:
        return False
    return found is not None and found.unit != "T"


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
