"""归档: an ending asks for its package, in the transaction of the ending; when it is made, nobody waits for it."""

from datetime import date, datetime, timedelta
from typing import Final

from engine.errors import ExpressionError
from engine.package import TERMS, Archive
from engine.progress.case import Case, ask
from engine.store import archives

SETTLED: Final = timedelta(minutes=3)  # by then a link of the house has seen the last entry


def file_away(case: Case) -> None:
    """Enter the ended case into the register of archives; its package is made a little later, once."""
    if case.row.ended_at is None:
        return
    rule = case.package.manifest.archive
    retention = _retention(case, rule)
    archives.ask(
        case.tx,
        case.row.id,
        ended_at=case.row.ended_at,
        retention=retention,
        keep_until=_until(case.calendar.local(case.row.ended_at).year, retention),
        next_try=case.visible_at + SETTLED,
        on_paper=int(_on_paper(case, rule)),
        paper_no=_text(case, rule.paper_no)[:60],
        paper_place=_text(case, rule.paper_place)[:120],
        **_filed(case, rule),
    )


def _on_paper(case: Case, rule: Archive) -> bool:
    """Whether the file needs its paper; in doubt it does, because what is asked for in vain harms nobody."""
    if isinstance(rule.paper, bool):
        return rule.paper
    try:
        return bool(ask(case, rule.paper))
    except ExpressionError:
        return True


def _retention(case: Case, rule: Archive) -> str:
    """What the archivist chose in the form, else what the package says."""
    chosen = _text(case, rule.retention_field).replace(" ", "")
    return chosen if chosen in TERMS else rule.retention


def _until(year: int, retention: str) -> date | None:
    """Counted from the end of the year in which the case ended; for ever without an end."""
    years = retention.removesuffix("年")
    return date(year + int(years), 12, 31) if years.isdecimal() else None


def _filed(case: Case, rule: Archive) -> dict[str, int | datetime | None]:
    """Who filed the paper: whoever decided at the step that asks for it."""
    result = case.row.variables.get("results", {}).get(rule.filed_at) if rule.filed_at else None
    if not result or not _text(case, rule.paper_no):
        return {"filed_by": None, "filed_at": None}
    person = case.directory.person(str(result.get("by", "")))
    return {"filed_by": person.id if person else None, "filed_at": datetime.fromisoformat(result["at"])}


def _text(case: Case, field: str) -> str:
    value = case.row.variables.get(field) if field else None
    return str(value).strip() if value else ""
