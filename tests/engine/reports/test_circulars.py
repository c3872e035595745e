"""The numbers of a supervision report: what lies in its days, what was on time, and which list a matter stands in."""

from datetime import UTC, datetime

from engine.reports.circulars import Matter, circular

SINCE, UNTIL = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


def matter(number: str, *, handed: datetime, due: datetime, closed: datetime | None = None, light: str = "") -> Matter:
    unit = "财务部" if number > "D" else "采购部"
    return Matter(number, number, unit, handed, due, "", closed=closed, light=light)


MATTERS = (
    matter("A", handed=at(8, 1), due=at(9, 10), closed=at(9, 9)),
    matter("B", handed=at(8, 1), due=at(9, 10), closed=at(9, 11)),
    matter("C", handed=at(9, 2), due=at(9, 20), light="red"),
    matter("D", handed=at(9, 2), due=at(11, 1), light="green"),
    matter("E", handed=at(9, 3), due=at(9, 30), closed=at(10, 2)),  # closed since, but open at the end of the month
    matter("F", handed=at(10, 2), due=at(11, 1), light="green"),  # of the month after
)


def names(rows: tuple[dict[str, str | int | None], ...]) -> list[object]:
    return [row["matter_no"] for row in rows]


def test_each_matter_stands_in_its_lists() -> None:
    found = circular(MATTERS, SINCE, UNTIL)

    assert names(found.added) == ["C", "D", "E"]
    assert names(found.closed) == ["A", "B"]
    assert names(found.going) == ["D"]
    assert names(found.late) == ["C", "E"]
    assert found.summary == (
        "期末在办 3 件，新增 3 件，办结 2 件；本期到期 4 件，按时办结 1 件，按时率 25.0%；逾期未办结 2 件。"
    )


def test_units_have_their_lights_and_shares() -> None:
    cwb, cgb = sorted(circular(MATTERS, SINCE, UNTIL).units, key=lambda row: str(row["unit"]))

    assert cwb == {"unit": "财务部", "green": 0, "amber": 0, "red": 0, "done": 0, "rate": "0.0%"}
    assert cgb == {"unit": "采购部", "green": 1, "amber": 0, "red": 1, "done": 2, "rate": "33.3%"}


def test_a_time_in_which_nothing_fell_due_has_no_share() -> None:
    assert "按时率 —" in circular((MATTERS[3],), SINCE, UNTIL).summary
    assert circular((), SINCE, UNTIL).units == ()
