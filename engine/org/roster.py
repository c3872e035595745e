"""A roster (花名册): units, posts, people and who holds what as a table that is kept elsewhere, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import RowFault

# field -> words above its column, the first as the template has it
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "login": ("登录名", "账号", "login"),
    "name": ("姓名", "name"),
    "unit": ("单位代码", "部门代码", "unit"),
    "unit_name": ("单位名称", "部门名称", "unit_name"),
    "short": ("单位简称", "short"),
    "parent": ("上级代码", "parent"),
    "kind": ("单位类型", "kind"),
    "post": ("岗位代码", "post"),
    "title": ("岗位名称", "title"),
    "role": ("角色", "A/B角", "role"),
    "main": ("主职", "main"),
    "email": ("邮箱", "email"),
    "phone": ("电话", "phone"),
}


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit that the roster names; empty words leave what is there."""

    line: int
    code: str
    name: str = ""
    short: str = ""
    kind: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class PostEntry:
    """A post of a unit."""

    line: int
    unit: str
    code: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A post that somebody holds, as A or B."""

    unit: str
    post: str
    role: str = "A"
    main: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the roster; what is None has no column and stays as it is."""

    line: int
    login: str
    name: str
    email: str | None
    phone: str | None
    seats: tuple[Seat, ...] | None


@dataclass(frozen=True, slots=True)
class Roster:
    """What a table says, and everything that is wrong with it."""

    units: tuple[UnitEntry, ...]
    posts: tuple[PostEntry, ...]
    members: tuple[Member, ...]
    faults: tuple[RowFault, ...]
