"""What rules of forms and actions of service tasks may ask registers, instances and the calendar."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine import limits, org
from engine.errors import BadInput
from engine.model import Json
from engine.progress.circulars import campaigns, figures
from engine.reports.scores import points_with
from engine.settings import Settings
from engine.store import Tx, definitions, files, overview, registers

NAMES: Final = (
    "record", "records", "labels", "count_records", "count_since", "sum_records", "repeated", "workdays", "in_hours",
    "deployed", "sample", "cases", "circular", "holders", "unnamed", "alike", "under_way", "lot",
    "spot_check", "of_unit", "campaigns",
)  # fmt: skip
HOUSE_FUNCTIONS: Final = ("internal", "unit_name", "unit_short")
LONGEST = 3660  # days that one looks back


def house_functions(directory: org.Directory) -> dict[str, Callable[..., Json]]:
    """What may be asked about units: which of them are of the house, and how they are called."""

    def internal(codes: Json) -> Json:
        found = [directory.unit(str(code)) for code in (codes if isinstance(codes, list) else [codes]) if code]
        return [unit.code for unit in found if unit is not None and unit.kind != "external"]

    def unit_name(code: Json) -> Json:
        unit = directory.unit(str(code)) if code else None
        return unit.name if unit else ""

    def unit_short(code: Json) -> Json:
        unit = directory.unit(str(code)) if code else None
        return unit.called if unit else ""

    return dict(zip(HOUSE_FUNCTIONS, (internal, unit_name, unit_short), strict=True))


class Lookups:
    """The functions, bound to one transaction; they see registers as they stand now."""

    def __init__(
        self,
        tx: Tx,
        directory: org.Directory,
        calendar: limits.Calendar,
        now: datetime,
        *,
        process: str,
        known: Mapping[str, Json],
        own: int = 0,
        house: Settings | None = None,
    ) -> None:
        self.tx, self.directory, self.calendar, self.now = tx, directory, calendar, now
        self.process, self.known, self.own, self.house = process, known, own, house or Settings()
        self.counted: dict[tuple[str, ...], dict[str, Json]] = {}  # a report asks for its figures table by table

    def functions(self) -> dict[str, Callable[..., Json]]:
        """Name -> function, for the expression language."""
        return {name: getattr(self, name) for name in NAMES} | house_functions(self.directory)

    def record(self, register: Any, label: Any) -> Json:
        """A record with its columns, ``state`` and ``label``; null if there is none."""
        found = registers.by_label(self.tx, str(register), str(label or ""))
        return None if found is None else {**found.data, "state": found.state, "label": found.label}

    def records(self, register: Any, *states: Any) -> list[Json]:
        """The same for all records of a register in these states, or for all: what a step loops over."""
        rows = registers.standing(self.tx, str(register))
        return [
            {**row.data, "state": row.state, "label": row.label} for row in rows if not states or row.state in states
        ]

    def labels(self, register: Any, *states: Any) -> list[str]:
        """The labels of a register's records in these states, or of all."""
        return [row.label for row in registers.standing(self.tx, str(register)) if not states or row.state in states]

    def count_records(self, register: Any, column: Any, value: Any, *states: Any) -> int:
        """How many records hold a value in a column, in these states or in any."""
        rows = registers.standing(self.tx, str(register))
        return sum(row.data.get(column) == value and (not states or row.state in states) for row in rows)

    def holders(self, post: Any, unit: Any = None) -> list[str]:
        """The logins of everybody who holds a post now, in a unit or in the whole house."""
        where = str(unit) if unit else None
        return [person.login for person in self.directory.holders(str(post), where, self.now) if person.active]

    def unnamed(self, wanted: Any, lines: Any, column: Any) -> list[Json]:
        """Which of those wanted no line of a table names in a column."""
        return org.unnamed(wanted, lines, column)

    def count_since(self, register: Any, column: Any, value: Any, days: Any) -> int:
        """How many records of the last days, of today for 0, hold a value in a column."""
        today = self.calendar.local(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = registers.standing(self.tx, str(register), since=today - timedelta(days=_days(days)))
        return sum(row.data.get(column) == value for row in rows)

    def sum_records(self, register: Any, column: Any, by: Any, value: Any, days: Any) -> str:
        """The sum of a column over the records of the last days that hold a value in another column."""
        since = self.now - timedelta(days=_days(days))
        rows = registers.standing(self.tx, str(register), since=since)
        return str(sum((_amount(row.data.get(column)) for row in rows if row.data.get(by) == value), Decimal(0)))

    def repeated(self, field: Any, days: Any) -> int:
        """How many other instances of this process, begun in these days, hold the same value or the same file here."""
        mine = self._values(self.known.get(field))
        since = self.now - timedelta(days=_days(days))
        others = overview.begun_since(self.tx, self.process, since) if mine else ()
        return sum(bool(mine & self._values(data.get(field))) for id, data in others if id != self.own)

    def workdays(self, since: Any, until: Any = None) -> int:
        """Working days after one day up to another, which is today if left out; 0 if it lies before."""
        first, last = _day(since), _day(until) if until else self.calendar.local(self.now).date()
        return self.calendar.working_days_between(first, last) if first < last else 0

    def in_hours(self, at: Any = None) -> bool:
        """Whether an instant, now if left out, lies within office hours."""
        moment = datetime.fromisoformat(str(at)) if at else self.now
        return self.calendar.working_seconds(moment, moment + timedelta(seconds=1)) > 0

    def sample(self, register: Any, since: Any, until: Any, percent: Any, least: Any) -> list[Json]:
        """So many per cent of what was written from one day to another, at least so many; nobody chooses which."""
        first, last = self.calendar.at(_day(since), time(0)), self.calendar.at(_day(until), time(0)) + timedelta(days=1)
        rows = [r for r in registers.standing(self.tx, str(register), since=first) if r.created_at < last]
        wanted = max(int(least), -(-len(rows) * int(percent) // 100))
        drawn = sorted(rows, key=lambda r: hashlib.sha256(f"{register}:{until}:{r.label}".encode()).digest())[:wanted]
        return [{**r.data, "state": r.state, "label": r.label} for r in sorted(drawn, key=lambda r: r.id)]

    def cases(self, *pairs: Any) -> int:
        """How many instances of this process hold these values: a field and its value, and so on."""
        wanted = {str(field): value for field, value in zip(pairs[::2], pairs[1::2], strict=True)}
        begun = overview.begun_since(self.tx, self.process, self.now - timedelta(days=LONGEST))
        return sum(all(data.get(f) == value for f, value in wanted.items()) for id, data in begun if id != self.own)

    def alike(self, *fields: Any) -> list[str]:
        """Numbers of other cases of this process under way that say the same here but for spaces and signs."""
        wanted = [_plain(self.known.get(str(field))) for field in fields]
        if not all(wanted):
            return []
        return [r.number for r in self._going() if [_plain(r.variables.get(str(f))) for f in fields] == wanted]

    def under_way(self, number: Any) -> bool:
        """Whether another case of this process has this number, goes on, and is not part of a third one."""
        return any(row.number == number for row in self._going())

    def _going(self) -> list[Any]:
        rows = overview.instances_of(self.tx, [self.process])
        return [r for r in rows if r.id != self.own and not r.variables.get("merged_into")]

    def lot(self, number: Any) -> int:
        """0 to 99, drawn from a number: nobody chooses it, and whoever draws again draws the same."""
        drawn = hashlib.sha256(f"{self.process}:{number}".encode()).digest()
        return int.from_bytes(drawn[:8], "big") % 100

    def spot_check(self) -> int:
        """How many in a hundred this house verifies by lot."""
        return self.house.spot_check_percent

    def of_unit(self, logins: Any, unit: Any) -> list[Json]:
        """Which of these people hold a post in that unit or below it."""
        seats, found = self.directory.on(self.now), self.directory.unit(str(unit)) if unit else None
        within = self.directory.below(found) if found else frozenset()
        held = {str(one): seats.seats_of(self.directory.person(str(one))) for one in logins or []}
        posts = {login: [self.directory.post(seat.post_id) for seat in own] for login, own in held.items()}
        return [login for login, own in posts.items() if any(post and post.unit_id in within for post in own)]

    def campaigns(self, since: Any, until: Any) -> list[Json]:
        """The names of the special campaigns with a matter in these days; an empty one stands for those without."""
        return campaigns(self.tx, self.calendar, (_day(since), _day(until)))

    def circular(self, since: Any, until: Any, *pairs: Any) -> dict[str, Json]:
        """The figures of supervision for these days; with a field and a text only of matters in which it contains that.

        Every further field has to be its text exactly.
        """
        key = (str(since), str(until), *map(str, pairs))
        if key not in self.counted:
            days, pick = (_day(since), _day(until)), list(zip(pairs[::2], pairs[1::2], strict=True))
            self.counted[key] = figures(
                self.tx,
                self.directory,
                self.calendar,
                self.now,
                days=days,
                pick=pick,
                worth=points_with(self.house.supervision_points),
            )
        return self.counted[key]

    def deployed(self, process: Any) -> bool:
        """Whether the house has this process: what is handed on to it needs somebody else otherwise."""
        return definitions.current(self.tx, str(process)) is not None

    def _values(self, value: Json) -> set[str]:
        listed: Collection[Json] = value if isinstance(value, list) else [value]
        texts = {str(one) for one in listed if one not in (None, "")}
        return {self._digest(text) for text in texts}

    def _digest(self, text: str) -> str:
        """The same content uploaded twice is the same file."""
        found = files.by_id(self.tx, text)
        return text if found is None else found.digest


def _plain(value: Json) -> str:
    return "".join(sign for sign in str(value or "") if sign.isalnum())


def _amount(value: Json) -> Decimal:
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)


def _days(value: Any) -> int:
    return min(max(int(value), 0), LONGEST)


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise BadInput(f"“{value}”不是日期。", f"{value!r} is no date", "请填写日期。", "form.type") from error
