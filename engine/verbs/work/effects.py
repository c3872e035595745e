"""What would happen on each button of a part besides its outcomes, in words, with the people and steps it concerns."""

from engine.package import Plan
from engine.progress import Case
from engine.progress.permission import part_of, return_targets
from engine.progress.returning import effect
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

# the sentences for operations that a step offers; {me} has the part now, {due} says what becomes of the limit
OFFERED = {
    "add": ("加签", "对方与 {me} 一样签署意见，全部办完才往下走"),
    "consult": ("征求意见", "这件仍由 {me} 办理，对方的答复记入办理记录{clock}"),
    "transfer": ("转办", "改由对方办理，{me} 留存一份；时限不变"),
    "delegate": ("委派", "对方办完交回 {me} 作结论；责任和时限不变"),
    "circulate": ("传阅", "对方阅知即可，不影响流转"),
    "oral": ("登记口头请示", "特急件按口头同意先往下走，{me} 在一个工作日内补签"),
    "save_draft": ("暂存", "只保存已填内容，别人看不到，也不往下走"),
    "urge": ("催办", "提醒 {me}，每个工作日一次"),
}
# what somebody may do who is not to decide
OTHERS = {
    "consult": ("答复", "答复记入办理记录，这件仍由征求意见的人办理"),
    "assist": ("提交意见", "协办意见交主办汇总，由主办送出"),
    "read": ("已阅", "记下阅知时间，不影响流转"),
    "sign": ("补签", "确认口头同意；有异议时通知流程管理员"),
    "delegated": ("交回", "交回委派人作结论"),
}


def effects(case: Case, item: ItemRecord, activity: ActivityRow | None, plan: Plan) -> dict[str, str]:
    """Label of the button -> what it would do; nothing for a part that is over or waits for its turn."""
    if item.state not in ("open", "unread"):
        return {}
    if part_of(item) != "decide":
        label, words = OTHERS[part_of(item)]
        return {label: words}
    if activity is None:
        return {}
    person = case.directory.person(item.performer_id)
    me = person.name if person else "领办的人"
    clock = f"，时限停走至多 {plan.consult_limit}" if plan.consult_limit else ""
    found = {}
    if item.performer_id is None:
        found["领办"] = "归领办的人办理，其他人的待领池里不再有"
    if item.facts.get("pool"):
        found["放回"] = "回到待领池，同岗位的人都可以领办"
    if "return" in plan.actions and (words := _returning(case, activity, plan)):
        found["退回"] = words
    for name, (label, words) in OFFERED.items():
        if name in plan.actions and (item.performer_id is not None or name in ("urge", "save_draft", "transfer")):
            found[label] = words.format(me=me, clock=clock)
    return found


def _returning(case: Case, activity: ActivityRow, plan: Plan) -> str:
    """For each step one may return to: who gets it, and which other steps end with it."""
    told = []
    for element, name in return_targets(case, plan):
        one = effect(case, activity, element, "again")
        if one.problem:
            told.append(f"{name}：{one.problem}")
            continue
        ends = f"，{'、'.join(one.ends)} 同时结束" if one.ends else ""
        told.append(f"到“{name}”（{'、'.join(one.people) or '原办理人'}）{ends}")
    return "；".join(told)
