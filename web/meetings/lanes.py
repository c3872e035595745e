"""How a board is cut into columns and lists: by phase, by owner, by day."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.verbs.meetings import Board, Entry
from web import words
from web.language import N_, _, told
from web.words import NEAR, local

LAST_WEEK = 5  # working days: what is due earlier before a meeting is preparing, the rest is carrying out
OF_THE_HOUR = re.compile(r"^(?P<anchor>T|start|end)(?P<sign>[+-])(?P<number>\d+)(?P<unit>h|min)$")
AT_THE_HOUR = {"start": N_("开始时"), "end": N_("结束时")}
FROM_THE_HOUR = {
    "start-h": N_("开始前 %(n)s 小时"), "start+h": N_("开始后 %(n)s 小时"),
    "start-min": N_("开始前 %(n)s 分"), "start+min": N_("开始后 %(n)s 分"),
    "end-h": N_("结束前 %(n)s 小时"), "end+h": N_("结束后 %(n)s 小时"),
    "end-min": N_("结束前 %(n)s 分"), "end+min": N_("结束后 %(n)s 分"),
}  # fmt: skip
MANY = 20  # a phase with more entries than that becomes two columns
DAYS_BEFORE = re.compile(r"^T-(\d+)(?![\dhm])")
DAYS_OF_NOTICE = re.compile(r"^T-(\d+)CD")
SHOWS: Mapping[str, Callable[[Entry], bool]] = {
    "": lambda _entry: True,
    "mine": lambda entry: entry.mine,
    "open": lambda entry: not entry.settled,
    "late": lambda entry: entry.state == "open" and entry.light == "red",
}


@dataclass(frozen=True, slots=True)
class Lane:
    """Entries under one heading; ``done`` and ``total`` are of all its entries, also of those not shown."""

    key: str
    title: str
    note: str
    entries: tuple[Entry, ...]
    done: int
    total: int


def lanes(board: Board, view: str, show: str) -> list[Lane]:
    """The lanes of one view with the entries of one filter."""
    cut = {"owner": by_owner, "line": by_day}.get(view, by_phase)
    kept = [_lane(key, title, note, entries, show) for key, title, note, entries in cut(board)]
    return [lane for lane in kept if lane.entries or (view == "board" and lane.total)]


Cut = Iterable[tuple[str, str, str, Sequence[Entry]]]


def by_phase(board: Board) -> Cut:
    """会前 in two when it is long, 会中, 会后."""
    for number, phase in enumerate(board.phases):
        early = [entry for entry in phase.entries if _days_before(entry) > LAST_WEEK]
        late = [entry for entry in phase.entries if _days_before(entry) <= LAST_WEEK]
        if len(phase.entries) > MANY and early and late:
            yield f"p{number}a", _("%(phase)s 筹备", phase=told(phase.name)), _span(early), _open_first(early)
            yield f"p{number}b", _("%(phase)s 落实", phase=told(phase.name)), _span(late), _open_first(late)
        elif phase.entries:
            yield f"p{number}", told(phase.name), _span(phase.entries), _open_first(phase.entries)


def by_owner(board: Board) -> Cut:
    """One list a person, mine first, then those with most that is late."""
    everything = [entry for phase in board.phases for entry in phase.entries]
    names = dict.fromkeys(entry.owner or entry.owner_role for entry in everything)
    groups = [(name, [e for e in everything if (e.owner or e.owner_role) == name]) for name in names]
    groups.sort(key=lambda g: (not any(e.mine for e in g[1]), -sum(SHOWS["late"](e) for e in g[1]), -len(g[1])))
    for number, (name, entries) in enumerate(groups):
        roles = _("、").join(dict.fromkeys(e.owner_role for e in entries if e.owner))
        yield f"o{number}", name, "" if roles == name else roles, sorted(entries, key=_order)


def by_day(board: Board) -> Cut:
    """One list a day in order of time, then what has no date yet."""
    everything = sorted((entry for phase in board.phases for entry in phase.entries), key=_order)
    days = dict.fromkeys(_day(entry) for entry in everything)
    for day in days:
        entries = [entry for entry in everything if _day(entry) == day]
        if day is None:
            yield "later", _("日期待定"), _("前一阶段完成后开始计时"), entries
        else:
            month, weekday = words.month_name(day.month), words.weekday(day)
            title = _("%(month)s %(day)s 日 %(weekday)s", month=month, day=day.day, weekday=weekday)
            yield f"d{day:%m%d}", title, _distance(board, day), entries


def _lane(key: str, title: str, note: str, entries: Sequence[Entry], show: str) -> Lane:
    kept = tuple(filter(SHOWS[show], entries))
    return Lane(key, title, note, kept, sum(entry.settled for entry in entries), len(entries))


def _days_before(entry: Entry) -> int:
    found = DAYS_BEFORE.match(entry.offset)
    return int(found[1]) if found else 0


def _span(entries: Sequence[Entry]) -> str:
    """T-15 ~ T-6."""
    offsets = [offset_words(entry.offset.split(" ")[0]) for entry in entries]
    return offsets[0] if len(set(offsets)) == 1 else f"{offsets[0]} ~ {offsets[-1]}"


def offset_words(offset: str) -> str:
    """T-10 as it is; natural days and what counts from the hour of the meeting in words."""
    form, number = _offset(offset)
    return _(form, n=number)


def offset_on_paper(offset: str) -> str:
    """The same for a printed sheet, which is Chinese whoever prints it."""
    form, number = _offset(offset)
    return form % {"n": number}


def _offset(offset: str) -> tuple[str, str]:
    if notice := DAYS_OF_NOTICE.match(offset):
        return N_("开会 %(n)s 日前"), notice[1]
    found = OF_THE_HOUR.match(offset)
    if not found:
        return AT_THE_HOUR.get(offset, "%(n)s"), offset
    anchor = "end" if found["anchor"] == "end" else "start"
    return FROM_THE_HOUR[anchor + found["sign"] + found["unit"]], found["number"]


def _open_first(entries: Sequence[Entry]) -> list[Entry]:
    """What is still to be done stands on top; each part keeps its order."""
    return sorted(entries, key=lambda entry: entry.settled)


def _order(entry: Entry) -> tuple[bool, datetime | None, str]:
    return (entry.deadline is None, entry.deadline, entry.code)


def _day(entry: Entry) -> date | None:
    return local(entry.deadline).date() if entry.deadline else None


def _distance(board: Board, day: date) -> str:
    near = told(NEAR.get((day - local(board.now).date()) // timedelta(days=1), ""))
    held = _("开会当天") if board.start and local(board.start).date() == day else ""
    return _("，").join(filter(None, (near, held)))
