"""What the menus offer: one table; an entry shows only to its roles and only where its page exists."""

from dataclasses import dataclass

from flask import current_app
from werkzeug.exceptions import HTTPException

from engine.model import Actor
from web.language import N_

EVERYBODY = frozenset({"user", "clerk", "leader", "supervisor", "designer", "admin", "security", "auditor"})
OFFICE = frozenset({"clerk", "leader", "supervisor", "admin", "auditor"})
WATCHERS = frozenset({"leader", "supervisor", "admin", "auditor"})
MAKERS = frozenset({"designer", "admin"})
RULERS = frozenset({"supervisor", "designer", "admin"})
KEEPERS = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class Entry:
    """``counted`` names the number beside the title; ``hot`` paints it red."""

    key: str
    title: str
    path: str
    icon: str
    roles: frozenset[str] = EVERYBODY
    counted: str = ""
    hot: bool = False


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        N_("办理"),
        (
            Entry("todo", N_("待办"), "/inbox", "inbox", counted="todo", hot=True),
            Entry("done", N_("已办"), "/done", "circle-check"),
            Entry("mine", N_("我发起"), "/mine", "send", counted="mine"),
            Entry("cc", N_("传阅"), "/cc", "eye", counted="cc"),
            Entry("following", N_("关注"), "/following", "star"),
            Entry("drafts", N_("草稿"), "/drafts", "file-pencil", counted="drafts"),
        ),
    ),
    (
        N_("业务"),
        (
            Entry("start", N_("发起流程"), "/start", "plus"),
            Entry("meetings", N_("会议筹备"), "/meetings", "checklist"),
            Entry("rooms", N_("会议室"), "/rooms", "calendar-event"),
            Entry("diaries", N_("领导日程"), "/diaries", "calendar-user"),
            Entry("seals", N_("用印登记"), "/seals", "rubber-stamp", OFFICE),
            Entry("registers", N_("台账登记簿"), "/registers", "table", OFFICE),
            Entry("numbers", N_("编号簿"), "/numbers", "hash", OFFICE),
            Entry("archives", N_("归档登记"), "/archives", "archive", OFFICE),
            Entry("supervision", N_("督办总览"), "/supervision", "flag-3", WATCHERS),
        ),
    ),
    (
        N_("分析与管理"),
        (
            Entry("reports", N_("时效报表"), "/reports", "chart-bar"),
            Entry("processes", N_("流程设计"), "/processes", "sitemap", MAKERS),
            Entry("sla", N_("时限规则"), "/sla", "clock", RULERS),
            Entry("calendars", N_("工作日历"), "/admin/calendars", "calendar", KEEPERS),
            Entry("incidents", N_("系统异常"), "/incidents", "alert-circle", frozenset({"admin", "auditor"})),
            Entry("texts", N_("通知文字"), "/notifications/texts", "message-2", frozenset({"admin"})),
            Entry("admin", N_("组织与人员"), "/admin/users", "users", KEEPERS | {"security"}),
        ),
    ),
)
PHONE = ("todo", "mine", "start", "supervision")


def menus(actor: Actor) -> list[tuple[str, list[Entry]]]:
    """The groups of the side bar for this person; an empty group is left out."""
    groups = [(title, [entry for entry in entries if _offered(entry, actor)]) for title, entries in GROUPS]
    return [group for group in groups if group[1]]


def bar(actor: Actor) -> list[Entry]:
    """The bar at the bottom of a phone."""
    entries = {entry.key: entry for _, group in menus(actor) for entry in group}
    return [entries[key] for key in PHONE if key in entries]


def exists(path: str) -> bool:
    """Whether some part answers this address."""
    try:
        return current_app.url_map.bind("").test(path, "GET")
    except HTTPException:
        return False


def _offered(entry: Entry, actor: Actor) -> bool:
    return bool(entry.roles & (actor.roles | {"user"})) and exists(entry.path)
