"""The rows of a roster read one by one: what they say together, and everything that is wrong, by row and column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.errors import BadInput, RowFault
from engine.org.directory import Directory
from engine.org.roster import COLUMNS, Member, PostEntry, Roster, Seat, UnitEntry

KINDS: Final = {"部门": "department", "所属单位": "company", "外单位": "external", "集团": "group"}
ROLES: Final = {"": "A", "A": "A", "A角": "A", "B": "B", "B角": "B"}
YES: Final = {"": False, "否": False, "0": False, "是": True, "1": True}
LONGEST: Final = {"name": 40, "unit_name": 80, "short": 40, "title": 60, "email": 120, "phone": 40}
# what must not be one person as A: who keeps seals is never their witness (domain.md §7.3)
APART: Final = frozenset({"yinzhang", "jianyin"})
_CODE = re.compile(r"[a-z][a-z0-9_.-]{1,39}")
_UNIT = re.compile(r"[a-z][a-z0-9_-]{1,39}")  # a point would part unit from post
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def read_roster(rows: Sequence[Sequence[str]], now: Directory) -> Roster:
    """The rows of a table, its head first; ``now`` is the organisation in which they must make sense."""
    if not rows or not any(cell.strip() for row in rows[1:] for cell in row):
        raise BadInput("表格没有内容。", "the table is empty", "请从导入页下载模板填写。", "org.table")
    return _Reader(_head(rows[0]), now).read(rows[1:])


def _head(cells: Sequence[str]) -> dict[int, str]:
    known = {word.lower(): field for field, words in COLUMNS.items() for word in words}
    found = {n: known[word] for n, cell in enumerate(cells) if (word := cell.strip().lower()) in known}
    strange = [cell.strip() for n, cell in enumerate(cells) if cell.strip() and n not in found]
    if strange:
        raise _refused(f"认不出栏目“{strange[0][:40]}”。", f"unknown column {strange[0][:40]}")
    if len(set(found.values())) < len(found):
        raise _refused("有重复的栏目。", "a column appears twice")
    if missing := [COLUMNS[field][0] for field in ("login", "name") if field not in found.values()]:
        raise _refused(f"缺少栏目“{missing[0]}”。", f"column {missing[0]} is missing")
    return found


def _refused(zh: str, en: str) -> BadInput:
    return BadInput(zh, en, "栏目名请照模板：" + "、".join(words[0] for words in COLUMNS.values()) + "。", "org.table")


class _Reader:
    """One table while it is read; what its rows say of a unit or person is put together."""

    def __init__(self, columns: Mapping[int, str], now: Directory) -> None:
        self.columns, self.now = columns, now
        self.faults: list[RowFault] = []
        self.units: dict[str, UnitEntry] = {}
        self.posts: dict[tuple[str, str], PostEntry] = {}
        self.members: dict[str, Member] = {}

    def read(self, rows: Sequence[Sequence[str]]) -> Roster:
        for line, cells in enumerate(rows, 2):
            given = {field: cells[n].strip() if n < len(cells) else "" for n, field in self.columns.items()}
            if any(given.values()):
                self._row(line, given)
        self._check_units()
        self._check_posts()
        self._check_members()
        faults = tuple(sorted(self.faults, key=lambda fault: fault.line))
        return Roster(tuple(self.units.values()), tuple(self.posts.values()), tuple(self.members.values()), faults)

    def fault(self, line: int, field: str, given: str, zh: str, en: str) -> None:
        self.faults.append(RowFault(line, COLUMNS[field][0], given[:60], zh, en))

    def _differs(self, line: int, field: str, given: str, before: int, zh: str, en: str) -> None:
        zh = f"与第 {before} 行不同：同一{zh}应写得一样"
        self.fault(line, field, given, zh, f"not as in row {before}, for the same {en}")

    def _row(self, line: int, given: dict[str, str]) -> None:
        given["login"] = given["login"].lower()
        before = len(self.faults)
        self._cells(line, given)
        if len(self.faults) > before:
            return
        unit, post = given.get("unit", ""), given.get("post", "")
        if unit:
            self._unit(line, given)
        if post and not unit:
            self.fault(line, "unit", "", "写了岗位，没有写单位", "a post without a unit")
        elif post:
            self._post(line, given)
        if given["login"]:
            self._member(line, given)
        elif given["name"]:
            self.fault(line, "login", "", f"“{given['name']}”没有登录名", f"“{given['name']}” has no login")

    def _cells(self, line: int, given: Mapping[str, str]) -> None:
        """What is wrong in a cell by itself."""
        for field, text in given.items():
            if not text.isprintable():
                self.fault(line, field, "", "有不可见的字符", "invisible characters")
            elif len(text) > LONGEST.get(field, 40):
                most = LONGEST.get(field, 40)
                self.fault(line, field, text, f"超过 {most} 个字符", f"more than {most} characters")
        self._shaped(line, given, "unit", _UNIT)
        self._shaped(line, given, "post", _CODE)
        self._shaped(line, given, "login", _CODE)
        for field, known in (("kind", KINDS), ("role", ROLES), ("main", YES)):
            text = given.get(field, "")
            if text and text not in known and text not in known.values():
                words = [word for word in known if word]
                self.fault(line, field, text, f"应为 {'、'.join(words)}", f"has to be one of {', '.join(words)}")

    def _shaped(self, line: int, given: Mapping[str, str], field: str, shape: re.Pattern[str]) -> None:
        text = given.get(field, "")
        if text and not shape.fullmatch(text):
            zh = "应以小写字母开头，只含小写字母、数字、横线和下划线，2 至 40 个字符"
            en = "2 to 40 lower-case letters, digits, hyphens and underscores, beginning with a letter"
            self.fault(line, field, text, zh, en)

    def _unit(self, line: int, given: Mapping[str, str]) -> None:
        code = given["unit"]
        kept = self.units.setdefault(code, UnitEntry(line, code))
        for field, name in (("unit_name", "name"), ("short", "short"), ("kind", "kind"), ("parent", "parent")):
            text = given.get(field, "")
            said = KINDS.get(text, text) if field == "kind" else text
            if said and getattr(kept, name) not in ("", said):
                self._differs(line, field, text, kept.line, "单位", "unit")
            elif said:
                more: dict[str, Any] = {name: said}
                kept = replace(kept, **more)
        self.units[code] = kept

    def _post(self, line: int, given: Mapping[str, str]) -> None:
        key, title = (given["unit"], given["post"]), given.get("title", "")
        kept = self.posts.setdefault(key, PostEntry(line, *key))
        if title and kept.title not in ("", title):
            self._differs(line, "title", title, kept.line, "岗位", "post")
        elif title:
            self.posts[key] = replace(kept, title=title)

    def _member(self, line: int, given: Mapping[str, str]) -> None:
        login, seated = given["login"], "post" in given
        seats = (self._seat(given),) if given.get("post") else ()
        kept = self.members.get(login)
        if not given["name"] or (given.get("email") and not _MAIL.fullmatch(given["email"])):
            if given["name"]:
                self.fault(line, "email", given["email"], "不是邮箱地址", "no e-mail address")
            else:
                self.fault(line, "name", "", "没有姓名", "no name")
        if kept is None:
            email, phone = given.get("email"), given.get("phone")
            self.members[login] = Member(line, login, given["name"], email, phone, seats if seated else None)
            return
        for field in ("name", "email", "phone"):
            if given.get(field) and given[field] != getattr(kept, field):
                self._differs(line, field, given[field], kept.line, "个人", "person")
        if not seats:
            self.fault(line, "login", login, f"与第 {kept.line} 行重复", f"the same as row {kept.line}")
            return
        if any((seat.unit, seat.post) == (seats[0].unit, seats[0].post) for seat in kept.seats or ()):
            self.fault(line, "post", seats[0].post, "同一个人的同一岗位写了两次", "one post of one person twice")
        self.members[login] = replace(kept, seats=(*(kept.seats or ()), *seats))

    def _seat(self, given: Mapping[str, str]) -> Seat:
        role, main = given.get("role", ""), given.get("main", "")
        return Seat(given["unit"], given["post"], ROLES[role], YES[main])

    def _check_units(self) -> None:
        for entry in self.units.values():
            if self._unknown(entry):
                zh, en = "没有这个单位；新单位请写名称", "no such unit; a new one needs a name"
                self.fault(entry.line, "unit", entry.code, zh, en)
            if entry.parent and not self._is_unit(entry.parent):
                self.fault(entry.line, "parent", entry.parent, "没有这个上级单位", "no such unit above")
            elif entry.parent and self._circular(entry):
                self.fault(entry.line, "parent", entry.parent, "上级关系成了一个圈", "the units above form a circle")

    def _unknown(self, entry: UnitEntry) -> bool:
        known = self.now.unit(entry.code)
        return not entry.name and (known is None or known.code != entry.code)

    def _is_unit(self, code: str) -> bool:
        known = self.now.unit(code)
        return code in self.units or (known is not None and known.code == code)

    def _circular(self, entry: UnitEntry) -> bool:
        seen, code = {entry.code}, entry.parent
        while code and code not in seen:
            seen.add(code)
            code = self._parent(code)
        return bool(code)

    def _parent(self, code: str) -> str:
        said = self.units[code].parent if code in self.units else ""
        known = self.now.unit(code)
        above = self.now.unit(known.parent_id) if known is not None and known.parent_id is not None else None
        return said or (above.code if above is not None else "")

    def _check_posts(self) -> None:
        there = {(unit.code, post.code) for post in self.now.posts if (unit := self.now.unit(post.unit_id))}
        for key, entry in self.posts.items():
            nowhere = self._unknown(self.units[entry.unit])  # told already
            if key not in there and not entry.title and not nowhere:
                zh = f"单位 {entry.unit} 没有这个岗位；新岗位请写岗位名称"
                en = f"no such post in unit {entry.unit}; a new one needs a name"
                self.fault(entry.line, "post", entry.code, zh, en)

    def _check_members(self) -> None:
        for member in self.members.values():
            seats = member.seats or ()
            if sum(seat.main for seat in seats) > 1:
                self.fault(member.line, "main", "", f"{member.name}有两个主职", f"{member.name} has two main posts")
            if {seat.post for seat in seats if seat.role == "A"} >= APART:
                zh = f"{member.name}不能兼任印章保管与监印"
                self.fault(member.line, "post", "", zh, f"{member.name} cannot be both seal keeper and seal witness")
