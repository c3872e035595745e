"""Read ladders from TOML and refuse what could not work, naming the ladder and the rung."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from engine.errors import InvalidLimit, InvalidPackage
from engine.limits.ladder import Choice, Ladder, Rung, parse_moment
from engine.limits.limit import URGENCIES

_ACTION = re.compile(
    r"light:(amber|red)|slip:(blue|yellow|red)|list:(weekly|monthly)|seal:(suspend)|record:[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|explain|phone|talk|blame"
    r"|supervise|reassign:[a-z].{2,80}|decide:[a-z_]{1,30}"
)
_NAME = re.compile(r"[A-Z][A-Z0-9-]{1,39}")
_KEY = re.compile(r"[a-z][a-z0-9-]{0,29}")
_LADDER_KEYS = {"title", "kind", "leader_to", "rungs", "daily"}
_RUNG_KEYS = {"key", "level", "urgency", "when", "major", "weight", "to", "template", "action"}
_DAILY_KEYS = {"to", "template", "action", "level"}


def load_ladders(text: str) -> dict[str, Ladder]:
    """All ladders of one TOML text by name; InvalidPackage names the first thing that is wrong."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("ladders.toml", f"不是正确的 TOML：{error}", f"bad TOML: {error}") from None
    return {name: _ladder(name, table) for name, table in tables.items()}


@cache
def shipped_ladders() -> dict[str, Ladder]:
    """ESC-DOC, ESC-SEAL, ESC-SEAL-OUT, ESC-MTG, ESC-SUP and ESC-SUP-NODE."""
    return load_ladders(files("engine.limits").joinpath("ladders.toml").read_text("utf-8"))


def _ladder(name: str, table: Any) -> Ladder:
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        raise _wrong(name, "阶梯名须为大写字母、数字和连字符", "a ladder's name is upper case letters, digits, hyphens")
    _known(name, table, _LADDER_KEYS)
    rungs = table.get("rungs")
    if not isinstance(rungs, list) or not rungs:
        raise _wrong(name, "没有任何一级", "no rungs")
    ladder = Ladder(
        name=name,
        title=_text(name, table, "title"),
        kind=_text(name, table, "kind", ""),
        rungs=tuple(_rung(name, rung) for rung in rungs),
        leader_to=_texts(name, table, "leader_to"),
        daily=_daily(name, table["daily"]) if "daily" in table else None,
    )
    _unique(ladder)
    return ladder


def _rung(name: str, table: Any) -> Rung:
    if not isinstance(table, dict):
        raise _wrong(name, "rungs 的每一项须为表", "a rung must be a table")
    _known(name, table, _RUNG_KEYS)
    key = _text(name, table, "key")
    where = f"{name}/{key}"
    weight = table.get("weight")
    if not _KEY.fullmatch(key) or weight not in (None, "normal", "major"):
        raise _wrong(where, "key 或 weight 不正确", "bad key or weight")
    urgency = _texts(where, table, "urgency")
    if unknown := set(urgency) - set(URGENCIES):
        raise _wrong(where, f"未知的紧急程度 {unknown}", f"unknown urgency {unknown}")
    try:
        when = _when(where, table.get("when"))
        major = parse_moment(_text(where, table, "major")) if "major" in table else None
    except InvalidLimit as error:
        raise _wrong(where, error.message_zh, error.message_en) from error
    return Rung(
        key=key,
        when=when,
        to=_texts(where, table, "to"),
        template=_text(where, table, "template"),
        actions=_actions(where, table),
        level=_text(where, table, "level", ""),
        urgency=urgency,
        major=major,
        weight=weight,
    )


def _daily(name: str, table: Any) -> Rung:
    where = f"{name}/daily"
    if not isinstance(table, dict):
        raise _wrong(where, "须为表", "must be a table")
    _known(where, table, _DAILY_KEYS)
    return Rung(
        key="daily",
        when=(),
        to=_texts(where, table, "to"),
        template=_text(where, table, "template"),
        actions=_actions(where, table),
        level=_text(where, table, "level", ""),
    )


def _when(where: str, value: Any) -> tuple[Choice, ...]:
    if isinstance(value, str):
        return (Choice(0, parse_moment(value)),)
    if not isinstance(value, list) or not value:
        raise _wrong(where, "缺少 when", "when is missing")
    choices = []
    for entry in value:
        days = entry.get("days", 0) if isinstance(entry, dict) else None
        if not isinstance(days, int) or days < 0 or not isinstance(entry.get("at"), str):
            raise _wrong(where, 'when 的每一项须为 { days = n, at = "…" }', "each when needs days and at")
        choices.append(Choice(days, parse_moment(entry["at"])))
    return tuple(sorted(choices, key=lambda choice: -choice.days))


def _actions(where: str, table: dict[str, Any]) -> tuple[str, ...]:
    actions = _texts(where, table, "action")
    for action in actions:
        if not _ACTION.fullmatch(action):
            raise _wrong(where, f"未知的动作 {action}", f"unknown action {action}")
    return actions


def _unique(ladder: Ladder) -> None:
    """One key per urgency: it is what makes a rung fire once."""
    for urgency in URGENCIES:
        keys = [rung.key for rung in ladder.rungs if not rung.urgency or urgency in rung.urgency]
        if len(keys) != len(set(keys)):
            raise _wrong(ladder.name, f"{urgency}有重复的 key", f"a key comes twice for {urgency}")


def _text(where: str, table: dict[str, Any], key: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise _wrong(where, f"{key} 须为文字", f"{key} must be a text")
    return value


def _texts(where: str, table: dict[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _wrong(where, f"{key} 须为文字列表", f"{key} must be a list of texts")
    return tuple(value)


def _known(where: str, table: dict[str, Any], keys: set[str]) -> None:
    if unknown := sorted(set(table) - keys):
        raise _wrong(where, f"未知的项 {'、'.join(unknown)}", f"unknown keys {', '.join(unknown)}")


def _wrong(where: str, zh: str, en: str) -> InvalidPackage:
    return InvalidPackage(f"升级阶梯 {where}：{zh}。", f"ladder {where}: {en}", code="package.ladder")
