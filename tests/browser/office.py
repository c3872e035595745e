"""Cases of the demo office that browser tests begin with, brought to the step they need through the verbs."""

from datetime import timedelta

from engine.model import Actor, Json, OpenItem
from engine.verbs import instances, people, work
from tests.support.live import Live

BREATH = timedelta(seconds=30)  # longer than the undo window: what one person sent, the next person sees
DRAFTER, HEAD = "rlb1", "rlb_head"
TITLE = "关于印发《冬季安全生产专项检查方案》的通知"

DOCUMENT: dict[str, Json] = {
    "title": TITLE,
    "genre": "通知",
    "direction": "下行",
    "doc_class": "行政公文",
    "issuer": "group",
    "series": "华远发",
    "urgency": "平件",
    "important": False,
    "main_to": ["ca", "cb", "cc"],
    "publicity": "内部公开",
    "seal": "公章",
    "classification": "内部",
    "body": "各公司：\n为切实做好供热季安全保供，集团公司制定了本方案，现印发给你们。\n"
    "一、提高认识，压实责任。各单位主要负责人对本单位冬季安全生产工作负总责。\n"
    "二、突出重点，全面排查。重点检查防寒防冻、燃料存储、有限空间作业等环节。\n特此通知。",
    "need_legal": False,
    "drafter_dept": "rlb",
    "phone": "0531-68120101",
}
SEAL: dict[str, Json] = {
    "file_name": "在职证明（郝宁）",
    "file_kind": "证明",
    "purpose": "办理落户",
    "send_to": "市公安局",
    "seal": "公章",
    "copies": 2,
    "places": 1,
    "mode": "现场",
    "urgency": "平件",
    "applicant_dept": "rlb",
    "phone": "0531-68120101",
}
# what a step asks for before its first button may be pressed
ENTERED: dict[str, dict[str, Json]] = {
    "FW40": dict.fromkeys(("g_route", "g_policy", "g_legal", "g_format", "g_text"), "通过"),
    "FW80": {"review_items": ["审批手续完备", "附件齐全", "文种格式规范"]},
}


def document(live: Live, title: str = TITLE, *, by: str = DRAFTER, **fields: Json) -> str:
    """A document on the desk of the drafter's head; its number."""
    urgent = {"urgency_reason": "供热在即"} if fields.get("urgency", "平件") != "平件" else {}
    return _start(live, "document_issue", {**DOCUMENT, "title": title, **urgent, **fields}, by)


def seal_use(live: Live, **fields: Json) -> str:
    """An application for a seal on the desk of the applicant's head; its number."""
    return _start(live, "seal_use", {**SEAL, **fields}, DRAFTER)


def to_step(live: Live, number: str, element: str) -> None:
    """Let everybody take the first button until the instance waits at ``element``."""
    reader = live.actor("auditor")
    for _ in range(20):
        items = [item for item in instances.get(live.engine, number, reader).items if item.state == "open"]
        if any(item.element == element for item in items):
            return
        decide(live, items[0], ENTERED.get(items[0].element, {}))
    raise AssertionError(f"{number} never came to {element}")


def decide(live: Live, item: OpenItem, data: dict[str, Json] | None = None, outcome: str | None = None) -> None:
    """Decide one open item as its performer."""
    performer = people.actor_by_id(live.engine, item.performer_id or 0)
    assert performer is not None
    view = work.view(live.engine, item.id, performer)
    work.decide(live.engine, item.id, outcome or view.outcomes[0].code, performer, opinion="同意。", data=data or {})
    live.clock.advance(BREATH)


def holder(live: Live, number: str) -> str:
    """Login of the person who has an instance now."""
    items = instances.get(live.engine, number, live.actor("auditor")).items
    person = people.actor_by_id(live.engine, next(i.performer_id for i in items if i.state == "open") or 0)
    assert person is not None
    return person.login


def open_item(live: Live, number: str, login: str) -> int:
    """Id of the open item somebody has on an instance."""
    found = work.mine(live.engine, number, live.actor(login))
    assert found is not None
    return found


def open_steps(live: Live, number: str) -> list[str]:
    """Elements with open items."""
    found = instances.get(live.engine, number, live.actor("auditor"))
    return [item.element for item in found.items if item.state == "open"]


def _start(live: Live, process: str, data: dict[str, Json], login: str) -> str:
    who: Actor = live.actor(login)
    number = instances.start(live.engine, process, data, who).number
    live.clock.advance(BREATH)
    return number
