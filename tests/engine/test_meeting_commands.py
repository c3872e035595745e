"""``sanban meeting …``: a change is looked at, made once, confirmed and called off on the command line."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import open_engine
from engine.cli import main
from engine.settings import Settings
from engine.verbs import people, replanning
from tests.support.gatherings import propose

NUMBER = "HY-2026-0001"


@pytest.fixture
def home(furnished_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with a meeting far ahead of the real clock, which commands go by."""
    shutil.copytree(furnished_home, tmp_path / "home")
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path / "home"))
    engine = open_engine(settings=Settings(home=tmp_path / "home"))
    year = engine.now().year + 1
    number = propose(engine, "安全生产调度会", start=f"{year}-12-08 14:30", end=f"{year}-12-08 17:00")
    engine.close()
    (tmp_path / "later.json").write_text(
        json.dumps({"start_at": f"{year}-12-10T14:30:00+08:00", "end_at": f"{year}-12-10T17:00:00+08:00"}), "utf-8"
    )
    (tmp_path / "number").write_text(number, "utf-8")
    return tmp_path


def _run(home: Path, verb: str, *words: str, login: str = "fuzhuren") -> Result:
    number = (home / "number").read_text("utf-8")
    return CliRunner().invoke(main, ["meeting", verb, number, *words, "--as", login])


def test_a_change_is_looked_at_and_made_once_with_its_key(home: Path) -> None:
    given = ("--data", str(home / "later.json"))

    seen = _run(home, "preview", *given, "--extra", "C05 补报名单")
    assert seen.exit_code == 0, seen.output
    assert "\tmoved\tB13\t" in seen.output
    assert "\tadded\tC05-1\t补报名单" in seen.output
    assert _run(home, "changes").output.strip() == "-"

    for _ in range(2):
        made = _run(home, "change", *given, "--reason", "领导行程调整。", "--key", "once")
        assert made.exit_code == 0, made.output

    (change,) = json.loads(_run(home, "changes", "--json").stdout)
    assert change["reason"] == "领导行程调整。"
    item = next(line["item_id"] for line in change["lines"] if line["entry"] == "B13")
    assert _run(home, "confirm", str(item), "--words", "已知悉。").exit_code == 0
    (change,) = json.loads(_run(home, "changes", "--json").stdout)
    assert next(line["told"] for line in change["lines"] if line["entry"] == "B13").endswith("：已知悉。")


def test_what_is_refused_says_why_and_changes_nothing(home: Path) -> None:
    (home / "list.json").write_text("[]", "utf-8")

    no_object = _run(home, "change", "--data", str(home / "list.json"), "--reason", "改期。")
    not_theirs = _run(home, "call-off", "--reason", "取消。", login="vp_a")

    assert (no_object.exit_code, not_theirs.exit_code) == (1, 1)
    assert "JSON" in no_object.output
    assert "[authz.denied]" in not_theirs.output
    engine = open_engine(settings=Settings(home=home / "home"))
    number = (home / "number").read_text("utf-8")
    assert replanning.changes(engine, number, people.actor(engine, "fuzhuren")) == ()
    engine.close()


def test_calling_off_asks_for_the_notice(home: Path) -> None:
    done = _run(home, "call-off", "--reason", "并入年会。", "--json")

    assert done.exit_code == 0, done.output
    assert [step["element"] for step in json.loads(done.stdout)["next"]] == ["HY99"]
