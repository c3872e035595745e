"""The performer functions of domain.md §7.2: what each asks for, as a list of wishes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.org.directory import Directory
from engine.org.facts import Facts, Wish
from engine.org.people import Person, Unit

Wishes = list[Wish]
# These posts exist in every unit: without a unit the initiator's is meant.
IN_EVERY_UNIT = frozenset({"head", "liaison", "staff"})
PRINCIPALS = {
    "party": ("secretary", "chairman"),
    "board": ("chairman",),
    "exec": ("gm",),
    "党委": ("secretary", "chairman"),
    "董事会": ("chairman",),
    "行政": ("gm",),
}
LEAD_UNIT_FIELDS = ("lead_unit", "lead_dept", "lead")
NIGHT_POSTS = {"officer": "wenshu", "leader": "zhuren"}


class Asking:
    """The functions a rule may call, bound to one case; arguments are logins, unit codes or what another call gave."""

    def __init__(self, facts: Facts, directory: Directory, now: datetime) -> None:
        self.facts, self.directory, self.now = facts, directory, now
        self.positions = directory.on(now)

    def functions(self) -> dict[str, Callable[..., Any]]:
        """What the evaluator may call."""
        return {name: getattr(self, name) for name in NAMES}

    # ---- people

    def everyone(self) -> Wishes:
        return [Wish(everyone=True)]

    def admins(self) -> Wishes:
        return [Wish(person=person.login, label="流程管理员") for person in self.directory.admins]

    def role(self, name: str) -> Wishes:
        return [Wish(person=p.login) for p in self.directory.persons if p.active and name in p.roles]

    def person(self, who: Any) -> Wishes:
        return read_wishes(who)[:1] or [Wish(missing="没有指定人员")]

    def people(self, whom: Any) -> Wishes:
        return read_wishes(whom)

    def initiator(self) -> Wishes:
        return [Wish(person=self.facts.initiator)]

    def drafter(self) -> Wishes:
        return self.initiator()

    def performer(self) -> Wishes:
        return read_wishes(self.facts.performer or self.facts.variables.get("performer"))

    def performers_of(self, element: str) -> Wishes:
        return read_wishes((self.facts.results.get(element) or {}).get("by"))

    def performer_of(self, element: str) -> Wishes:
        return self.performers_of(element)[:1]

    def first_contact(self) -> Wishes:
        return read_wishes(self.facts.variables.get("first_contact")) or self.initiator()

    def host(self, meeting: Any = None) -> Wishes:
        found = meeting.get("host") if isinstance(meeting, Mapping) else meeting or self.facts.variables.get("host")
        return read_wishes(found) or [Wish(missing="没有填写会议主持人")]

    def checklist_owner(self, item: Any) -> Wishes:
        owner = item.get("owner") if isinstance(item, Mapping) else item
        return read_wishes(owner) or [Wish(missing="清单项没有责任人")]

    # ---- posts

    def post(self, code: str, unit: Any = None) -> Wishes:
        if unit in (None, "") and code in IN_EVERY_UNIT:
            unit = self.facts.initiator_unit
        if unit in (None, ""):
            return [Wish(post=code)]
        return [self._in_unit(unit, lambda found: Wish(post=code, unit=found.code))]

    def post_group(self, code: str, unit: Any = None) -> Wishes:
        return [replace(wish, pool=not wish.missing) for wish in self.post(code, unit)]

    def unit_head(self, unit: Any) -> Wishes:
        return [self._in_unit(one, self._head) for one in _listed(unit)]

    def unit_liaison(self, unit: Any) -> Wishes:
        return [self._in_unit(one, self._liaison) for one in _listed(unit)]

    def unit_clerk(self, unit: Any) -> Wishes:
        return [self._in_unit(one, self._clerk) for one in _listed(unit)]

    def dept_head(self, who: Any) -> Wishes:
        leader = self._person(who)
        unit = self._unit(who)
        if leader is not None and unit is not None and unit.kind == "group":
            return self.superior(leader.login)  # a leader has no department above
        return [self._in_unit(who, self._head)]

    def liaison(self, who: Any) -> Wishes:
        unit = self._unit(who)
        if unit is not None and unit.kind == "group":  # leaders are reached through the office
            return self.post("liaison", "bgs") if self.directory.unit("bgs") else [Wish(post="wenshu")]
        return [self._in_unit(who, self._liaison)]

    def lead_head(self) -> Wishes:
        found = (self.facts.variables.get(name) for name in LEAD_UNIT_FIELDS)
        lead = next((unit for unit in found if unit), None)
        return self.unit_head(lead) if lead else [Wish(missing="没有填写主办单位")]

    def cosign(self, units: Any) -> Wishes:
        return [self._in_unit(unit, lambda found: self._head(found, each=True)) for unit in _listed(units)]

    # ---- leaders

    def in_charge(self, who: Any, topic: str | None = None) -> Wishes:
        unit = self._unit(who)
        leader = self.positions.in_charge(unit, topic)
        person = self._person(who)
        if leader is None and person is not None and unit is not None and unit.kind == "group":
            return self.superior(person.login)
        if leader is not None:
            return [Wish(person=leader.login, label="分管领导")]
        return [Wish(missing=f"{unit.name}没有分管领导" if unit else f"找不到单位“{who}”")]

    def superior(self, who: Any) -> Wishes:
        person = self._person(who)
        unit = self.positions.main_unit(person)
        above = self.positions.above(unit, person) if unit else None
        if above is None:
            return [Wish(missing=f"{person.name if person else who}没有上级")]
        return [Wish(person=above.login, label="直属上级")]

    def principal(self, kind: str = "exec") -> Wishes:
        group = self._group()
        for code in PRINCIPALS.get(kind, ()):
            if group and self.positions.find_post(code, group):
                return [Wish(post=code, unit=group.code)]
        return [Wish(missing=f"没有主要领导“{kind}”")]

    def legal_rep(self) -> Wishes:
        group = self._group()
        found = group and self.positions.find_post("legal_rep", group)
        return [Wish(post="legal_rep", unit=group.code)] if group and found else self.principal("board")

    # ---- seals and nights

    def seal_keeper(self, seal: Any) -> Wishes:
        return self._of_seals(seal, "keeper", "yinzhang", "印章保管人")

    def seal_witness(self, seal: Any) -> Wishes:
        keepers = tuple(self.seal_keeper(seal))
        return [replace(wish, apart=keepers) for wish in self._of_seals(seal, "witness", "jianyin", "监印人")]

    def duty(self, otherwise: Any = None) -> Wishes:
        """The officer on duty; while nobody is on the roster, the holder of the post named (or the clerk)."""
        named = isinstance(otherwise, str) and otherwise.isidentifier()  # an instant, as in duty(now), names no post
        return self._on_duty("officer", "值班员", otherwise if named else "")

    def after_hours(self) -> bool:
        """Whether the office is closed now: ``after_hours() ? duty() : post('wenshu')``."""
        return self.facts.after_hours

    def unnamed(self, wanted: Any, lines: Any, column: Any) -> list[Any]:
        """No person: which of those wanted no line of a table names, as in ``unit_clerk(unnamed(…))``."""
        return unnamed(wanted, lines, column)

    def duty_leader(self, _now: Any = None) -> Wishes:
        return self._on_duty("leader", "带班领导")

    # ---- how arguments are read

    def _on_duty(self, column: str, label: str, otherwise: str = "") -> Wishes:
        day = self.now.astimezone(self.directory.zone).date().isoformat()
        person = self._known((self.facts.registers("duty", day) or {}).get(column))
        if person is not None:
            return [Wish(person=person.login, label=label)]
        return [Wish(post=otherwise or NIGHT_POSTS[column], label=f"{label}（未排班）")]

    def _of_seals(self, seal: Any, column: str, code: str, title: str) -> Wishes:
        found: list[Wish] = []
        for name in _listed(seal) or [seal]:
            wish = self._of_seal(self.facts.registers("seal", str(name)) or {}, column, code, title)
            if wish not in found:
                found.append(wish)
        return found

    def _of_seal(self, register: Mapping[str, Any], column: str, code: str, title: str) -> Wish:
        person = self._known(register.get(column))
        if person is None:
            return Wish(post=code)
        named = self._known(register.get(f"{column}_b"))
        holders = self.directory.holders(code, None, self.now)
        # where the register names nobody, the AB roles of the office's post stand in
        others = (named,) if named else holders if person in holders else ()
        deputies = tuple(other.login for other in others if other != person)
        return Wish(person=person.login, label=title, title=title, deputies=deputies)

    def _known(self, login: Any) -> Person | None:
        return self.directory.person(login) if isinstance(login, str) else None

    def _head(self, unit: Unit, each: bool = False) -> Wish:
        post = self.positions.head_post(unit)
        if post is None:
            return Wish(missing=f"{unit.name}没有设负责人岗位")
        return Wish(post=post.code, unit=unit.code, each=each)

    def _liaison(self, unit: Unit) -> Wish:
        post = self.positions.liaison_post(unit)
        if post is None:
            return Wish(missing=f"{unit.name}没有设联络员岗位")
        return Wish(post=post.code, unit=unit.code)

    def _clerk(self, unit: Unit) -> Wish:
        if self.positions.find_post("wenshu", unit):
            return Wish(post="wenshu", unit=unit.code)
        # nobody outside works in the system: our own clerk sees to it that they get it
        return Wish(post="wenshu") if unit.kind == "external" else self._liaison(unit)

    def _in_unit(self, who: Any, make: Callable[[Unit], Wish]) -> Wish:
        unit = self._unit(who)
        return make(unit) if unit else Wish(missing=f"找不到单位“{who}”")

    def _group(self) -> Unit | None:
        return next((unit for unit in self.directory.units if unit.kind == "group"), None)

    def _person(self, who: Any) -> Person | None:
        if isinstance(who, str):
            return self.directory.person(who)
        wish = next(iter(read_wishes(who)), None)
        if wish is None:
            return None
        if wish.person:
            return self.directory.person(wish.person)
        unit = self.directory.unit(wish.unit) if wish.unit else None
        return self.positions.holder(self.positions.find_post(wish.post, unit))

    def _unit(self, who: Any) -> Unit | None:
        """A unit by its code or name; for a person, the unit of the main post."""
        if isinstance(who, str) and (unit := self.directory.unit(who)):
            return unit
        wish = None if isinstance(who, str) else next(iter(read_wishes(who)), None)
        if wish is not None and wish.unit:
            return self.directory.unit(wish.unit)
        return self.positions.main_unit(self._person(who))


def _listed(units: Any) -> list[Any]:
    return list(units) if isinstance(units, list | tuple) else [units] if units else []


def read_wishes(value: Any) -> Wishes:
    """What a rule came to: wishes, logins, or lists of both."""
    if value is None or value == "":
        return []
    if isinstance(value, Wish):
        return [value]
    if isinstance(value, str):
        return [Wish(person=login.strip()) for login in value.replace("，", ",").split(",") if login.strip()]
    if isinstance(value, list | tuple):
        return [wish for part in value for wish in read_wishes(part)]
    return [Wish(missing=f"办理人规则得到的不是人员：{value!r:.60}")]


def unnamed(wanted: Any, lines: Any, column: Any) -> list[Any]:
    """Which of those wanted no line of a table names in a column."""
    named = [line.get(str(column)) for line in lines or [] if isinstance(line, Mapping)]
    return [one for one in wanted or [] if one not in named]


NAMES = tuple(name for name in vars(Asking) if not name.startswith("_") and name != "functions")
