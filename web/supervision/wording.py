"""Ladders in words: what a rung is called, when it comes, and whom its rules mean."""

import re
from collections.abc import Iterable, Mapping

from engine.model import Json
from engine.verbs import people
from web.language import N_, NP_, _, pgettext, told
from web.shell import the_engine

# what a rung does besides telling people, the gravest first
ACTIONS = {
    "blame": NP_("rung", "问责建议"),
    "list:monthly": NP_("rung", "督查通报"),
    "list:weekly": NP_("rung", "列入周报"),
    "slip:red": NP_("rung", "红色督办单"),
    "slip:yellow": NP_("rung", "黄色督办单"),
    "slip:blue": NP_("rung", "蓝色督办单"),
    "talk": NP_("rung", "约谈建议"),
    "phone": NP_("rung", "电话催办"),
    "explain": NP_("rung", "书面说明"),
    "light:red": NP_("rung", "亮红灯"),
    "light:amber": NP_("rung", "亮黄灯"),
}
BY_KEY = {
    "half": NP_("rung", "过半提醒"),
    "warn": NP_("rung", "临期提醒"),
    "today": NP_("rung", "到期催办"),
    "today-again": NP_("rung", "到期催办"),
    "due": NP_("rung", "到期"),
    "late": NP_("rung", "超期提醒"),
    "daily": NP_("rung", "每日提醒"),
    "on": NP_("rung", "事件提醒"),
}
MOMENTS = {"half": N_("期限过半"), "warn": N_("临近到期"), "today-again": N_("到期前"), "due": N_("到期时")}
RULES = {
    "performer()": N_("承办人"),
    "liaison(performer())": N_("联络员"),
    "dept_head(performer())": N_("部门负责人"),
    "lead_head()": N_("主办单位负责人"),
    "in_charge(performer())": N_("分管领导"),
    "principal('exec')": N_("总经理"),
    "principal('party')": N_("党委书记"),
    "initiator()": N_("发起人"),
    "admins()": N_("流程管理员"),
}
TONES = {"slip:blue": "blue", "slip:yellow": "amber", "slip:red": "red"}
SLIPS = {"blue": (N_("蓝单"), "blue"), "yellow": (N_("黄单"), "amber"), "red": (N_("红单"), "red")}
SLIP_NAMES = {"blue": N_("蓝色督办单"), "yellow": N_("黄色督办单"), "red": N_("红色督办单")}
SLIP_REASONS = {
    "blue": "临近办结时限，请抓紧办理，按期办结。",
    "yellow": "未达序时进度或完成质量较差，请说明原因，采取措施，确保按期办结。",
    "red": "逾期未办结或复核不实，请在一个工作日内书面说明，并每日报告进展，直至办结。",
}
CONSEQUENCE = (
    "到期前办不完的，应当在到期前申请延期。逾期未办结的亮红灯、发红色督办单，"
    "逐级报告部门负责人、分管领导和主要领导，列入督查通报并计入考核。"
)
OFFICE, OFFICE_NAME = "dcw", "党委督查委员会办公室"  # who signs notices
STATES = {
    "waiting": N_("待触发"),
    "fired": N_("已触发"),
    "merged": N_("已并入更高一级"),
    "cancelled": N_("已取消"),
    "dead": N_("处理失败"),
    "paused": N_("已暂停"),
    "stopped": N_("停表中"),
}
OF_POST = re.compile(r"^(?:post|post_group)\('([a-z_]+)'\)$")
OF_PERSON = re.compile(r"^person\(([a-z_]+)\)$")


def slips(data: Mapping[str, Json]) -> list[tuple[str, str]]:
    """The slips a matter has earned, in order, with their days."""
    marks = [(str(one.get("mark", "")), str(one.get("on", ""))) for one in data.get("marks") or []]
    return [(mark.removeprefix("slip:"), on) for mark, on in marks if mark.startswith("slip:")]


def rung_title(actions: Iterable[str], key: str) -> str:
    """红色督办单, 督查通报, or by the place on the ladder when it only reminds."""
    done = set(actions)
    named = next((words for action, words in ACTIONS.items() if action in done and not action.startswith("light:")), "")
    return pgettext("rung", named or BY_KEY.get(key) or BY_KEY.get(key.partition("-")[0], key))


def other_actions(actions: tuple[str, ...]) -> str:
    """What a rung does besides what it is called after."""
    title = rung_title(actions, "")
    does = (pgettext("rung", ACTIONS[action]) for action in actions if action in ACTIONS)
    return _("、").join(words for words in does if words != title)


def rung_moment(key: str, day: int | None) -> str:
    """When it comes: 到期当日, 超 3 天."""
    if day is None:
        return told(MOMENTS.get(key, ""))
    return _("临近到期") if key == "warn" else _("到期当日") if day == 0 else _("超 %(n)s 天", n=day)


def rung_tone(actions: Iterable[str], late: bool) -> str:
    """Colour of a rung: of its slip, else red when it belongs to missed deadlines."""
    return next((TONES[a] for a in actions if a in TONES), "red" if late else "amber")


def addressees(rules: Iterable[str]) -> str:
    """The people a rung tells, by their function."""
    return _("、").join(dict.fromkeys(_one(rule) for rule in rules))


def _one(rule: str) -> str:
    if rule in RULES:
        return told(RULES[rule])
    directory = people.directory(the_engine())
    if found := OF_POST.match(rule):
        return next((post.title for post in directory.posts if post.code == found[1]), rule)
    if OF_PERSON.match(rule):
        return _("清单责任人")
    return rule
