"""The differences between the two engines of FEEL, as the reference page lists them."""

import json
from pathlib import Path
from typing import Any

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "feel.md").read_text(encoding="utf-8")
ENGINES = ("subset", "feelin")


def _rows(heading: str, columns: int) -> list[list[str]]:
    """The rows of the table under a heading; code loses its backticks."""
    part = PAGE.partition(f"### {heading}\n")[2].partition("\n#")[0]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in part.splitlines() if "`" in line]
    assert all(len(row) == columns and row[-1] for row in cells), "each row has its reason"
    return [[cell.strip("`") if cell.startswith("`") else cell for cell in row] for row in cells]


def _value(text: str) -> Any:
    """A literal of JSON, or the code of an error."""
    return text if text.startswith("expr.") else json.loads(text)


DIFFERENCES = {text: {"subset": ours, "feelin": theirs} for text, ours, theirs, _ in _rows("Expressions", 4)}
CELLS = {
    (cell, _value(value)): {"subset": ours, "feelin": theirs} for cell, value, ours, theirs, _ in _rows("Cells", 5)
}


def answer(text: str, engine: str, otherwise: Any) -> Any:
    """What an expression gives under an engine; what the page does not list is the same under both."""
    told = DIFFERENCES.get(text, {}).get(engine)
    return otherwise if told is None else _value(told)


def fits(cell: str, value: Any, engine: str, otherwise: bool) -> bool:
    """Whether a value passes a cell under an engine."""
    told = CELLS.get((cell, value), {}).get(engine) if isinstance(value, str) else None
    return otherwise if told is None else bool(_value(told))
