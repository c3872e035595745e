"""What people and the check-up call a row that is not as it was written."""

from dataclasses import dataclass
from typing import Final

from engine.store.covered import CHOICES, ENTRY, FORM, KNOWERS, OPENED, ORIGIN, RESULT, WORDS, Guarded, table_of
from engine.store.tables import (
    activity,
    appointment,
    archive,
    attachment,
    calendar_change,
    charge,
    checklist_proposal,
    consent,
    definition,
    delivery,
    draft,
    first_change,
    follow,
    handover,
    incident,
    instance,
    job,
    job_item,
    leave,
    outgoing_call,
    pause,
    person,
    post,
    report_snapshot,
    scheduled_start,
    series,
    session,
    settled_case,
    settled_item,
    settled_return,
    substitution,
    taken_number,
    timer,
    token,
    unit,
    work_item,
)

_NAMES: Final[dict[Guarded, tuple[str, str]]] = {
    work_item: ("待办", "item.altered"),
    instance: ("实例", "instance.altered"),
    activity: ("环节", "activity.altered"),
    timer: ("计时器", "timer.altered"),
    draft: ("草稿", "draft.altered"),
    attachment: ("附件", "attachment.altered"),
    **dict.fromkeys(
        (person, unit, post, appointment, charge, substitution, leave, handover), ("组织人员", "people.altered")
    ),
    KNOWERS: ("知悉范围", "knowers.altered"),
    **dict.fromkeys((FORM, ORIGIN), ("实例", "instance.altered")),
    OPENED: ("待办", "item.altered"),
    pause: ("停表", "pause.altered"),
    consent: ("重定位申请", "consent.altered"),
    **dict.fromkeys((CHOICES, follow), ("个人设置", "choices.altered")),
    **dict.fromkeys((session, token), ("登录会话或令牌", "session.altered")),
    **dict.fromkeys((settled_item, settled_case, settled_return, report_snapshot), ("报表数字", "figures.altered")),
    checklist_proposal: ("清单修订建议", "proposal.altered"),
    calendar_change: ("日历变更记录", "setting.altered"),
    ENTRY: ("登录资料", "people.altered"),
    **dict.fromkeys((series, taken_number), ("编号", "number.altered")),
    **dict.fromkeys((job, job_item, RESULT), ("任务", "job.altered")),
    delivery: ("送达记录", "delivery.altered"),
    outgoing_call: ("外部调用", "call.altered"),
    archive: ("归档登记", "archive.altered"),
    **dict.fromkeys((definition, WORDS), ("流程版本", "definition.altered")),
    scheduled_start: ("定时发起记录", "schedule.altered"),
    incident: ("异常记录", "incident.altered"),
    first_change: ("首问进展", "notice.altered"),
}


def called(what: Guarded) -> str:
    """What people call it."""
    return _NAMES[what][0] if what in _NAMES else "设置"


def code_of(what: Guarded) -> str:
    """What the check-up calls a row of a table that is not as it was written."""
    return _NAMES[what][1] if what in _NAMES else "setting.altered"


@dataclass(frozen=True, slots=True)
class AlteredRow:
    """A row that is not as it was written: the code of the check-up, its case if it has one, and how it is named."""

    code: str
    instance_id: int | None
    name: str


def of(what: Guarded, row_id: int, instance_id: int | None = None) -> AlteredRow:
    """Such a row, named as it is accepted."""
    return AlteredRow(code_of(what), instance_id, f"{table_of(what).name}:{row_id}")
