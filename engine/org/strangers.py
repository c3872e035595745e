"""Names written out in performer rules that the organisation does not know: found before anybody waits for them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from engine.org.directory import Directory

Calls = Sequence[tuple[str, Sequence[Any]]]
PERSONS = frozenset({"person", "people", "host", "checklist_owner"})
UNITS = frozenset({"unit_head", "unit_liaison", "unit_clerk", "cosign"})
EITHER = frozenset({"dept_head", "liaison", "in_charge", "superior"})
POSTS = frozenset({"post", "post_group"})


def strangers(calls: Calls, directory: Directory, now: datetime) -> tuple[tuple[str, str], ...]:
    """Kind (人员, 岗位, 单位 …) and name of each; arguments that are not written out cannot be judged."""
    found = [one for function, arguments in calls for one in _of(function, arguments, directory, now)]
    return tuple(dict.fromkeys(found))


def _of(function: str, arguments: Sequence[Any], directory: Directory, now: datetime) -> Iterable[tuple[str, str]]:
    if function in POSTS:
        return _posts(arguments, directory, now)
    names = _texts(arguments[0]) if arguments else []
    if function in PERSONS:
        return [("人员", name) for name in names if directory.person(name) is None]
    if function in UNITS:
        return [("单位", name) for name in names if directory.unit(name) is None]
    if function in EITHER:
        return [("人员或单位", n) for n in names if directory.person(n) is None and directory.unit(n) is None]
    return []


def _posts(arguments: Sequence[Any], directory: Directory, now: datetime) -> Iterable[tuple[str, str]]:
    code, unit = arguments[0] if arguments else None, arguments[1] if len(arguments) > 1 else None
    if isinstance(unit, str) and directory.unit(unit) is None:
        yield "单位", unit
    elif isinstance(code, str) and not any(post.code == code for post in directory.posts):
        yield "岗位", code
    elif isinstance(code, str) and isinstance(unit, str) and _vacant(code, unit, directory, now):
        yield "岗位", f"{unit} 的 {code}"


def _vacant(code: str, unit: str, directory: Directory, now: datetime) -> bool:
    return directory.on(now).find_post(code, directory.unit(unit)) is None


def _texts(value: Any) -> list[str]:
    """The logins or codes in an argument; one text may hold several, separated by commas."""
    parts = [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)]
    names = [name.strip() for part in parts for name in part.replace("，", ",").split(",")]
    return [name for name in names if name]
