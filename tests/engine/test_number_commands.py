"""``sanban numbers``: every series with its gaps, in words and JSON, and an exit code for scripts."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete

from engine import open_engine
from engine.cli import main
from engine.settings import Settings
from engine.store.tables import taken_number
from engine.verbs import numbers, people

KIND = "document_issue.doc_no.华远发"


@pytest.fixture
def home(furnished_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office that has reserved three numbers."""
    shutil.copytree(furnished_home, tmp_path / "home")
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path / "home"))
    engine = open_engine(settings=Settings(home=tmp_path / "home"))
    numbers.reserve(engine, KIND, people.actor(engine, "wenshu_a"), reason="补登", count=3)
    engine.close()
    return tmp_path / "home"


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, ["numbers", *words])


def test_a_series_without_gaps_is_told_and_is_no_failure(home: Path) -> None:
    told = _run()

    assert told.exit_code == 0, told.output
    assert told.output.split("\t")[0] == "华远发"
    assert _run("--year", "1999").output.strip() == "-"


def test_a_number_nobody_accounts_for_is_told_and_fails(home: Path) -> None:
    engine = open_engine(settings=Settings(home=home))
    with engine.store.transaction() as tx:
        tx.execute(delete(taken_number).where(taken_number.c.ordinal == 2))
    engine.close()

    told = _run("--json")

    assert told.exit_code == 1
    assert json.loads(told.stdout)[0]["missing"] == [2]
