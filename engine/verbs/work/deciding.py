"""Give the outcome of one's own part, and take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.errors import BadInput, Conflict
from engine.lexicon import Allowance
from engine.model import Actor, Done, Json, Variables
from engine.package import Plan
from engine.progress import Case, answer, command, log, replaced
from engine.progress.assisting import assume_none, require_heard
from engine.progress.besides import drop_question
from engine.progress.case import constants, names, note_knowers, save
from engine.progress.data import checked, rights
from engine.progress.enclosures import attach, decided_on, keep_decided
from engine.progress.entry_questions import require_consent
from engine.progress.gates import require_stars
from engine.progress.in_time import require_in_time
from engine.progress.late_entries import open_after
from engine.progress.opinions import words as written
from engine.progress.permission import open_for, require_confirmed, require_read
from engine.progress.reasons import require_reasons
from engine.progress.replaced import seat
from engine.progress.settling import settle
from engine.progress.undo import remember, restore
from engine.progress.word_check import settle_words
from engine.runtime import Engine, evaluate
from engine.store import timers, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord
from engine.verbs.work.locking import locked


def decide(
    engine: Engine,
    item_id: int,
    outcome: str,
    actor: Actor,
    *,
    opinion: str = "",
    data: Mapping[str, Json] | None = None,
    key: str | None = None,
    attachments: Sequence[str] = (),
    reasons: Sequence[str] = (),
    words: Allowance | None = None,
) -> Done:
    """Give the outcome of one's own part; when the completion rule is met, the instance goes on."""
    with command(engine, actor, key, _asked(item_id, outcome, opinion, data, reasons, words)) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        plan = case.package.plans[activity.element]
        require_confirmed(case, plan, actor)
        said = _said(plan, outcome, opinion, first=activity.element == case.package.manifest.first)
        said = said or _unsaid(case, plan, outcome)
        _require(case, activity, plan, item, outcome, reasons)
        given = _given(case, plan, outcome, data)
        facts = _entry_facts(case, item, outcome, attachments)
        late = require_heard(case, activity, plan) if plan.assist and not _danger(plan, outcome) else []
        changed = {name: value for name, value in given.items() if case.row.variables.get(name) != value}
        was = seat(case, item) | {"fields": {name: case.row.variables.get(name) for name in changed}}
        both = replaced.changed(was, state="done", outcome=outcome, fields=changed)
        keep_decided(case, changed)
        remember(case, item)
        found = settle_words(case, plan, changed, words, on=not _danger(plan, outcome))
        case.row.variables = case.row.variables | changed
        note_knowers(case)
        work.decide(cmd.tx, item, outcome=outcome, opinion=said, data=changed, at=cmd.now, by=actor.id, facts=facts)
        attach(case, changed, attachments, item.id)
        work.drop_draft(cmd.tx, person_id=actor.id, scope=f"item:{item_id}")
        codes = {"reasons": list(reasons)} if reasons else {}
        detail = {"outcome": outcome, "opinion": said, "changed": changed, **codes, **found, **decided_on(case), **both}
        log(case, "decide", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        assume_none(case, activity, late)
        drop_question(case, item)
        if item.entry is not None:
            timers.cancel_item(cmd.tx, item.id)  # its list may go on long before its day
            if outcome == "done":
                open_after(case, activity, plan, item)
        _go_on(case, activity, plan, item, outcome)
        return cmd.answer(answer(case, item_id=item_id, undoable=True))


def _asked(
    item_id: int,
    outcome: str,
    opinion: str,
    data: Mapping[str, Json] | None,
    reasons: Sequence[str],
    words: Allowance | None,
) -> list[Json]:
    """The request as its key knows it; what is not given is left out, so that earlier keys stay what they were."""
    given: list[Json] = ["decide", item_id, outcome, opinion, data, *([list(reasons)] if reasons else [])]
    return [*given, [*words.keys, words.reason]] if words is not None and words.keys else given


def _require(
    case: Case, activity: ActivityRow, plan: Plan, item: ItemRecord, outcome: str, reasons: Sequence[str]
) -> None:
    """What this outcome waits for: its time, starred entries, somebody's consent, a reason code."""
    require_in_time(case, activity, plan, outcome)
    require_stars(case, plan, outcome)
    require_consent(case, item, outcome)
    require_reasons(case, plan, outcome, reasons)


def _go_on(case: Case, activity: ActivityRow, plan: Plan, item: ItemRecord, outcome: str) -> None:
    if activity not in case.open:
        save(case)  # the list went on without this entry
        return
    if outcome == plan.outcomes[0].code and activity.facts.get("seats") == 1 and case.actor is not None:
        case.agreed = (case.actor.id, item.principal_id)
    alone = activity.facts.get("seats") == 1 and plan.completion in ("one", "all") and "kept" not in activity.facts
    items = [replace(item, state="done", outcome=outcome)] if alone else work.of_activity(case.tx, activity.id)
    settle(case, activity, items, by=item.id)


def _said(plan: Plan, outcome: str, opinion: str, *, first: bool) -> str:
    """The opinion as it is kept; refuses unknown outcomes and missing words."""
    codes = [o.code for o in plan.outcomes]
    if outcome not in codes and not (first and outcome == "submit"):
        labels = "、".join(o.label for o in plan.outcomes)
        raise BadInput(
            f"这一步没有“{outcome}”这个结论。", f"no outcome {outcome!r}", f"可选：{labels}。", "work.outcome"
        )
    said = written(opinion)
    needed = plan.opinion.required_on
    danger = _danger(plan, outcome)
    if outcome != codes[0] and said == plan.opinion.default:
        said = ""  # the words that stood in the box were meant for the first button
    if not said and (danger or outcome in needed or "*" in needed):
        raise BadInput(
            "请填写意见，说明理由。", "an opinion is required for this outcome", "写明原因后再提交。", "work.opinion"
        )
    return said or (plan.opinion.default if outcome == codes[0] and not plan.opinion.empty else "")


def _unsaid(case: Case, plan: Plan, outcome: str) -> str:
    """圈阅: an empty box with the first button means something, but not for what has to be answered in words."""
    if outcome != plan.outcomes[0].code:
        return ""
    if plan.opinion.explicit and evaluate(plan.opinion.explicit, names(case)):
        raise BadInput(
            "有请示事项，请明确签署意见，不能只圈阅。",
            "words are needed: this asks for a decision",
            "写明同意、不同意或如何办理。",
            "work.opinion",
        )
    return plan.opinion.empty


def _danger(plan: Plan, outcome: str) -> bool:
    return any(o.code == outcome and o.tone == "danger" for o in plan.outcomes)


def _given(case: Case, plan: Plan, outcome: str, data: Mapping[str, Json] | None) -> Variables:
    """What the person entered, checked; fields are only required for outcomes that lead on."""
    return checked(
        case.engine,
        case.tx,
        case.package,
        data,
        previous=case.row.variables,
        permissions=rights(case.package, plan),
        constants=constants(case) | {"chosen": outcome},
        actor=case.actor,
        instance_id=case.row.id,
        complete=not _danger(plan, outcome) and outcome not in plan.partial,
    )


def _entry_facts(case: Case, item: ItemRecord, outcome: str, attachments: Sequence[str]) -> Json:
    """A checklist entry is done only when what it depends on is done and its evidence is there."""
    if item.entry is None:
        return dict(item.facts)
    others = {i.entry: i for i in work.of_activity(case.tx, item.activity_id)}
    missing = [others[r].name for r in item.facts.get("requires", []) if r in others and others[r].state == "open"]
    if outcome == "done" and missing:
        raise Conflict(
            f"前置事项还没有完成：{'、'.join(missing)}。",
            "prerequisites are open",
            "先完成前置事项。",
            "work.prerequisite",
        )
    evidence = item.facts.get("evidence") or ""
    if outcome == "done" and item.facts.get("key") and evidence and not attachments:
        raise BadInput(
            f"“{item.name}”需要佐证：{evidence}。",
            f"evidence is required: {evidence}",
            "请上传文件后再打勾。",
            "work.evidence",
        )
    return {**item.facts, "files": list(attachments)}


def retract(engine: Engine, item_id: int, actor: Actor, *, opinion: str = "", key: str | None = None) -> Done:
    """撤销 or 撤回: my last decision never happened, as long as nobody has opened what it opened."""
    with command(engine, actor, key, ["retract", item_id, *([opinion] if opinion else [])]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        require_read(cmd.tx, case.row, actor, item_id=item_id)  # for others there is nothing to be told about it
        restore(case, item, actor, written(opinion))
        return cmd.answer(answer(case, item_id=item_id))
