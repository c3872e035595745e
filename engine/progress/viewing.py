"""An instance in words, for the pages and the HTTP interface: items, steps, history."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine import limits
from engine.model import Entry, InstanceView, OpenItem, StepView
from engine.progress.case import Case
from engine.store import definitions, history, instances, work
from engine.store.history import HistoryRow
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

STATES = {
    "running": "办理中",
    "suspended": "已暂停",
    "completed": "已办结",
    "rejected": "未予通过",
    "voided": "已作废",
    "withdrawn": "已撤销",
    "terminated": "已终止",
}
VERBS = {
    "start": "发起",
    "submit": "提交",
    "schedule": "按日历发起",
    "pass": "自动通过",
    "return": "退回",
    "retract": "撤回",
    "transfer": "转办",
    "claim": "领办",
    "release": "放回",
    "urge": "催办",
    "cancel": "环节取消",
    "end": "办结",
    "number": "编号",
    "record": "登记",
    "proposed": "修订建议",
    "document": "生成文书",
    "receipt": "回执",
    "joined": "并入",
    "issued": "发督办单",
    "deadline": "设定时限",
    "rung": "时限提醒",
    "withdraw": "撤销",
    "void": "作废",
    "waits": "等待绑定",
    "problem": "无人办理",
    "timeout": "到时",
    "change": "变更",
    "add": "加签",
    "remove": "减签",
    "consult": "征求意见",
    "answer": "答复意见",
    "keep": "沿用原意见",
    "oral": "口头请示",
    "sign": "补签",
    "dispute": "补签有异议",
    "ask_move": "申请重定位",
    "move": "重定位",
    "refuse_move": "不同意重定位",
    "assume": "视为无意见",
    "fault": "计入差错",
    "silence": "逾期未回处理",
    "entry_ask": "申请不适用或延期",
    "entry_na": "不适用",
    "entry_later": "延期",
    "entry_agree": "同意申请",
    "entry_refuse": "不同意申请",
    "circulate": "传阅",
    "read": "已阅",
    "look": "查看",
    "print": "打印",
    "fetch": "下载附件",
    "online": "在线阅览",
    "delegate": "委派",
    "hand_back": "办完交回",
    "stand_in": "代办",
    "hand_over": "移交",
    "rotation": "轮岗",
    "take_back": "交回本人",
    "suspend": "暂停",
    "resume": "恢复",
    "urge_read": "催阅",
    "pause_ask": "申请停表",
    "replan": "变更",
    "replan_told": "电话确认变更",
    "pause_refuse": "不准停表",
    "pause": "停表",
    "pause_end": "恢复计时",
    "calendar": "日历变更",
    "supervise": "转督办",
    "auto": "超时自动",
    "terminate": "终止",
    "stop_called": "随上级流程结束",
    "called_back": "上级流程已结束，通知收回",
    "reopen": "重新办理",
    "follow": "关注",
    "keep_copy": "留存",
    "unfollow": "取消关注",
    "archive": "生成归档包",
    "first_contact": "首问责任移交",
    "waive": "准用词语",
    "paper": "纸质归档",
}
HIDDEN = frozenset({"cancel", "start", "follow", "unfollow", "keep_copy"})
GOOD = frozenset({"approve", "agree", "pass", "done", "submit"})


def view(case: Case) -> InstanceView:
    """Everything one page needs to know about an instance."""
    row, directory = case.row, case.directory
    items = work.of_instance(case.tx, row.id)
    activities = instances.activities(case.tx, row.id)
    initiator = directory.person(row.initiator_id)
    contact = directory.person(row.first_contact_id)
    unit = directory.unit(row.unit_id) if row.unit_id is not None else None
    parent = instances.by_id(case.tx, row.parent_id).number if row.parent_id is not None else ""
    return InstanceView(
        id=row.id,
        number=row.number,
        title=row.title,
        process=row.process,
        process_title=case.package.manifest.title,
        version=definitions.by_id(case.tx, row.definition_id).version,
        definition_id=row.definition_id,
        state=row.state,
        state_label=STATES[row.state],
        urgency=row.urgency,
        initiator_id=row.initiator_id,
        initiator=initiator.name if initiator else "",
        initiator_unit=unit.name if unit else "",
        started=row.started_at,
        ended=row.ended_at,
        outcome=row.outcome or "",
        deadline=row.deadline,
        light=row.frozen_light or _light(case, items),
        remaining=limits.remaining(case.now, row.deadline, case.calendar).text_zh,
        data=row.variables,
        steps=steps(case, activities, items),
        history=entries(case, history.whole(case.tx, row), activities, items),
        items=tuple(item_view(case, i) for i in items),
        visits=row.visits,
        revision=row.revision,
        used=used(case, row.started_at, row.ended_at or case.now),
        source=row.source or "",
        parent=parent,
        first_contact=contact.name if contact else "",
        children=tuple(number for number, _state in instances.children(case.tx, row.id)),
    )


def _light(case: Case, items: Sequence[ItemRecord]) -> str:
    """The light of the whole: a late step makes a green one amber, for the work is behind schedule (domain.md §5.5)."""
    row = case.row
    own = limits.light(case.now, row.warn_at, row.deadline, row.ended_at)
    late = any(i.state == "open" and i.deadline is not None and i.deadline < case.now for i in items)
    return "amber" if own == "green" and late else own


def used(case: Case, since: datetime, until: datetime) -> str:
    """Working time between two instants, in words without 剩."""
    text = limits.remaining(since, until, case.calendar).text_zh
    return text.removeprefix("剩 ").removeprefix("超期 ")


def item_view(case: Case, i: ItemRecord) -> OpenItem:
    """One work item in words."""
    performer, principal = case.directory.person(i.performer_id), case.directory.person(i.principal_id)
    decided_by = case.directory.person(i.decided_by)
    post = case.directory.post(i.post_id)
    pool = case.directory.pool(i.pool) if i.pool else None
    return OpenItem(
        id=i.id,
        element=i.element,
        name=i.name,
        entry=i.entry or "",
        performer_id=i.performer_id,
        performer=performer.name if performer else (f"{pool.title}（待领办）" if pool else ""),
        performer_title=post.title if post else case.directory.title_of(performer),
        on_behalf_of=principal.name if principal else "",
        pool=i.pool or "",
        kind=i.kind,
        state=i.state,
        arrived=i.arrived_at,
        opened=i.opened_at,
        deadline=i.deadline,
        warn_at=i.warn_at,
        light=limits.light(case.now, i.warn_at, i.deadline, i.decided_at, paused=i.paused is not None),
        remaining=i.paused or _left(case, i),
        outcome=i.outcome or "",
        outcome_label=label(case, i.element, i.outcome),
        opinion=i.opinion or "",
        decided=i.decided_at,
        decided_by=decided_by.name if decided_by else "",
        facts=i.facts,
        used=used(case, i.arrived_at, i.decided_at or case.now),
        activity_id=i.activity_id,
    )


def _left(case: Case, i: ItemRecord) -> str:
    return limits.remaining(case.now, i.deadline, case.calendar, natural=i.urgency == "特急").text_zh


def label(case: Case, element: str, outcome: str | None) -> str:
    plan = case.package.plans.get(element)
    return plan.label(outcome) if plan and outcome else outcome or ""


def steps(case: Case, activities: Sequence[ActivityRow], items: Sequence[ItemRecord]) -> tuple[StepView, ...]:
    """The user tasks in reading order, with who was there and how long."""
    return tuple(_step(case, element, activities, items) for element in case.package.order)


def _step(case: Case, element: str, activities: Sequence[ActivityRow], items: Sequence[ItemRecord]) -> StepView:
    own = [a for a in activities if a.element == element and a.state != "cancelled"]
    last = own[-1] if own else None
    people = []
    for item in items:
        if last is not None and item.activity_id == last.id and item.state != "cancelled" and item.kind == "decide":
            person = case.directory.person(item.decided_by or item.performer_id)
            pool = case.directory.pool(item.pool) if item.pool else None
            people.append(person.name if person else pool.title if pool else "")
    return StepView(
        element=element,
        name=case.package.plans[element].name,
        state="todo" if last is None else last.state,
        visits=len(own),
        people=tuple(dict.fromkeys(people)),
        arrived=last.opened_at if last else None,
        finished=last.closed_at if last else None,
        used=used(case, last.opened_at, last.closed_at or case.now) if last else "",
        outcome=label(case, element, last.outcome) if last else "",
    )


def entries(
    case: Case, rows: Sequence[HistoryRow], activities: Sequence[ActivityRow], items: Sequence[ItemRecord]
) -> tuple[Entry, ...]:
    """The history in words, newest first; a decision taken back within its window leaves no line here."""
    by_item = {i.id: i for i in items}
    names = {a.id: a.name for a in activities}
    shown: list[Entry] = []
    for row in rows:
        if row.verb == "retract" and row.detail.get("quick"):
            shown = [e for e in shown if not (e.verb == "decide" and e.detail.get("item") == row.item_id)]
        elif row.verb not in HIDDEN:
            shown.append(_entry(case, row, by_item, names))
    return tuple(reversed(shown))


def _entry(case: Case, row: HistoryRow, by_item: Mapping[int, ItemRecord], names: Mapping[int, str]) -> Entry:
    actor, principal = case.directory.person(row.actor_id), case.directory.person(row.principal_id)
    item = by_item.get(row.item_id) if row.item_id is not None else None
    outcome = str(row.detail.get("outcome") or "")
    words = label(case, row.element or "", outcome) if row.verb == "decide" else VERBS.get(row.verb, row.verb)
    if row.verb == "end":
        words = STATES.get(str(row.detail.get("state")), words)
    return Entry(
        id=row.id,
        at=row.at,
        verb=row.verb,
        label=words,
        actor=actor.name if actor else "系统",
        actor_title=_acted_in(case, row, item),
        on_behalf_of=principal.name if principal else "",
        element=row.element or "",
        step=(item.name if item else "") or names.get(row.activity_id or 0, ""),
        opinion=str(row.detail.get("opinion") or ""),
        detail={**row.detail, "item": row.item_id},
        used=used(case, item.arrived_at, row.at) if item and row.verb in ("decide", "return") else "",
        tone=_tone(row.verb, outcome),
    )


def _acted_in(case: Case, row: HistoryRow, item: ItemRecord | None) -> str:
    """The post somebody acted in: the one they named, else that of the work item, else their main one today."""
    if row.detail.get("post"):
        return str(row.detail["post"])
    post = case.directory.post(item.post_id) if item and row.actor_id in (item.performer_id, item.decided_by) else None
    actor = case.directory.person(row.actor_id)
    return post.title if post else case.directory.title_of(actor) if actor else ""


def _tone(verb: str, outcome: str) -> str:
    if verb == "return" or outcome in ("refuse", "reject", "disagree", "void"):
        return "bad"
    if verb == "decide":
        return "good" if outcome in GOOD else "info"
    return {"urge": "warn", "rung": "warn", "problem": "bad", "end": "good", "submit": "good"}.get(verb, "plain")
