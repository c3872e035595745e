"""用词检查: what the dictionary finds in a draft, and the word of whoever may let a banned one stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.errors import BadInput, NotAllowed, NotOffered
from engine.lexicon import Checked, Finding, open_ones
from engine.model import Actor, Done, Json
from engine.package import Package, Plan
from engine.progress import Case, answer, command, load, log
from engine.progress.beginners import require_starter
from engine.progress.case import load_seen, save
from engine.progress.data import rights
from engine.progress.permission import require_read
from engine.progress.word_check import look_through, may_waive, of_case, rule_on
from engine.runtime import Engine
from engine.store import definitions, files, instances, work


def check_words(
    engine: Engine, item_id: int, actor: Actor, entered: Mapping[str, Json] | None = None
) -> Checked | None:
    """What is found at the step of an item, under what is typed there; None where the step looks through nothing."""
    with engine.store.reading() as tx:
        row = instances.by_item(tx, item_id)
        require_read(tx, row, actor, item_id=item_id)
        case = load(engine, tx, row, engine.now(), actor)
        plan = case.package.plans[work.by_id(tx, item_id).element]
        if plan.words is None:
            return None
        return replace(of_case(case, plan, _writable(case.package, plan, entered)), may_waive=may_waive(case, plan))


def check_start(engine: Engine, process: str, data: Mapping[str, Json], actor: Actor) -> Checked | None:
    """The same for a form that is not handed in yet; None where its first step looks through nothing."""
    with engine.store.reading() as tx:
        package = engine.package(tx, definitions.current_id(tx, process))
        require_starter(engine, tx, package, actor)
        plan = package.plans.get(package.manifest.first or "")
        if plan is None or plan.words is None:
            return None
        entered = _writable(package, None, data)
        return look_through(
            engine, tx, package.form, plan.words, entered, lambda one: files.belongs(tx, one, actor.id, 0)
        )


def waivable(engine: Engine, number: str, actor: Actor) -> tuple[Finding, ...]:
    """Which banned words of a case this person may let stand now."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        case = load(engine, tx, row, engine.now(), actor)
        return _waivable(case)


def waive(
    engine: Engine, number: str, actor: Actor, *, keys: Sequence[str], reason: str, key: str | None = None
) -> Done:
    """准用: these banned words may stand in this draft, and why; whoever has the step ticks off the rest."""
    with command(engine, actor, key, ["waive", number, list(keys), reason]) as cmd:
        if cmd.known is not None:
            return cmd.known
        row = instances.by_number(cmd.tx, number, lock=True)
        require_read(cmd.tx, row, actor)
        case = load_seen(engine, cmd.tx, row, cmd.now, actor)
        gates = _gates(case)
        if not gates:
            raise NotOffered("这件现在没有要准用的词。", "no step looks through words now", "请刷新页面。")
        if not any(may_waive(case, plan) for plan in gates):
            raise NotAllowed("禁用词不由您准用。", "you may not let banned words stand", "请有权准用的人办理。")
        known = _waivable(case)
        chosen = [one for one in known if one.key in keys]
        if not chosen or len(chosen) < len(set(keys)):
            listed = "、".join(one.word for one in known) or "无"
            raise BadInput("没有选中可以准用的词。", "no such banned word", f"可准用：{listed}。", "work.words_key")
        rule_on(case, chosen, reason)
        words = [{"place": one.place, "word": one.word, "count": one.count} for one in chosen]
        log(case, "waive", detail={"opinion": reason.strip()[:500], "words": words})
        save(case)
        return cmd.answer(answer(case))


def _writable(package: Package, plan: Plan | None, entered: Mapping[str, Json] | None) -> dict[str, Json]:
    """Of what is typed only what may be written here: anything else would be asked about without being there."""
    may = rights(package, plan)
    return {name: value for name, value in (entered or {}).items() if may.get(name) == "write"}


def _gates(case: Case) -> list[Plan]:
    """The open steps that ask for every finding to be settled."""
    plans = [case.package.plans[activity.element] for activity in case.open]
    return [plan for plan in plans if plan.words is not None and plan.words.gate]


def _waivable(case: Case) -> tuple[Finding, ...]:
    found = {
        one.key: one
        for plan in _gates(case)
        if may_waive(case, plan)
        for one in open_ones(of_case(case, plan).findings)
        if one.banned
    }
    return tuple(found.values())
