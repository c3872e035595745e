"""Who may act on a work item or look at an instance: the checks every door goes through."""

from collections.abc import Iterable
from datetime import timedelta

from engine.errors import AlreadyHandled, NotAllowed, NotOffered
from engine.model import Actor
from engine.package import Plan
from engine.progress.besides import ENTRY
from engine.progress.caretakers import RUNNERS, only_keeps
from engine.progress.case import Case
from engine.progress.faster import handed_on, not_needed
from engine.progress.knowing import on_list
from engine.runtime import Engine
from engine.store import Tx, instances, knowers, overview, searching, work
from engine.store.instances import ActivityRow, InstanceRow
from engine.store.visibility import Viewer
from engine.store.work import ItemRecord

SEES_ALL = frozenset({"supervisor", "auditor"})
SUPERVISED = "督办"  # company leaders look over all of it (domain.md §7.7)


def part_of(item: ItemRecord) -> str:
    """What its performer is asked for: to decide, to do it for somebody (委派), an opinion, to assist, or to read."""
    return "delegated" if "delegated_by" in item.facts else item.kind


REFUSALS = {
    "delegated": "这件是委派给您的，请办完后交回委派人。",
    "consult": "这件是向您征求意见，请填写答复。",
    "assist": "您是协办，请填写协办意见，由主办送出。",
    "read": "这件是传阅件，阅知即可。",
    "sign": "这件已口头同意，请补签。",
    "silence": "这件请您决定逾期未回如何处理。",
    "entry": "这件请您决定清单事项能否不适用或延期。",
    "decide": "这件由您直接办理，不能按征求意见或委派处理。",
}


def open_for(case: Case, item: ItemRecord, actor: Actor, part: str = "decide") -> ActivityRow:
    """The open activity of an item this person may act on now; raises what keeps them from it."""
    if not is_performer(item, actor) and not may_read(case.tx, case.row, actor):
        # before anything is told of who had it and what became of it; who had it is told who has taken it
        raise handed_on(case, item, actor) or _not_yours()
    if case.row.state == "suspended":
        raise NotOffered("这件已暂停，恢复后才能办理。", "the instance is suspended", "请联系管理员。")
    if item.state == "done" and item.decided_at is not None:
        raise _handled(case, item)
    if item.state == "cancelled":
        raise not_needed(case, item)
    if not is_performer(item, actor):
        if item.facts.get("pool") in actor.pools:
            person = case.directory.person(item.performer_id)
            name = person.name if person else ""
            raise NotOffered(
                f"这件已由 {name} 领办。",
                "a colleague has claimed it",
                "可请其放回，或在办理记录查看。",
                by=name,
                at=item.opened_at,
            )
        raise handed_on(case, item, actor) or _not_yours()
    if part_of(item) != part:
        raise NotAllowed(REFUSALS[part_of(item)], f"this item asks to {part_of(item)}, not to {part}", "请打开后处理。")
    if item.state == "waiting":
        raise NotOffered("还没有轮到这一项。", "it is not this item's turn yet", "请等前面的人办完。")
    found = activity_of(case, item)
    if found is None:
        raise NotOffered("这个环节已经结束。", "the activity is over", "可查看办理记录。")
    return found


def _not_yours() -> NotAllowed:
    return NotAllowed("您不是本环节办理人。", "you are not the performer of this item", "请从待办列表打开。")


def activity_of(case: Case, item: ItemRecord) -> ActivityRow | None:
    """The activity an item may still be done in: an open one, or a list that went on without this entry of it."""
    found = next((a for a in case.open if a.id == item.activity_id), None)
    if found is not None or (item.entry is None and item.kind != ENTRY) or item.state != "open":
        return found
    return next((a for a in instances.activities(case.tx, case.row.id) if a.id == item.activity_id), None)


def _handled(case: Case, item: ItemRecord) -> AlreadyHandled:
    person = case.directory.person(item.decided_by)
    for_whom = case.directory.person(item.principal_id)
    name = person.name if person else "系统"
    name += f"（代 {for_whom.name}）" if for_whom else ""
    local = case.calendar.local(item.decided_at).strftime("%H:%M") if item.decided_at else ""
    return AlreadyHandled(name, item.decided_at, local)


def is_performer(item: ItemRecord, actor: Actor) -> bool:
    if item.performer_id is not None:
        return item.performer_id == actor.id
    return item.pool is not None and item.pool in actor.pools


def lacks_confirmation(case: Case, plan: Plan, actor: Actor) -> bool:
    """Whether a step wants the password said again: whoever came over the network said it too long ago."""
    return plan.confirm and _said_too_long_ago(case.engine, actor)


def require_confirmed(case: Case, plan: Plan, actor: Actor) -> None:
    """Refuse a decision at such a step: an open browser is not yet the person who may use the seal."""
    if plan.confirm:
        require_said_again(case.engine, actor)


def require_said_again(engine: Engine, actor: Actor | None) -> None:
    """Refuse whoever came over the network and has not said the password again just now."""
    if actor is not None and _said_too_long_ago(engine, actor):
        raise NotAllowed(
            "这一步须再次输入登录密码确认。",
            "this step asks for the password again",
            "请输入密码后再提交；程序请重新获取访问令牌。",
            "auth.confirm",
        )


def _said_too_long_ago(engine: Engine, actor: Actor) -> bool:
    lasts = timedelta(minutes=engine.settings.confirm_minutes)
    return bool(actor.door) and (actor.confirmed is None or engine.now() - actor.confirmed > lasts)


def may_read(tx: Tx, row: InstanceRow, actor: Actor) -> bool:
    """The initiator, participants, and those whose office it is to look; of a secret case only who is on its list.

    A role reaches as far as the company of its holder: nobody looks into another company's work without a part in it.
    """
    looks = row.known_to is None and within_reach(actor, row.unit_id)
    if actor.id in (row.initiator_id, row.first_contact_id) or (looks and actor.roles & SEES_ALL):
        return True
    items = work.of_instance(tx, row.id)
    if any(_took_part(i, actor) for i in items):
        return True
    if row.known_to is not None:
        return on_list(row, actor.login)
    if any(_of_colleague(i, actor) for i in items):
        return True
    if "leader" in actor.roles and looks and row.process in overview.keys_of(tx, SUPERVISED):
        return True
    return row.parent_id is not None and may_read(tx, instances.by_id(tx, row.parent_id), actor)


def may_run(row: InstanceRow, actor: Actor) -> bool:
    """Whether somebody keeps this case going without reading it: not one with a list, nor another company's."""
    return bool(actor.roles & RUNNERS) and row.known_to is None and within_reach(actor, row.unit_id)


def within_reach(actor: Actor, unit_id: int | None) -> bool:
    """Whether a role lets this person look at the work of a unit."""
    return actor.reach is None or unit_id in actor.reach


def veiled(tx: Tx, actor: Actor, ids: Iterable[int | None]) -> set[int]:
    """Of which cases a register or list says nothing to this person: secret ones and those of other companies."""
    wanted = {one for one in ids if one is not None}
    if actor.reach is None and not only_keeps(actor.roles):
        wanted = knowers.with_list(tx, wanted)
    return wanted - searching.visible(tx, viewer(tx, actor), wanted)


def viewer(tx: Tx, actor: Actor) -> Viewer:
    """The same for questions about many instances at once."""
    led = tuple(overview.keys_of(tx, SUPERVISED)) if "leader" in actor.roles else ()
    reach = None if actor.reach is None else tuple(sorted(actor.reach))
    return Viewer(actor.id, actor.login, actor.pools, watches=bool(actor.roles & SEES_ALL), led=led, reach=reach)


def _took_part(item: ItemRecord, actor: Actor) -> bool:
    return is_performer(item, actor) or actor.id in (item.decided_by, item.facts.get("delegated_by"))


def _of_colleague(item: ItemRecord, actor: Actor) -> bool:
    """Colleagues see what one of them has taken or done."""
    return (item.pool or item.facts.get("pool")) in actor.pools


def require_read(tx: Tx, row: InstanceRow, actor: Actor, *, item_id: int | None = None) -> None:
    """Whoever may not read it hears what somebody hears who asks for what does not exist, in the words they used."""
    if not may_read(tx, row, actor):
        raise instances.missing(row.number if item_id is None else f"待办 {item_id}")


def require_seen(tx: Tx, row: InstanceRow, actor: Actor) -> bool:
    """The same for what stands about a case: whoever runs it may know that; whether they may read it too."""
    reads = may_read(tx, row, actor)
    if not reads and not may_run(row, actor):
        raise instances.missing(row.number)
    return reads


def return_targets(case: Case, plan: Plan) -> list[tuple[str, str]]:
    """Steps one may return to: those the diagram names, else the drafting step and every step passed before."""
    passed = {a.element for a in instances.activities(case.tx, case.row.id) if a.state == "done"}
    order = plan.return_to or [e for e in case.package.order if e != plan.element]
    return [(e, case.package.plans[e].name) for e in order if e in passed]
