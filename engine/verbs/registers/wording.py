"""Lines of a register in words: people by name, units by short name, times of the office, states."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import org
from engine.model import Json
from engine.package import Register
from engine.progress.shapes import is_late
from engine.runtime import Engine
from engine.store import Tx, instances
from engine.store.registers import RecordRow

VEIL = "（不在您可查看的范围）"
YES, NO, BY_ITSELF = "是", "否", "系统"


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its texts by column; ``number`` is the instance it came from."""

    id: int
    label: str
    state: str
    state_label: str
    texts: Mapping[str, str]
    data: Mapping[str, Json]
    at: datetime
    by: str
    number: str
    corrects: int | None
    corrected_by: int | None
    reason: str  # why it corrects another line
    late: bool = False  # past the instant that the register watches


class Writer:
    """Puts rows of one register into words."""

    def __init__(
        self,
        engine: Engine,
        tx: Tx,
        shape: Register,
        corrected: Mapping[int, int],
        hidden: Collection[int] = (),
    ) -> None:
        self.tx, self.shape, self.corrected, self.now = tx, shape, corrected, engine.now()
        self.directory: org.Directory = engine.directory(tx)
        self.calendar = engine.calendar(tx)
        self.hidden = hidden  # lines of which the reader may not know: they stand there without words

    def number(self, row: RecordRow) -> str | None:
        """The number of the instance a row came from."""
        return None if row.instance_id is None else instances.by_id(self.tx, row.instance_id).number

    def texts(self, row: RecordRow) -> dict[str, str]:
        """Every column in words."""
        if self.hides(row):
            return {c.id: VEIL for c in self.shape.column}
        return {c.id: self._text(c.type, row.data.get(c.id)) for c in self.shape.column}

    def hides(self, row: RecordRow) -> bool:
        return row.id in self.hidden

    def line(self, row: RecordRow, number: str | None) -> Line:
        hidden = self.hides(row)
        by = None if hidden else self.directory.person(row.created_by)
        return Line(
            id=row.id,
            label=VEIL if hidden else row.label,
            state=row.state,
            state_label=self.shape.states.get(row.state, row.state),
            texts=self.texts(row),
            data={} if hidden else row.data,
            at=row.created_at,
            by=by.name if by else "" if hidden else BY_ITSELF,
            number="" if hidden else number or "",
            corrects=row.corrects_id,
            corrected_by=self.corrected.get(row.id),
            reason="" if hidden else str(row.data.get("correction") or ""),
            late=row.id not in self.corrected and is_late(self.shape, row, self.now),
        )

    def _text(self, kind: str, value: Json) -> str:
        if value is None or value == "":
            return ""
        if kind in ("file", "files"):
            return f"{len(value) if isinstance(value, list) else 1} 个文件"
        if isinstance(value, list):
            return "、".join(self._text(kind.rstrip("s"), v) for v in value)
        if isinstance(value, bool):
            return YES if value else NO
        match kind:
            case "person" | "persons":
                person = self.directory.person(str(value))
                return person.name if person else str(value)
            case "unit" | "units":
                unit = self.directory.unit(str(value))
                return unit.short if unit else str(value)
            case "datetime":
                return self.calendar.local(datetime.fromisoformat(str(value))).strftime("%Y-%m-%d %H:%M")
            case _:
                return str(value)
