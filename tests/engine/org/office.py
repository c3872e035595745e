"""A small office for the tests: a group, two departments, a company, leaders and an administrator."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from engine.bpmn.expressions import compile_expression
from engine.org import Appointment, Charge, Directory, Facts, Person, Post, Resolution, Substitution, Unit, resolve
from tests.support.clock import shanghai

NOW = shanghai("2026-03-09 09:00")
LONG_AGO = date(2020, 1, 1)

UNITS = (
    Unit(1, "group", "华远集团有限公司", "集团", "group"),
    Unit(2, "bgs", "办公室", "办公室", "department", 1, 1),
    Unit(3, "rlb", "人力资源部", "人力部", "department", 1, 2),
    Unit(4, "ca", "华远建设有限公司", "建设公司", "company", 1, 3),
    Unit(5, "cabgs", "建设公司办公室", "建设办", "department", 4, 1),
    Unit(6, "dcs", "市政府督查室", "督查室", "external", None, 9),
)
PEOPLE = {
    "chairman": "郑国栋",
    "gm": "韩志远",
    "vp_a": "沈明",
    "zhuren": "苏文博",
    "fuzhuren": "陆敏",
    "hegao_a": "张静",
    "hegao_b": "李岩",
    "yinzhang_a": "王芳",
    "jianyin_a": "赵磊",
    "jianyin_b": "孙悦",
    "rlb_head": "周建",
    "rlb_liaison": "吴倩",
    "rlb1": "郝宁",
    "ca_gm": "冯涛",
    "ca_clerk": "蒋欣",
    "admin": "管理员甲",
}
# login -> posts as unit.code[/B], the first is the main one
SEATS = {
    "chairman": ("group.chairman",),
    "gm": ("group.gm",),
    "vp_a": ("group.vp_a",),
    "zhuren": ("bgs.zhuren",),
    "fuzhuren": ("bgs.fuzhuren", "bgs.zhuren/B"),
    "hegao_a": ("bgs.hegao",),
    "hegao_b": ("bgs.wenshu", "bgs.hegao/B"),
    "yinzhang_a": ("bgs.yinzhang", "bgs.jianyin/B"),
    "jianyin_a": ("bgs.jianyin", "bgs.yinzhang/B"),
    "jianyin_b": ("bgs.wenshu", "bgs.jianyin/B"),
    "rlb_head": ("rlb.head",),
    "rlb_liaison": ("rlb.liaison",),
    "rlb1": ("rlb.staff",),
    "ca_gm": ("ca.gm",),
    "ca_clerk": ("cabgs.zhuren",),
}
TITLES = {
    "chairman": "董事长",
    "gm": "总经理",
    "vp_a": "副总经理",
    "zhuren": "办公室主任",
    "fuzhuren": "办公室副主任",
    "hegao": "核稿员",
    "wenshu": "文书",
    "yinzhang": "印章管理员",
    "jianyin": "监印员",
    "head": "部长",
    "liaison": "联络员",
    "staff": "经办",
}


def person_id(login: str) -> int:
    return list(PEOPLE).index(login) + 1


def away(login: str, substitute: str, until: str = "2026-03-12 17:30", **more: Any) -> Substitution:
    """A leave from a week ago on."""
    row = {"since": shanghai("2026-03-02 08:30"), "until": shanghai(until), "reason": "请假", **more}
    return Substitution(person_id(login), person_id(substitute), **row)


class Held(NamedTuple):
    login: str
    unit: str
    code: str
    role: str
    main: bool


def _parsed(login: str, seat: str, place: int) -> Held:
    unit, _, code = seat.removesuffix("/B").partition(".")
    return Held(login, unit, code, "B" if seat.endswith("/B") else "A", place == 0)


def office(
    *substitutions: Substitution,
    seats: Mapping[str, tuple[str, ...]] | None = None,
    left: tuple[str, ...] = (),
    admins: tuple[str, ...] = ("admin",),
) -> Directory:
    """The directory; ``seats`` replaces the posts of some people, ``left`` are no longer active."""
    held = [
        _parsed(login, code, place)
        for login, codes in {**SEATS, **(seats or {})}.items()
        for place, code in enumerate(codes)
    ]
    codes = {unit.code: unit.id for unit in UNITS}
    posts = {
        (unit, code): Post(number, codes[unit], code, TITLES.get(code, code))
        for number, (unit, code) in enumerate(dict.fromkeys((h.unit, h.code) for h in held), 1)
    }
    appointments = tuple(
        Appointment(person_id(h.login), posts[h.unit, h.code].id, LONG_AGO, None, h.role, h.main, id=number)
        for number, h in enumerate(held, 1)
    )
    persons = tuple(
        Person(
            person_id(login),
            login,
            name,
            roles=frozenset({"user", "admin"} if login in admins else {"user"}),
            active=login not in left,
        )
        for login, name in PEOPLE.items()
    )
    charges = (Charge(person_id("vp_a"), 2, LONG_AGO), Charge(person_id("gm"), 2, LONG_AGO, topic="保密"))
    return Directory(persons, UNITS, tuple(posts.values()), appointments, charges, substitutions, NOW)


def found(rule: str, directory: Directory, *, exclude: str = "", now: datetime = NOW, **facts: Any) -> Resolution:
    """Resolve for a case that 郝宁 of the personnel department started."""
    case = Facts(**{"initiator": "rlb1", "initiator_unit": "rlb", **facts})
    return resolve(rule, case, directory, now, evaluate=evaluate, exclude=exclude)


def logins(resolution: Resolution) -> list[str]:
    return [performer.login for performer in resolution.performers]


def evaluate(text: str, names: Any, functions: Any) -> Any:
    return compile_expression(text).evaluate(names, functions)
