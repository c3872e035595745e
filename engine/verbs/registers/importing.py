"""Excel or CSV into a register: first a preview with every fault by row and column, then all of it or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import BadInput, FormProblems, RowFault, SanbanError
from engine.model import Actor, Json
from engine.package import Register
from engine.progress.apart import BOOKED_AHEAD, holding
from engine.progress.engaged import in_the_way
from engine.progress.shapes import refuse_move
from engine.runtime import Engine
from engine.store import Tx, registers
from engine.store.registers import HeldRow, NewLine, RecordRow
from engine.verbs.registers.cells import read_cells, refused
from engine.verbs.registers.columns import NUMBER, SOURCE, STATE, Unclear, Understanding, head, plain
from engine.verbs.registers.finding import writable
from engine.verbs.registers.keeping import checked, new_line, next_line, refuse_of_case
from engine.verbs.registers.remembering import remember

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What an import would do with one row."""

    row: int
    register: str
    label: str
    kind: str
    data: Mapping[str, Json]
    state: str
    earlier: RecordRow | None
    changed: tuple[str, ...]  # labels of the columns that would change


@dataclass(frozen=True, slots=True)
class Preview:
    """An import looked at before it is done; with faults nothing can be applied."""

    register: str
    title: str
    rows: tuple[PlannedRow, ...]
    faults: tuple[RowFault, ...]
    counts: Mapping[str, int] = field(default_factory=dict)  # kind -> rows


def preview(engine: Engine, register: str, content: bytes, name: str, actor: Actor) -> Preview:
    """What would happen with every row; nothing is kept."""
    with engine.store.reading() as tx:
        shape = writable(engine, tx, register, actor)
    cells = read_cells(content, name)
    with engine.store.reading() as tx:
        return _Plan(engine, tx, register, shape, actor).read(cells)


def take_in(engine: Engine, register: str, content: bytes, name: str, actor: Actor) -> Preview:
    """Apply all rows in one transaction, or none; what was looked at before is checked once more."""
    with engine.store.reading() as tx:
        writable(engine, tx, register, actor)
    cells = read_cells(content, name)
    with engine.store.transaction() as tx:
        shape = writable(engine, tx, register, actor)
        registers.lock(tx, register)
        plan = _Plan(engine, tx, register, shape, actor).read(cells)
        if plan.faults:
            first = plan.faults[0]
            raise BadInput(
                f"有 {len(plan.faults)} 处问题，没有导入：第 {first.line} 行{first.column}{first.message_zh}。",
                f"{len(plan.faults)} faults; nothing was imported",
                "请改好表格再导入。",
                "register.import",
            )
        lines = [_line(engine, tx, shape, row, name, actor) for row in _changing(plan)]
        registers.add_many(tx, register, lines)
        remember(engine, tx, register, shape, lines, actor)
        return plan


def _changing(plan: Preview) -> list[PlannedRow]:
    return [row for row in plan.rows if row.kind != SAME]


def _line(engine: Engine, tx: Tx, shape: Register, row: PlannedRow, name: str, actor: Actor) -> NewLine:
    if row.earlier is None:
        return new_line(engine, tx, row.register, shape, row.data, actor, state=row.state)
    return next_line(engine, row.earlier, row.data, f"导入 {name}", actor, state=row.state)


class _Plan:
    """One table while it is being read; collects the faults."""

    def __init__(self, engine: Engine, tx: Tx, register: str, shape: Register, actor: Actor) -> None:
        self.engine, self.tx, self.register, self.shape, self.actor = engine, tx, register, shape, actor
        self.understanding = Understanding(shape, engine.directory(tx))
        self.labels = {column.id: column.label for column in shape.column}
        self.states = {words: state for state, words in shape.states.items()} | {s: s for s in shape.states}
        self.standing = {row.label: row for row in registers.standing(tx, register)}
        self.faults: list[RowFault] = []

    def read(self, cells: Sequence[Sequence[Json]]) -> Preview:
        if not cells:
            raise refused("表格是空的。", "the table is empty", "请从本页下载模板。")
        columns = head(cells[0], self.shape)
        rows = [self._row(n, columns, row) for n, row in enumerate(cells[1:], 2) if any(plain(cell) for cell in row)]
        planned = [row for row in rows if row is not None]
        seen: Counter[str] = Counter()
        for row in planned:
            seen[row.label] += bool(row.label)
            if seen[row.label] > 1:
                self.faults.append(
                    RowFault(row.row, "", "", f"“{row.label}”在表中重复", f"“{row.label}” stands there twice")
                )
        self._keep_apart(planned)
        if not rows:
            raise refused("表格没有内容，只有栏目名。", "there is nothing but a head", "请填写后再导入。")
        faults = tuple(sorted(self.faults, key=lambda fault: fault.line))
        counts = dict(Counter(row.kind for row in planned))
        return Preview(self.register, self.shape.title, tuple(planned), faults, counts)

    def _keep_apart(self, planned: Sequence[PlannedRow]) -> None:
        """A fault for each row that wants a time which another record or an earlier row holds, and says no reason."""
        if not self.shape.apart:
            return
        changing = {row.label for row in planned if row.earlier is not None}
        since = self.engine.now() - BOOKED_AHEAD
        rows = [r for r in holding(self.tx, self.register, self.shape, since=since) if r.label not in changing]
        for row in planned:
            name = row.label or f"第 {row.row} 行"
            mine = HeldRow(-row.row, name, row.state, row.data, None, None, None, self.actor.id)
            found = in_the_way(self.engine, self.tx, self.register, self.shape, self.actor, mine, rows)
            if row.kind != SAME:
                self.faults += [RowFault(row.row, p.label, "", p.message_zh, p.message_en) for p in found]
            rows.append(mine)

    def _row(self, n: int, columns: Mapping[int, str], cells: Sequence[Json]) -> PlannedRow | None:
        given = {columns[m]: cell for m, cell in enumerate(cells) if m in columns}
        number, state = plain(given.pop(NUMBER, None)), plain(given.pop(STATE, None))
        given.pop(SOURCE, None)
        values = {key: self.understanding.value(key, cell) for key, cell in given.items()}
        unclear = {key: value for key, value in values.items() if isinstance(value, Unclear)}
        for key, value in unclear.items():
            self.faults.append(RowFault(n, self.labels[key], "", value.zh, value.en))
        if unclear or self._unknown(n, number):
            return None
        return self._planned(n, self._earlier(number, values), values, state)

    def _unknown(self, n: int, number: str) -> bool:
        """Whether a row names a number that nobody has taken."""
        wrong = bool(number) and self.shape.numbered and number not in self.standing
        if wrong:
            self.faults.append(RowFault(n, NUMBER, "", f"没有登记号“{number[:60]}”", f"no record “{number[:60]}”"))
        return wrong

    def _earlier(self, number: str, values: Mapping[str, Json]) -> RecordRow | None:
        """The record a row speaks of: by its number, else by the name made from its columns."""
        if number or self.shape.numbered:
            return self.standing.get(number)
        data = {key: values.get(key) for key in self.labels}
        return self.standing.get(self.shape.label_of(data, ordinal=0, year=0, series=self.register).strip())

    def _planned(self, n: int, earlier: RecordRow | None, values: Mapping[str, Json], state: str) -> PlannedRow | None:
        following = self.states.get(state, "") if state else (earlier.state if earlier else self.shape.state)
        if not following:
            self.faults.append(RowFault(n, STATE, "", f"没有“{state[:40]}”这个状态", f"no state “{state[:40]}”"))
            return None
        try:
            data = checked(self.engine, self.tx, self.shape, values, earlier.data if earlier else {}, self.actor)
            if earlier is not None:
                refuse_move(self.shape, earlier, following)
                if following != earlier.state or any(earlier.data.get(key) != value for key, value in data.items()):
                    refuse_of_case(self.shape, earlier)
        except FormProblems as refusal:
            self.faults += [RowFault(n, p.label, "", p.message_zh, p.message_en) for p in refusal.problems]
            return None
        except SanbanError as refusal:
            self.faults.append(RowFault(n, STATE, "", refusal.message_zh.rstrip("。"), refusal.message_en))
            return None
        if earlier is None:
            label = "" if self.shape.numbered else self.shape.label_of(data, ordinal=0, year=0, series="")
            if not self.shape.numbered and not label.strip():
                self.faults.append(
                    RowFault(n, "", "", "没有名称，认不出是哪一条", "no name: it cannot be told which record it is")
                )
                return None
            return PlannedRow(n, self.register, label.strip(), NEW, data, following, None, ())
        changed = [self.labels[key] for key, value in data.items() if earlier.data.get(key) != value]
        changed += [STATE] if following != earlier.state else []
        kind = CHANGED if changed else SAME
        return PlannedRow(n, self.register, earlier.label, kind, data, following, earlier, tuple(changed))
