"""Read the State Council's yearly notice on holidays, or a table of days, into days off and make-up working days.

Nothing here knows a calendar: the text names its year, its days off and the weekend days on which people work.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import BadInput, BadRows, RowFault

LONGEST_HOLIDAY = 16  # days; what is longer was misread
MOST_ROWS = 800
FIRST, LAST = 2000, 2100  # years that a table may name

_YEAR = re.compile(r"关于\s*(\d{4})\s*年|(\d{4})\s*年(?:部分)?节假日")
_ITEM = re.compile(r"[一二三四五六七八九十]{1,3}\s*、\s*(?P<name>[^：:\n]{2,20})\s*[：:](?P<body>[^\n]*)")
_DAY = r"(?:(?P<{y}>\d{{4}})\s*年\s*)?(?:(?P<{m}>\d{{1,2}})\s*月\s*)?(?P<{d}>\d{{1,2}})\s*日"
_FIRST, _LAST = _DAY.format(y="y", m="m", d="d"), _DAY.format(y="y2", m="m2", d="d2")
_SPAN = re.compile(rf"{_FIRST}\s*(?:[（(][^）)]*[）)])?\s*(?:[至到—－~-]+\s*{_LAST})?")
_WORDS = {"休": False, "放假": False, "休息": False, "off": False, "班": True, "上班": True, "工作": True, "work": True}


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day that is not as its weekday says."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class Holidays:
    """What a text says: the year whose notice it is (None for a mere table) and its days in order."""

    year: int | None
    days: tuple[DayMark, ...]


def read_holidays(text: str) -> Holidays:
    """The notice of a year, or lines ``2027-02-05,休,春节``; BadInput says what was not understood."""
    if not text.strip():
        raise _refused("没有文字", "nothing to read")
    found = _YEAR.search(text)
    if found is None and re.search("[,，\t]", text):
        return _table(text)
    if found is None:
        raise _refused("没有找到“关于××××年部分节假日安排”", "the notice names no year")
    year = int(found[1] or found[2])
    marks: dict[date, DayMark] = {}
    for item in _ITEM.finditer(text):
        for mark in _marks(item["name"].strip(), item["body"], year):
            known = marks.get(mark.day)
            if known is not None and known.working != mark.working:
                raise _refused(f"{mark.day} 既写放假又写上班", f"{mark.day} is both off and working")
            marks[mark.day] = known or mark
    _plausible(year, marks)
    return Holidays(year, tuple(marks[day] for day in sorted(marks)))


def _marks(name: str, body: str, year: int) -> Iterator[DayMark]:
    """The days of one line: its sentences say 放假 or 上班."""
    for sentence in re.split(r"[。；;]", body):
        working = "上班" in sentence and "放假" not in sentence
        if not working and "放假" not in sentence and "休" not in sentence:
            continue
        said = sentence.split("与周末连休")[0]
        month = 0
        for span in _SPAN.finditer(said):
            first, month = _date(span["y"], span["m"], span["d"], year, month)
            last = first
            if span["d2"]:
                last, month = _date(span["y2"] or (str(first.year) if span["m2"] is None else None), span["m2"],
                                    span["d2"], first.year, month)  # fmt: skip
                if last < first and span["y2"] is None:
                    last = last.replace(year=last.year + 1)
            if not 0 <= (last - first).days < LONGEST_HOLIDAY:
                raise _refused(f"“{span[0].strip()}”的起止不对", f"bad span {span[0]!r}")
            for n in range((last - first).days + 1):
                yield DayMark(first + timedelta(days=n), working, name)


def _date(year: str | None, month: str | None, day: str, default: int, last_month: int) -> tuple[date, int]:
    """A day whose year and month may stand earlier in the sentence."""
    number = int(month) if month else last_month
    try:
        return date(int(year) if year else default, number, int(day)), number
    except ValueError:
        raise _refused(f"没有 {year or default} 年 {number} 月 {day} 日", "no such day") from None


def _plausible(year: int, marks: dict[date, DayMark]) -> None:
    off = [day for day, mark in marks.items() if not mark.working]
    if len(off) < 7:
        raise _refused(f"只认出 {len(off)} 个放假日，不像全年安排", f"only {len(off)} days off found")
    if stray := [day for day in marks if abs((day - date(year, 7, 1)).days) > 200]:
        raise _refused(f"{stray[0]} 不在 {year} 年", f"{stray[0]} is not of {year}")
    wrong = [day for day, mark in marks.items() if mark.working and day.weekday() < 5]
    if wrong:
        raise _refused(f"{wrong[0]} 是周一至周五，不会是调休上班日", f"{wrong[0]} is no weekend day")


def _table(text: str) -> Holidays:
    """All lines or none; what is wrong is told line by line."""
    marks: dict[date, DayMark] = {}
    faults: list[RowFault] = []
    lines = text.lstrip("\ufeff").replace("，", ",").replace("\t", ",").splitlines()
    rows = [(n, [c.strip() for c in row]) for n, row in enumerate(csv.reader(lines), 1) if any(c.strip() for c in row)]
    if rows and not re.search(r"\d", rows[0][1][0]):
        del rows[0]  # the heading
    if not rows or len(rows) > MOST_ROWS:
        raise _refused(f"超过 {MOST_ROWS} 行" if rows else "没有日子", "too many rows" if rows else "no rows")
    for number, cells in rows:
        day, working = _written_day(cells[0]), _WORDS.get(cells[1]) if len(cells) > 1 else None
        if day is None:
            faults.append(RowFault(number, "日期", cells[0], "应写成 2027-02-05", "write it like 2027-02-05"))
        if working is None:
            faults.append(RowFault(number, "类型", "".join(cells[1:2]), "应写“休”或“班”", "write “off” or “work”"))
        if day is None or working is None:
            continue
        known = marks.get(day)
        if known is not None and known.working != working:
            zh, en = ("班", "work") if known.working else ("休", "off")
            faults.append(
                RowFault(number, "类型", cells[1], f"{day} 在前面的行里是“{zh}”", f"{day} is “{en}” in a line above")
            )
        marks[day] = DayMark(day, working, (cells[2] if len(cells) > 2 else "")[:60])
    if faults:
        raise BadRows("节假日安排认不出来", faults, code="calendar.notice")
    return Holidays(None, tuple(marks[day] for day in sorted(marks)))


def _written_day(cell: str) -> date | None:
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", cell)
    try:
        return date(*(int(part) for part in parts.groups())) if parts and FIRST <= int(parts[1]) <= LAST else None
    except ValueError:
        return None


def _refused(what: str, en: str) -> BadInput:
    return BadInput(
        f"节假日安排认不出来：{what}。",
        f"holidays cannot be read: {en}",
        "请粘贴国务院办公厅通知全文，或每行写“2027-02-05,休,春节”。",
        code="calendar.notice",
    )
