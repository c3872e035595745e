"""What a copy says about itself once it is out of the house: who took it, in which unit, when, and from which case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model import Actor
from engine.runtime import Engine
from engine.store import Tx


@dataclass(frozen=True, slots=True)
class Mark:
    """Who holds a copy, and since when (in the zone of the office)."""

    person: str
    unit: str
    at: datetime

    @property
    def stamp(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    def text(self, about: str = "") -> str:
        """One line: 苏文博 人力资源部 2026-03-09 10:00 FW-2026-0012."""
        return " ".join(filter(None, (self.person, self.unit, self.stamp, about)))

    def name(self, stem: str, ending: str) -> str:
        """What a file is called that cannot bear a line: a table that programs read."""
        return f"{stem}-{self.person}-{self.at:%Y%m%dT%H%M}.{ending}"

    def put_on(self, book: Any) -> None:
        """On a workbook that is about to be closed: its properties, and a line at the foot of each printed page."""
        made = self.at.replace(tzinfo=None)
        about = f"导出人：{self.person} {self.unit}　导出时间：{self.stamp}"
        book.set_properties({"author": f"{self.person} {self.unit}".strip(), "created": made, "comments": about})
        line = about.replace("&", "&&")[:200]
        for sheet in book.worksheets():
            sheet.set_footer(f"&L&8{line}&R&8第 &P 页，共 &N 页")


def mark_of(engine: Engine, actor: Actor) -> Mark:
    """The mark of somebody now."""
    with engine.store.reading() as tx:
        return mark_in(engine, tx, actor)


def mark_in(engine: Engine, tx: Tx, actor: Actor) -> Mark:
    """The same in a transaction that is open."""
    directory, now = engine.directory(tx), engine.now()
    unit = directory.unit(actor.unit_id) if actor.unit_id is not None else None
    return Mark(actor.name, unit.called if unit is not None else "", engine.calendar(tx).local(now))
