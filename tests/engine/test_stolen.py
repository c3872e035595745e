"""The list of stolen passwords is searched like a dictionary, whatever its size and the ends of its lines."""

from hashlib import sha1
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.stolen import is_stolen


def listed(names: list[str], end: str) -> bytes:
    lines = sorted(f"{sha1(name.encode()).hexdigest().upper()}:{n}" for n, name in enumerate(names))
    return (end.join(lines) + end).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("many", [1, 2, 90, 5000])
def test_everything_on_the_list_is_found_and_nothing_else(tmp_path: Path, many: int, end: str) -> None:
    names, file = [f"word-{n}" for n in range(many)], tmp_path / "stolen.txt"
    file.write_bytes(listed(names, end))

    assert all(is_stolen(file, name) for name in names[:: max(1, many // 200)])
    assert not any(is_stolen(file, f"other-{n}") for n in range(200))


def test_an_empty_list_knows_nothing_and_a_missing_one_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()

    assert not is_stolen(empty, "word")
    with pytest.raises(BadInput) as refused:
        is_stolen(tmp_path / "missing.txt", "word")
    assert refused.value.reason == "auth.stolen_list"
