"""Play an example of a package: act at the stated times, let due timers fire on the way, compare what must be true.

Examples are the package's own tests and its documentation; docs/reference/package.md explains their keys.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from engine.errors import SanbanError
from engine.examples.expectations import compare_due, compare_end, expect
from engine.examples.stage import Played, Stage, meant, open_items, watcher
from engine.lexicon import Allowance
from engine.model import Actor, OpenItem
from engine.runtime import Engine
from engine.store import timers as timer_rows
from engine.verbs import definitions, files, instances, papers, pauses, people, replanning, timers, work


def play(engine: Engine, set_clock: Callable[[datetime], None], text: str) -> Played:
    """Play one examples/*.toml on an engine whose clock the caller can set. The packages must be deployed."""
    script = tomllib.loads(text)
    with engine.store.reading() as tx:
        zone = engine.calendar(tx).zone
    stage = Stage(engine, set_clock, script, Played(), zone)
    if not _start(stage):
        return stage.played
    events = [("do", d) for d in script.get("do", [])] + [("expect", e) for e in script.get("expect", [])]
    # what is expected at a time is looked at after everybody has acted at that time, unless it says ``before``
    events.sort(key=lambda e: (stage.moment(e[1]["at"]), 0 if e[1].get("before") else 1 if e[0] == "do" else 2))
    for kind, event in events:
        where = f"{event['at']} {kind} {event.get('step', '')}"
        stage.arrive(stage.moment(event["at"]))
        advance(engine, set_clock, stage.at, standstill=event.get("standstill", False))
        try:
            _do(stage, event, where) if kind == "do" else expect(stage, event, where)
        except SanbanError as error:
            if event.get("refused") != error.reason:
                stage.fault(where, "error", event.get("refused", ""), f"{error.reason}: {error.message_zh}")
    compare_end(stage)
    return stage.played


def advance(
    engine: Engine, set_clock: Callable[[datetime], None], until: datetime, *, standstill: bool = False
) -> None:
    """Let time pass: every timer fires at its own instant, or all together at the end after a standstill."""
    while not standstill:
        with engine.store.reading() as tx:
            following = timer_rows.next_due(tx)
        if following is None or following > until:
            break
        set_clock(max(following, engine.now()))
        if timers.fire_due(engine) == 0:
            break
    set_clock(until)
    timers.fire_due(engine)


def _start(stage: Stage) -> bool:
    start = stage.script["start"]
    advance(stage.engine, stage.set_clock, stage.moment(start["at"]))
    actor = people.actor(stage.engine, start["as"])
    try:
        done = instances.start(
            stage.engine,
            stage.script["process"],
            _handed_in(stage, start.get("data", {}), actor, stage.script["process"]),
            actor,
            urgency=start.get("urgency"),
            title=start.get("title"),
        )
    except SanbanError as error:
        stage.played.refused = error.reason
        if start.get("refused") != error.reason:
            stage.fault("start", "error", start.get("refused", ""), f"{error.reason}: {error.message_zh}")
        return False
    if start.get("refused"):
        stage.fault("start", "error", start["refused"], "")
    stage.played.number = done.number
    return True


def _item(stage: Stage, event: Mapping[str, Any], state: str = "open") -> OpenItem | None:
    # by word of mouth: somebody else writes down what the performer said
    named = "as" in event and event.get("verb") != "oral"
    wanted = people.actor(stage.engine, event["as"]) if named else None
    fitting = [
        i
        for number in meant(stage, event)
        for i in instances.get(stage.engine, number, watcher()).items
        if i.state == state
        and i.element == event["step"]
        and (not event.get("entry") or event["entry"] in (i.entry, _asked_about(i)))
        and i.kind in PARTS.get(event.get("verb", ""), DECIDED)
        and (wanted is None or i.performer_id == wanted.id or (i.pool and i.pool in wanted.pools))
    ]
    if state == "done":
        fitting = [i for i in fitting if wanted is None or i.decided_by == wanted.name][-1:]
    return fitting[0] if fitting else None


def _asked_about(item: OpenItem) -> str:
    """The entry that a question is about, by its name; nothing for other parts."""
    return item.name.partition(" ")[0] if item.kind == "entry" else ""


def _do(stage: Stage, event: Mapping[str, Any], where: str) -> None:
    verb = event.get("verb", "decide")
    if verb in ("urge", "withdraw", "void", "replan", "call_off", "confirm", "waive"):
        _on_instance(stage, event, verb)
        return
    item = _item(stage, event, "done" if verb == "retract" else "open")
    if item is None:
        open_now = [(i.element, i.entry, i.performer) for i in open_items(stage)][:12]
        stage.fault(where, "no such open item", event.get("as", "anybody"), open_now)
        return
    compare_due(stage, where, "due", event.get("due"), item.deadline)
    actor = _actor_of(stage, event, item)
    if verb in VERBS:
        VERBS[verb](stage, event, item, actor)
    elif "return" in event:
        _return(stage, event, item, actor)
    else:
        work.decide(
            stage.engine,
            item.id,
            event.get("outcome", "approve"),
            actor,
            opinion=event.get("opinion", ""),
            data=_handed_in(stage, event.get("data", {}), actor, stage.played.number),
            attachments=_evidence(stage, item, actor, event),
            reasons=event.get("reasons", ()),
            words=_words(event),
        )
    if event.get("refused"):
        stage.fault(where, "error", event["refused"], "")


def _words(event: Mapping[str, Any]) -> Allowance | None:
    """``words = { allow = ["body:帐户"], reason = "…" }``: which findings of the word check may stand."""
    given = event.get("words")
    return Allowance(tuple(given["allow"]), given["reason"]) if given else None


def _return(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    given = event["return"]
    work.return_to(
        stage.engine,
        item.id,
        actor,
        to=given.get("to"),
        mode=given.get("mode", ""),
        reasons=given.get("reasons", ()),
        opinion=event.get("opinion", ""),
    )


def _retract(stage: Stage, _event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    work.retract(stage.engine, item.id, actor)


def _answer(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    work.give_opinion(stage.engine, item.id, actor, opinion=event.get("opinion", ""))


def _document(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    papers.make(stage.engine, item.id, event["name"], actor)


def _transfer(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    work.transfer(stage.engine, item.id, event["to"], actor, opinion=event.get("opinion", ""))


def _pause(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    """Ask for the clock to stand still, and have it allowed by whoever may."""
    pauses.ask(stage.engine, item.id, event["reason"], actor, basis=event["opinion"], days=event["days"])
    if "allowed_by" in event:
        allower = people.actor(stage.engine, event["allowed_by"])
        asked = next(p for p in pauses.of_instance(stage.engine, stage.played.number, watcher()) if p.state == "asked")
        pauses.approve(stage.engine, asked.id, allower)


def _resume(stage: Stage, event: Mapping[str, Any], _item: OpenItem, actor: Actor) -> None:
    found = pauses.of_instance(stage.engine, stage.played.number, watcher())
    standing = next(p for p in found if p.state == "running")
    pauses.end(stage.engine, standing.id, actor, words=event.get("opinion", ""))


def _oral(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    """What the performer said on the telephone, written down by somebody else."""
    work.record_oral(
        stage.engine,
        item.id,
        actor,
        agreed_at=stage.moment(event["agreed_at"]),
        witness=event["witness"],
        opinion=event.get("opinion", ""),
    )


def _sign(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    work.sign(stage.engine, item.id, actor, agree=event.get("agree", True), opinion=event.get("opinion", ""))


def _silence(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    assume = event.get("assume", True)
    work.answer_silence(stage.engine, item.id, actor, assume=assume, opinion=event.get("opinion", ""))


def _ask_entry(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    until = stage.moment(event["until"]) if "until" in event else None
    work.ask_entry(stage.engine, item.id, event["wish"], actor, reason=event.get("opinion", ""), until=until)


def _answer_entry(stage: Stage, event: Mapping[str, Any], item: OpenItem, actor: Actor) -> None:
    agree = event.get("agree", True)
    work.answer_entry(stage.engine, item.id, actor, agree=agree, opinion=event.get("opinion", ""))


DECIDED: Final = ("decide", "assist", "consult", "read")
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sign": ("sign",),
    "silence": ("silence",),
    "answer_entry": ("entry",),
}
VERBS: Final[Mapping[str, Callable[[Stage, Mapping[str, Any], OpenItem, Actor], None]]] = {
    "retract": _retract,
    "answer": _answer,
    "answer_entry": _answer_entry,
    "ask_entry": _ask_entry,
    "document": _document,
    "oral": _oral,
    "pause": _pause,
    "resume": _resume,
    "sign": _sign,
    "silence": _silence,
    "transfer": _transfer,
}


def _evidence(stage: Stage, item: OpenItem, actor: Actor, event: Mapping[str, Any]) -> list[str]:
    """A real file stands for the evidence an entry asks for, unless the example leaves it out."""
    if not (item.facts.get("key") and item.facts.get("evidence")) or event.get("evidence") is False:
        return []
    from_text = f"{item.entry} {item.name}：{item.facts['evidence']}"
    return [files.put(stage.engine, f"{item.entry}.txt", [from_text.encode()], actor).id]


def _handed_in(stage: Stage, data: Mapping[str, Any], actor: Actor, about: str) -> dict[str, Any]:
    own = definitions.package(stage.engine, stage.script["process"]).files
    return files.handed_in(stage.engine, data, actor, about, own)


def _actor_of(stage: Stage, event: Mapping[str, Any], item: OpenItem) -> Actor:
    if "as" in event:
        return people.actor(stage.engine, event["as"])
    if item.performer_id is None:
        return people.actor(stage.engine, str(item.facts["accountable"]))
    with stage.engine.store.reading() as tx:
        person = stage.engine.directory(tx).person(item.performer_id)
    return people.actor(stage.engine, person.login if person else "")


def _on_instance(stage: Stage, event: Mapping[str, Any], verb: str) -> None:
    actor, engine, number = people.actor(stage.engine, event["as"]), stage.engine, stage.played.number
    words = event.get("opinion", "")
    agreed = stage.moment(event["agreed_at"]) if "agreed_at" in event else None
    match verb:
        case "urge":
            instances.urge(engine, number, actor, text=words)
        case "withdraw":
            instances.withdraw(engine, number, actor, reason=words)
        case "replan":
            extra = [(code, title) for code, title in event.get("extra", [])]
            data = event.get("data", {})
            replanning.change(engine, number, data, actor, reason=words, extra=extra, agreed_at=agreed)
        case "call_off":
            replanning.call_off(engine, number, actor, reason=words, agreed_at=agreed)
        case "confirm":
            found = replanning.changes(engine, number, actor)[0].lines
            item = next(line.item_id for line in found if line.entry == event["entry"])
            replanning.confirm(engine, number, item or 0, actor, words=words)
        case "waive":
            work.waive(engine, number, actor, keys=event["keys"], reason=words)
        case _:
            instances.void(engine, number, actor, reason=words)
    if event.get("refused"):
        stage.fault(f"{event['at']} {verb}", "error", event["refused"], "")
