"""变更: change the day, place or size of what a checklist prepares, or call it off; see the differences; note calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine import bpmn
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, NotOffered
from engine.model import Actor, Done, Json
from engine.org import Person
from engine.package.manifest import Replan
from engine.progress import Case, answer, command, find, load, log, names, write_down
from engine.progress.aside import save_aside
from engine.progress.carrying_out import carry_out, note
from engine.progress.case import constants
from engine.progress.data import checked
from engine.progress.listed import template
from engine.progress.opinions import words as written
from engine.progress.permission import require_read
from engine.progress.replanning import Difference, foresee, is_near, lists, pending
from engine.progress.signing import await_signature
from engine.runtime import Engine
from engine.store import Tx, history, instances, work
from engine.verbs.replanning.views import Change, imagined, written_down

CHANGED, CALLED_OFF = "变更", "取消"


def offered(engine: Engine, number: str, actor: Actor) -> Replan | None:
    """What this person may change now; None if nothing."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_number(tx, number), engine.now(), actor)
        require_read(tx, case.row, actor)
        asked = case.package.manifest.replan
        may = asked is not None and case.row.state == "running" and any(lists(case)) and _may(case, asked, actor)
        return asked if may else None


def preview(
    engine: Engine, number: str, data: Mapping[str, Json], actor: Actor, *, extra: Sequence[tuple[str, str]] = ()
) -> Change:
    """The difference list of a change; nothing is written."""
    with engine.store.reading() as tx:
        case, asked = _case(engine, tx, number, actor, lock=False)
        return imagined(case, _foreseen(case, asked, data, extra), CHANGED)


def change(
    engine: Engine,
    number: str,
    data: Mapping[str, Json],
    actor: Actor,
    *,
    reason: str,
    extra: Sequence[tuple[str, str]] = (),
    agreed_at: datetime | None = None,
    key: str | None = None,
) -> Done:
    """改期、换场、扩缩: the new values hold at once; near the day the approver has agreed, if only orally."""
    with command(engine, actor, key, ["replan", number, data, reason, list(map(list, extra)), str(agreed_at)]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, asked = _case(engine, cmd.tx, number, actor)
        said = _reason(reason)
        found = _foreseen(case, asked, data, extra)
        leader = _agreed(case, asked, actor, agreed_at) if found.near else None
        carry_out(case, found, _detail(CHANGED, said, found.near, leader, agreed_at))
        _let_sign(case, asked, leader, said)
        return cmd.answer(answer(case))


def call_off(
    engine: Engine,
    number: str,
    actor: Actor,
    *,
    reason: str,
    agreed_at: datetime | None = None,
    key: str | None = None,
) -> Done:
    """取消: what is open falls away, and the diagram does what it says for this message."""
    with command(engine, actor, key, ["call_off", number, reason, str(agreed_at)]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, asked = _case(engine, cmd.tx, number, actor)
        said = _reason(reason)
        if not asked.cancel:
            raise NotOffered(
                "这个流程不能取消，请用作废。", "the package has no message for that", "请联系流程管理员。"
            )
        found = Difference((), tuple(pending(case)), is_near(case, asked))
        leader = _agreed(case, asked, actor, agreed_at) if found.near else None
        step = bpmn.receive(case.package.process, case.row.snapshot, names(case), case.now, message=asked.cancel)
        items = [t.item.id if t.item is not None else None for t in found.touched]
        note(case, found, items, _detail(CALLED_OFF, said, found.near, leader, agreed_at))
        work.cancel_entries(cmd.tx, case.row.id, cmd.now)
        write_down(case, step)
        _let_sign(case, asked, leader, said)
        return cmd.answer(answer(case))


def confirm(engine: Engine, number: str, item_id: int, actor: Actor, *, words: str, key: str | None = None) -> Done:
    """电话确认: near the day every owner is called, and what they answered is written down."""
    with command(engine, actor, key, ["replan_told", number, item_id, words]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, _asked = _case(engine, cmd.tx, number, actor)
        said = written(words)
        if not said:
            raise BadInput("请写明对方的答复。", "say what was answered", "如“已知悉，按新时间准备”。", "work.opinion")
        known = [row for row in history.whole(cmd.tx, case.row) if row.verb == "replan"]
        if not any(line["item"] == item_id for row in known for line in row.detail["touched"]):
            raise NotFound(f"差异清单里没有事项 {item_id}。", f"no entry {item_id} was touched", "请从差异清单登记。")
        log(case, "replan_told", item_id=item_id, detail={"opinion": said})
        save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


def changes(engine: Engine, number: str, actor: Actor) -> tuple[Change, ...]:
    """Every difference list of an instance, the newest first, with what has been confirmed since."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        case = load(engine, tx, row, engine.now(), actor)
        rows = history.whole(tx, row)
        done = {i.id: i.decided_at for i in work.of_instance(tx, row.id) if i.state == "done"}
        told = {(r.item_id, r.at): r for r in rows if r.verb == "replan_told"}
        return tuple(written_down(case, r, done, told) for r in reversed(rows) if r.verb == "replan")


def _case(engine: Engine, tx: Tx, number: str, actor: Actor, *, lock: bool = True) -> tuple[Case, Replan]:
    """The case, if its checklist runs and this person may change what it prepares."""
    case = load(engine, tx, instances.by_number(tx, number, lock=lock), engine.now(), actor)
    require_read(tx, case.row, actor)
    asked = case.package.manifest.replan
    if asked is None:
        raise NotOffered("这个流程没有变更规则。", "the package has no [replan]", "可退回修改，或联系流程管理员。")
    if not _may(case, asked, actor):
        raise NotAllowed("您不能变更这件。", "not yours to change", "请联系总协调人或办公室。")
    if case.row.state != "running":
        raise Conflict("这件现在的状态不能变更。", f"it is {case.row.state}", "请刷新查看。", "instance.state")
    if not any(lists(case)):
        raise Conflict(
            "清单还没有开始，可直接退回修改表单。", "no checklist has begun", "请用退回修改。", "replan.early"
        )
    return case, asked


def _may(case: Case, asked: Replan, actor: Actor) -> bool:
    own = find(case, asked.by, needed=False).performers
    return "admin" in actor.roles or actor.id in {*(p.id for p in own), *(p.id for p in _approvers(case, asked))}


def _approvers(case: Case, asked: Replan) -> list[Person]:
    performers = find(case, asked.approver, needed=False).performers
    return [p for p in (case.directory.person(one.id) for one in performers) if p is not None]


def _foreseen(case: Case, asked: Replan, data: Mapping[str, Json], extra: Sequence[tuple[str, str]]) -> Difference:
    """The differences of values that the form accepts; refuses a change that changes nothing."""
    writable = {f.id: "write" if f.id in asked.fields else "read" for f in case.package.form.fields}
    given = checked(
        case.engine,
        case.tx,
        case.package,
        data,
        previous=case.row.variables,
        permissions=writable,
        constants=constants(case),
        actor=case.actor,
        instance_id=case.row.id,
    )
    wanted = [(code.strip(), title.strip()[:120]) for code, title in extra if title.strip()]
    known = {row.id for one in case.package.manifest.checklist.values() for row in template(case, one)}
    if lost := sorted({code for code, _title in wanted} - known):
        raise BadInput(
            f"清单里没有 {'、'.join(lost)}。", f"no entries {lost}", "请从清单选择同类事项。", "replan.entry"
        )
    found = foresee(case, asked, {name: given[name] for name in _follows(case, asked) if name in given}, wanted)
    if not found.changed and not wanted:
        raise BadInput("没有任何变化。", "nothing was changed", "请修改后再提交。", "replan.nothing")
    return found


def _follows(case: Case, asked: Replan) -> list[str]:
    """The fields that may change, and those that are taken over from the records they refer to."""
    return [name for field in asked.fields for name in (field, *case.package.form.by_id[field].take)]


def _agreed(case: Case, asked: Replan, actor: Actor, agreed_at: datetime | None) -> Person | None:
    """Who has to sign afterwards; None when the approver acts themselves. Refuses a near change without consent."""
    leaders = _approvers(case, asked)
    if any(p.id == actor.id for p in leaders):
        return None
    if agreed_at is None:
        raise Conflict(
            f"距开会不到 {asked.near} 个工作日，变更须先请{'、'.join(p.name for p in leaders)}批准。",
            "so near the day the approver has to agree first",
            "当面或电话批准后，填写批准时间再提交，1 个工作日内补签。",
            "replan.near",
        )
    if not case.row.started_at <= agreed_at <= case.now:
        raise BadInput("批准时间须在现在之前。", "agreed in the future", "请改正时间。", "work.agreed_at")
    return leaders[0] if leaders else None


def _let_sign(case: Case, asked: Replan, leader: Person | None, said: str) -> None:
    if leader is None:
        return
    latest = list(lists(case))[-1][0]
    await_signature(case, latest, leader, said, name=f"《{case.row.title}》变更批准"[:100], within=asked.sign_within)


def _detail(kind: str, said: str, near: bool, leader: Person | None, agreed_at: datetime | None) -> dict[str, Json]:
    detail: dict[str, Json] = {"kind": kind, "opinion": said, "near": near}
    if leader is not None and agreed_at is not None:
        detail |= {"agreed_by": leader.name, "agreed_at": agreed_at.isoformat()}
    return detail


def _reason(reason: str) -> str:
    said = written(reason)
    if not said:
        raise BadInput("请填写变更原因。", "a reason is required", "写明原因后再提交。", "work.opinion")
    return said
