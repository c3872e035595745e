"""What leaves the house: the words of one notice or of several, without the title of a secret matter."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.channels import MAKERS, Message, wishes
from engine.settings import Settings
from engine.store.deliveries import DeliveryRow

TITLES = {"mail": "邮件", **{name: maker.title for name, maker in MAKERS.items()}, "webhook": "接口"}
KINDS = {"todo": "待办", "chase": "催办", "copy": "抄送", "system": "系统"}
# a form's answer that keeps the title inside the house (domain.md §2.6)
SECRET = frozenset({"商密", "普通商密", "核心商密", "工作秘密"})


def together(channel: str) -> str:
    """A channel in words."""
    return TITLES.get(channel, channel)


def address(row: DeliveryRow) -> str:
    """Where a delivery goes, as the person has it now; empty if nowhere."""
    if row.channel in MAKERS:
        return wishes.robot(row.settings, row.channel)
    return row.email if row.channel == "mail" else row.login


def message(settings: Settings, rows: Sequence[DeliveryRow], now: datetime) -> Message:
    """One message for these notices of one person; the same notices give the same key."""
    first, house = rows[0], settings.base_url.rstrip("/")
    told = [_outward(row) for row in rows]
    if len(rows) == 1:
        (title, body), link, key = told[0], _link(first), f"notice-{first.notification_id}"
    else:
        title = f"您有 {len(rows)} 条新通知：{told[0][0]}等"
        lines = [
            f"{n}. {one[0]}\n   {house}{_link(row)}" for n, (one, row) in enumerate(zip(told, rows, strict=True), 1)
        ]
        body, link = "\n".join(lines), "/notifications"
        key = f"notices-{first.notification_id}-{rows[-1].notification_id}-{len(rows)}"
    return Message(
        address=address(first),
        title=title,
        body=body,
        key=key,
        link=house + link if link else "",
        login=first.login,
        name=first.name,
        kind=first.kind,
        urgency=first.urgency,
        at=now,
    )


def is_secret(variables: Mapping[str, object] | None) -> bool:
    """Whether a form says that its matter is a business secret."""
    return any(isinstance(value, str) and value in SECRET for value in (variables or {}).values())


def as_typed(text: str) -> str:
    """Text that people wrote, so that no reader makes a link of it: the only link of a notice is the house's own."""
    return text.replace("://", "：//").replace("www.", "www．")


def _outward(row: DeliveryRow) -> tuple[str, str]:
    """Title and body as they may leave the house."""
    if row.told and not is_secret(row.variables):
        return as_typed(row.title), as_typed(row.body)
    urgent = f"【{row.urgency}】" if row.urgency in ("特急", "加急") else ""
    title = f"{urgent}【{KINDS.get(row.kind, '通知')}】有一件涉密事项（{row.number}）"
    return title, f"{title}，内容不在系统外显示，请登录系统查看。"


def _link(row: DeliveryRow) -> str:
    return f"/d/{row.number}" if row.number else row.link
