"""Lines of the monthly report: figures under the names of people, posts, units, steps and processes."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from engine import org
from engine.reports import Conformity, Figures
from engine.store import Tx, definitions, figures

NO_UNIT, NO_POST, NOBODY, NO_REASON = "无单位", "不在岗位上", "无人", "未写原因代码"


@dataclass(frozen=True, slots=True)
class Line:
    """One process, step, unit, post or person; ``narrow`` is what leads to the lists behind its numbers."""

    name: str
    beside: str  # the post of a person, the process of a step, the unit of a post
    narrow: Mapping[str, str]
    due: int
    on_time: int
    late: int
    unfinished: int
    rate: float | None
    done: int
    mean_hours: float | None
    stood_in: int


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """How often a step sent back for a reason; ``gate`` is empty where the package names none."""

    process: str
    step: str
    gate: str
    code: str
    words: str
    count: int
    narrow: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConformityLine:
    """How many of the cases that a process, unit or person began came back for a fault; rates in percent."""

    name: str
    narrow: Mapping[str, str]
    started: int
    faulty: int
    rate: float | None
    fault_rate: float | None
    points: int


def line_of(name: str, beside: str, narrow: Mapping[str, str], f: Figures) -> Line:
    return Line(name, beside, narrow, f.due, f.on_time, f.late, f.unfinished, f.rate, f.done, f.mean_hours, f.stood_in)


class Names:
    """Ids in words, looked up once."""

    def __init__(self, tx: Tx, directory: org.Directory) -> None:
        self.directory = directory
        self.titles: dict[str, str] = {row.key: row.title for row in definitions.all_current(tx)}

    def line(self, by: str, key: Hashable, figures: Figures) -> Line:
        """One line of a table."""
        name, beside, narrow = getattr(self, f"_{by}")(key)
        return line_of(name, beside, narrow, figures)

    def returned(self, line: figures.ReturnLine) -> ReturnLine:
        narrow = {"process": line.process, "step": line.element, "gate": line.gate, "code": line.code}
        words = line.words or NO_REASON
        return ReturnLine(self.title(line.process), line.step, line.gate, line.code, words, line.count, narrow)

    def conformity(self, by: str, key: Hashable, found: Conformity) -> ConformityLine:
        """One line about the cases of a process, a unit, or somebody who began them."""
        name, _beside, narrow = getattr(self, f"_{by}")(key)
        return ConformityLine(name, narrow, found.started, found.faulty, found.rate, found.fault_rate, found.points)

    def title(self, process: str) -> str:
        return self.titles.get(process, process)

    def unit(self, unit_id: int | None) -> str:
        unit = self.directory.unit(unit_id) if unit_id else None
        return unit.short if unit else NO_UNIT

    def post(self, post_id: int | None) -> str:
        post = self.directory.post(post_id)
        return post.title if post else NO_POST

    def person(self, person_id: int | None) -> str:
        person = self.directory.person(person_id) if person_id else None
        return person.name if person else NOBODY

    def _process(self, key: str) -> tuple[str, str, dict[str, str]]:
        return self.title(key), "", {"process": key}

    def _step(self, key: tuple[str, str, str]) -> tuple[str, str, dict[str, str]]:
        process, element, step = key
        return step, self.title(process), {"process": process, "step": element}

    def _unit(self, key: int | None) -> tuple[str, str, dict[str, str]]:
        return self.unit(key), "", {"unit": str(key or 0)}

    def _initiator(self, key: int) -> tuple[str, str, dict[str, str]]:
        return self.person(key), "", {"person": str(key)}

    def _post(self, key: int | None) -> tuple[str, str, dict[str, str]]:
        post = self.directory.post(key)
        return self.post(key), self.unit(post.unit_id) if post else "", {"post": str(key or 0)}

    def _person(self, key: tuple[int, int | None]) -> tuple[str, str, dict[str, str]]:
        person_id, post_id = key
        return self.person(person_id), self.post(post_id), {"person": str(person_id), "post": str(post_id or 0)}
