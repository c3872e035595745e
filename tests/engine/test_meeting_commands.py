"""``sanban meeting …`` and ``sanban checklist …``: changes, questions about entries, revisions of the template."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

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


def _command(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def _entry(home: Path, code: str) -> dict[str, Any]:
    board = json.loads(_run(home, "entries", "--json").stdout)
    return next(e for phase in board["phases"] for e in phase["entries"] if e["code"] == code)


def test_an_entry_is_left_out_and_another_postponed_by_asking(home: Path) -> None:
    listed = _run(home, "entries")
    assert listed.exit_code == 0, listed.output
    assert "\tB14\t-\t" in listed.stdout
    papers, hall = _entry(home, "B14")["item_id"], _entry(home, "B06")
    later = datetime.fromisoformat(hall["deadline"]).astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)

    asked = _command("meeting", "ask", str(papers), "na", "--as", "bgs1", "--reason", "没有商密材料。", "--key", "1")
    until = ("--until", f"{later:%Y-%m-%dT15:00}")
    put = _command("meeting", "ask", str(hall["item_id"]), "later", "--as", "bgs1", "--reason", "单位未定。", *until)
    assert (asked.exit_code, put.exit_code) == (0, 0), asked.output + put.output
    questions = [_entry(home, code)["asked"]["item_id"] for code in ("B14", "B06")]
    agreed = _command("meeting", "answer", str(questions[0]), "--as", "fuzhuren")
    refused = _command(
        "meeting", "answer", str(questions[1]), "--as", "fuzhuren", "--refuse", "--opinion", "不能再晚。"
    )

    assert (agreed.exit_code, refused.exit_code) == (0, 0), agreed.output + refused.output
    assert (_entry(home, "B14")["state"], _entry(home, "B14")["consent"]) == ("na", "陆敏")
    assert (_entry(home, "B06")["state"], _entry(home, "B06")["deadline"]) == ("open", hall["deadline"])


def test_a_revision_is_proposed_looked_at_and_answered(home: Path) -> None:
    key, keeper = "meeting_preparation", ("--as", "ducha_a")
    for entry in ("B04", "B05"):
        words = ("--due", "T-4", "--why", "留出校对时间。", "--as", "zhuren")
        proposed = _command("checklist", "propose", key, "修改", entry, *words)
        assert proposed.exit_code == 0, proposed.output
    wrong = _command("checklist", "propose", key, "修改", "Z99", "--due", "T-4", "--why", "。", "--as", "zhuren")
    shown = _command("checklist", "show", key, *keeper)
    first, second = (line.split("\t")[0] for line in shown.stdout.splitlines() if "\t修改 B0" in line)

    seen = _command("checklist", "preview", key, first, *keeper)
    accepted = _command("checklist", "accept", key, first, "--note", "试行。", *keeper)
    declined = _command("checklist", "decline", key, second, "--reason", "不须提前。", *keeper)

    assert (wrong.exit_code, "[checklist.revision]" in wrong.output) == (1, True)
    assert "截止 T-2 → T-4" in seen.stdout
    assert "checklists/meeting.csv v1" in accepted.stdout.splitlines()
    assert declined.exit_code == 0, declined.output
    rows = _command("checklist", "show", key, *keeper).stdout.splitlines()
    assert any(row.startswith("  B04\t★\tT-4\t") for row in rows)
    assert any(row.startswith("  B05\t★\tT-3\t") for row in rows)
