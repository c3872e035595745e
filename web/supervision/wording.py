"""Ladders in words: what a rung is called, when it comes, and whom its rules mean."""

import re
from collections.abc import Iterable, Mapping

from engine.model import Json
from engine.verbs import people
from web.shell import the_engine

# what a rung does besides telling people, the gravest first
ACTIONS = {
    "blame": "问责建议",
    "list:monthly": "督查通报",
    "list:weekly": "列入周报",
    "slip:red": "红色督办单",
    "slip:yellow": "黄色督办单",
    "slip:blue": "蓝色督办单",
    "talk": "约谈建议",
    "phone": "电话催办",
    "explain": "书面说明",
    "light:red": "亮红灯",
    "light:amber": "亮黄灯",
}
BY_KEY = {
    "half": "过半提醒",
    "warn": "临期提醒",
    "today": "到期催办",
    "today-again": "到期催办",
    "due": "到期",
    "late": "超期提醒",
    "daily": "每日提醒",
    "on": "事件提醒",
}
MOMENTS = {"half": "期限过半", "warn": "临近到期", "today-again": "到期前", "due": "到期时"}
RULES = {
    "performer()": "承办人",
    "liaison(performer())": "联络员",
    "dept_head(performer())": "部门负责人",
    "lead_head()": "主办单位负责人",
    "in_charge(performer())": "分管领导",
    "principal('exec')": "总经理",
    "principal('party')": "党委书记",
    "initiator()": "发起人",
    "admins()": "流程管理员",
}
TONES = {"slip:blue": "blue", "slip:yellow": "amber", "slip:red": "red"}
SLIPS = {"blue": ("蓝单", "blue"), "yellow": ("黄单", "amber"), "red": ("红单", "red")}
SLIP_NAMES = {"blue": "蓝色督办单", "yellow": "黄色督办单", "red": "红色督办单"}
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
    "waiting": "待触发",
    "fired": "已触发",
    "merged": "已并入更高一级",
    "cancelled": "已取消",
    "dead": "处理失败",
    "paused": "已暂停",
    "stopped": "停表中",
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
    return named or BY_KEY.get(key) or BY_KEY.get(key.partition("-")[0], key)


def other_actions(actions: tuple[str, ...]) -> str:
    """What a rung does besides what it is called after."""
    title = rung_title(actions, "")
    return "、".join(ACTIONS[action] for action in actions if action in ACTIONS and ACTIONS[action] != title)


def rung_moment(key: str, day: int | None) -> str:
    """When it comes: 到期当日, 超 3 天."""
    if day is None:
        return MOMENTS.get(key, "")
    return "临近到期" if key == "warn" else "到期当日" if day == 0 else f"超 {day} 天"


def rung_tone(actions: Iterable[str], late: bool) -> str:
    """Colour of a rung: of its slip, else red when it belongs to missed deadlines."""
    return next((TONES[a] for a in actions if a in TONES), "red" if late else "amber")


def addressees(rules: Iterable[str]) -> str:
    """The people a rung tells, by their function."""
    return "、".join(dict.fromkeys(_one(rule) for rule in rules))


def _one(rule: str) -> str:
    if rule in RULES:
        return RULES[rule]
    directory = people.directory(the_engine())
    if found := OF_POST.match(rule):
        return next((post.title for post in directory.posts if post.code == found[1]), rule)
    if OF_PERSON.match(rule):
        return "清单责任人"
    return rule
