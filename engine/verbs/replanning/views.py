"""A difference list in words: as it would be, and as it was written down, with what has been confirmed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.model import Json
from engine.progress import Case
from engine.progress.carrying_out import in_words
from engine.progress.replanning import Difference
from engine.store.history import HistoryRow


@dataclass(frozen=True, slots=True)
class Line:
    """One entry that a change touched; ``confirmed`` is when its owner did it again or answered the call."""

    effect: str  # moved | again | added | dropped
    entry: str
    title: str
    key: bool
    owner: str
    before: datetime | None
    after: datetime | None
    confirmed: datetime | None = None
    item_id: int | None = None
    told: str = ""  # who called, and what was said


@dataclass(frozen=True, slots=True)
class Change:
    """One difference list: what was changed, and what that touched."""

    kind: str
    changed: tuple[Mapping[str, str], ...]
    lines: tuple[Line, ...]
    near: bool
    at: datetime | None = None  # None: a preview
    by: str = ""
    reason: str = ""
    agreed: str = ""  # who agreed by word of mouth


def written_down(case: Case, row: HistoryRow, done: Mapping[int, Json], told: Mapping[Json, Json]) -> Change:
    detail = row.detail
    calls = {item: call for (item, at), call in told.items() if at >= row.at}
    lines = []
    for line in detail["touched"]:
        call = calls.get(line["item"])
        by = case.directory.person(call.actor_id) if call is not None else None
        confirmed = done.get(line["item"]) if line["effect"] != "dropped" else None
        lines.append(
            Line(
                effect=line["effect"],
                entry=line["entry"],
                title=line["title"],
                key=line["key"],
                owner=line["owner"],
                before=_moment(line["before"]),
                after=_moment(line["after"]),
                confirmed=confirmed or (call.at if call is not None else None),
                item_id=line["item"],
                told=f"{by.name if by else ''}：{call.detail['opinion']}" if call is not None else "",
            )
        )
    actor = case.directory.person(row.actor_id)
    return Change(
        kind=detail["kind"],
        changed=tuple(detail["changed"]),
        lines=tuple(lines),
        near=bool(detail.get("near")),
        at=row.at,
        by=actor.name if actor else "",
        reason=str(detail.get("opinion", "")),
        agreed=str(detail.get("agreed_by", "")),
    )


def imagined(case: Case, found: Difference, kind: str) -> Change:
    lines = []
    for touched in found.touched:
        person = case.directory.person(touched.owner_id)
        lines.append(
            Line(
                effect=touched.effect,
                entry=touched.seat.entry or "",
                title=touched.seat.name,
                key=bool(touched.seat.facts.get("key")),
                owner=person.name if person else "",
                before=touched.before,
                after=touched.after,
            )
        )
    return Change(kind, tuple(in_words(case, c) for c in found.changed), tuple(lines), found.near)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
