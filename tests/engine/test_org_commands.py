"""``sanban org``: a roster is looked at, applied once, refused with rows, and remembered."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import main
from engine.runtime import Engine
from engine.verbs import people
from tests.support.rosters import as_csv, roster_of

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_office: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on the office of the test; the clock is that of the machine."""
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path))
    monkeypatch.delenv("SANBAN_DATABASE_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, ["org", *words])


def test_a_roster_is_looked_at_applied_and_remembered(run: Run, sqlite_office: Engine, tmp_path: Path) -> None:
    rows = roster_of(sqlite_office)
    file = tmp_path / "roster.csv"
    file.write_bytes(as_csv([*rows, ["neu", "新人", "cwb", "", "", "", "staff", "", "", "是", "", ""]]))

    looked = run("import", str(file))
    assert (looked.exit_code, "新增人员 1" in looked.output, "只是预览" in looked.output) == (0, True, True)
    assert people.directory(sqlite_office).person("neu") is None
    done = run("import", str(file), "--apply", "--json")
    assert (done.exit_code, json.loads(done.output)["difference"]["added"][0]["login"]) == (0, "neu")
    assert "没有变化" in run("import", str(file), "--apply").output
    (entry,) = json.loads(run("record", "--json").output)
    assert (entry["verb"], entry["detail"]["added"]) == ("roster", ["neu"])


def test_faults_and_half_a_roster_end_with_an_exit_code(run: Run, sqlite_office: Engine, tmp_path: Path) -> None:
    rows, file = roster_of(sqlite_office), tmp_path / "roster.csv"
    file.write_bytes(as_csv([*rows, ["Neu!", "新人", *[""] * 10]]))
    wrong = run("import", str(file), "--apply")
    file.write_bytes(as_csv(rows[:20]))
    half, forced = run("import", str(file)), run("import", str(file), "--apply")

    assert (wrong.exit_code, f"第 {len(rows) + 1} 行“登录名”" in wrong.output) == (1, True)
    assert (half.exit_code, "--let-go" in half.output) == (1, True)
    assert (forced.exit_code, "org.too_many_leave" in forced.output) == (1, True)
