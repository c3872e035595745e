"""Instances: start one, look at it, ask for it, take it back or void it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import forms
from engine.errors import BadInput, Conflict, NotAllowed, TooSoon
from engine.model import Actor, Done, InstanceView, Json, NextStep
from engine.package import Package
from engine.progress import (
    Case,
    Letter,
    answer,
    begin,
    command,
    end,
    load,
    load_seen,
    log,
    prepare,
    save,
    tell,
    write_down,
)
from engine.progress.beginners import require_starter
from engine.progress.case import unit_of
from engine.progress.command import asked_before
from engine.progress.data import checked, constants_of, offered, rights
from engine.progress.enclosures import attach
from engine.progress.foresight import path
from engine.progress.holding import may_end
from engine.progress.opinions import words as written
from engine.progress.outline import outline
from engine.progress.permission import require_read, require_seen
from engine.progress.replaced import changed
from engine.progress.urging import URGERS, urged, urging_day
from engine.progress.viewing import view
from engine.runtime import Engine, evaluate
from engine.store import Tx, definitions, history, instances, overview, work
from engine.store.instances import InstanceRow

MINUTE = timedelta(minutes=1)


def start(
    engine: Engine,
    process: str,
    data: Mapping[str, Json],
    actor: Actor,
    *,
    urgency: str | None = None,
    title: str | None = None,
    key: str | None = None,
    source: str | None = None,
    attachments: Sequence[str] = (),
) -> Done:
    """Start a process with its first form; the drafting step is done by that."""
    if actor.door:
        with engine.store.reading() as tx:  # a flood is refused without waiting for whoever writes
            if not asked_before(tx, actor, key):
                _not_too_many(engine, tx, actor)
    with command(engine, actor, key, ["start", process, data, urgency, title]) as cmd:
        if cmd.known is not None:
            return cmd.known
        _not_too_many(engine, cmd.tx, actor)
        package = engine.package(cmd.tx, definitions.current_id(cmd.tx, process))
        require_starter(engine, cmd.tx, package, actor)
        constants = constants_of(engine, cmd.tx, actor)
        given = checked(
            engine,
            cmd.tx,
            package,
            {**_begun(engine, cmd.tx, package, constants), **_with_urgency(package, data, urgency)},
            previous=package.empty,
            permissions=rights(package, None),
            constants=constants,
            actor=actor,
        )
        case = prepare(engine, cmd.tx, process, given, actor, cmd.now, urgency=urgency, title=title, source=source)
        case.held = timedelta(seconds=engine.settings.undo_seconds)
        begin(case, write_down, submitted=True)
        attach(case, given, attachments)
        work.drop_draft(cmd.tx, person_id=actor.id, scope=f"start:{process}")
        return cmd.answer(answer(case))


def _not_too_many(engine: Engine, tx: Tx, actor: Actor) -> None:
    """A program that has lost its way fills no office; what runs on this machine may."""
    most = engine.settings.starts_per_minute
    if actor.door and overview.begun_by(tx, actor.id, engine.now() - MINUTE) >= most:
        raise TooSoon(
            int(MINUTE.total_seconds()),
            f"一分钟内最多发起 {most} 件。",
            f"at most {most} instances a minute",
            "请稍后再试。",
            "rate.starts",
        )


def _begun(engine: Engine, tx: Tx, package: Package, constants: Mapping[str, Json]) -> dict[str, Json]:
    """The defaults of the form, for fields that a program does not mention; a page posts all of them."""
    own = offered(engine, tx, package, rights(package, None))
    found = forms.defaults(package.form, lambda text, seen: evaluate(text, {**seen, **constants}))
    return {name: value for name, value in found.items() if own.get(name) == "write"}


def _with_urgency(package: Package, data: Mapping[str, Json], urgency: str | None) -> Mapping[str, Json]:
    """The urgency given beside the form stands in the form too, if it has a field for it."""
    field = package.manifest.urgency_field
    return data if urgency is None or field not in package.empty or data.get(field) else {**data, field: urgency}


def forecast(engine: Engine, process: str, data: Mapping[str, Json], actor: Actor) -> tuple[NextStep, ...]:
    """The way a new instance would take under these data, with people and dates; nothing is kept."""
    with engine.store.reading() as tx:
        now = engine.now()
        definition_id = definitions.current_id(tx, process)
        package = engine.package(tx, definition_id)
        given = checked(
            engine,
            tx,
            package,
            data,
            previous=package.empty,
            permissions=rights(package, None),
            constants=constants_of(engine, tx, actor),
            actor=actor,
            complete=False,
        )
        directory = engine.directory(tx)
        unit = unit_of(directory, actor, now)
        urgency = str(given.get(package.manifest.urgency_field) or "平件")
        row = _unborn(definition_id, package, given, urgency, actor, unit.id if unit else None, now)
        return path(Case(engine, tx, row, package, now, actor))


def _unborn(
    definition_id: int,
    package: Package,
    data: Mapping[str, Json],
    urgency: str,
    actor: Actor,
    unit_id: int | None,
    now: object,
) -> InstanceRow:
    """A row that is never stored."""
    return InstanceRow(
        id=0,
        number="",
        definition_id=definition_id,
        process=package.manifest.key,
        title="",
        urgency=urgency,
        state="running",
        initiator_id=actor.id,
        unit_id=unit_id,
        started_at=now,  # type: ignore[arg-type]
        ended_at=None,
        outcome=None,
        deadline=None,
        warn_at=None,
        stages=None,
        frozen_light=None,
        revision=0,
        snapshot=b"",
        variables={**package.empty, **data},
        visits={},
        history_seq=0,
        history_hash="",
        undo=None,
        parent_id=None,
        parent_wait=None,
        source=None,
        first_contact_id=actor.id,
        known_to=None,
    )


def get(engine: Engine, number: str, actor: Actor) -> InstanceView:
    """An instance as its participants see it."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        return view(load(engine, tx, row, engine.now(), actor))


def seen(engine: Engine, number: str, actor: Actor) -> InstanceView:
    """The same, and for whoever runs it without reading it the outline (decision 094)."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        reads = require_seen(tx, row, actor)
        whole = view(load(engine, tx, row, engine.now(), actor))
        return whole if reads else outline(whole)


def xml(engine: Engine, number: str, actor: Actor) -> bytes:
    """The diagram the instance runs on, byte for byte as it was uploaded."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_seen(tx, row, actor)
        return engine.package(tx, row.definition_id).xml


def _locked(
    engine: Engine, tx: Tx, number: str, actor: Actor, require: Callable[[Tx, InstanceRow, Actor], object]
) -> Case:
    case = load_seen(engine, tx, instances.by_number(tx, number, lock=True), engine.now(), actor)
    require(tx, case.row, actor)
    if case.row.state != "running":
        raise Conflict("这件已经办结，不能再操作。", "the instance has ended", "可查看办理记录。", "instance.ended")
    return case


def urge(engine: Engine, number: str, actor: Actor, *, text: str = "", key: str | None = None) -> Done:
    """催办: remind everybody who holds it, once per working day and holder."""
    with command(engine, actor, key, ["urge", number, text]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, text = _locked(engine, cmd.tx, number, actor, require_read), written(text)
        if case.row.initiator_id != actor.id and not actor.roles & URGERS:
            raise NotAllowed("只有发起人和督办人员可以催办。", "only the initiator and supervisors may urge")
        day = urging_day(case).isoformat()
        holders = _holders(case)
        letters = [
            Letter(
                person, item, {"step": step, "actor": actor.name, "opinion": text}, f"urge:{case.row.id}:{person}:{day}"
            )
            for person, item, step in holders
        ]
        if not tell(case, "T-URGE", "chase", letters, counted=True):
            raise Conflict(
                f"今天已催办过{_when(case, day)}，下一工作日可再催。", "already urged today", "", "work.urged"
            )
        log(case, "urge", detail={"opinion": text, "to": [p for p, _i, _s in holders], **urged(case, "urge")})
        save(case)
        return cmd.answer(answer(case))


def _holders(case: Case) -> list[tuple[int, int, str]]:
    """Who holds open items: the performer, or everybody who may claim."""
    found = []
    for item in work.open_of_instance(case.tx, case.row.id):
        if item.state != "open":
            continue
        if item.performer_id is not None:
            found.append((item.performer_id, item.id, item.name))
        elif item.pool:
            post = case.directory.pool(item.pool)
            found += [(s.person_id, item.id, item.name) for s in case.directory.on(case.now).seats(post)]
    return found


def _when(case: Case, day: str) -> str:
    """Time of the chase since that day, for the refusal."""
    for row in reversed(history.whole(case.tx, case.row)):
        local = case.calendar.local(row.at)
        if row.verb == "urge" and local.date().isoformat() >= day:
            return f"（{local:%H:%M}）"
    return ""


def withdraw(engine: Engine, number: str, actor: Actor, *, reason: str, key: str | None = None) -> Done:
    """撤销: the initiator takes a running instance back; the record stays."""
    with command(engine, actor, key, ["withdraw", number, reason]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = _locked(engine, cmd.tx, number, actor, require_read)
        if case.row.initiator_id != actor.id:
            raise NotAllowed("只有发起人可以撤销。", "only the initiator may withdraw")
        for item in work.of_instance(cmd.tx, case.row.id):
            if item.opened_at is not None and item.performer_id != actor.id:
                person = case.directory.person(item.performer_id)
                raise Conflict(
                    f"{person.name if person else '对方'} 已打开这件，不能撤销。",
                    "already opened",
                    "请对方退回，或申请作废。",
                    "work.opened",
                )
        return cmd.answer(_stop(case, "withdrawn", "withdraw", reason))


def void(engine: Engine, number: str, actor: Actor, *, reason: str, key: str | None = None) -> Done:
    """作废: an administrator ends an instance; number and trace stay, the number is never used again."""
    with command(engine, actor, key, ["void", number, reason]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = _locked(engine, cmd.tx, number, actor, require_seen)
        if not actor.roles & {"admin"}:
            raise NotAllowed("只有流程管理员可以作废。", "only an administrator may void")
        return cmd.answer(_stop(case, "voided", "void", reason))


def _stop(case: Case, state: str, verb: str, reason: str) -> Done:
    if not (reason := written(reason)):
        raise BadInput("请填写原因。", "a reason is required", "写明原因后再提交。", "work.opinion")
    may_end(case)
    log(case, verb, detail={"opinion": reason, **changed({"state": case.row.state}, state=state)})
    end(case, state, reason)
    save(case)
    return answer(case)
