"""`sanban user …` on a real installation."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import main
from engine.runtime import Engine

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_office: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on the office of the test; the clock is that of the machine."""
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path))
    monkeypatch.delenv("SANBAN_DATABASE_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, ["user", *words])


def test_everybody_is_listed_with_posts(run: Run) -> None:
    rows = {row["login"]: row for row in json.loads(run("list", "--json").output)}

    assert rows["hegao_a"]["posts"] == ["办公室 核稿员"]
    assert "hegao_a\t方致远\t0\t办公室 核稿员" in run("list").output


def test_a_leave_begins_and_ends(run: Run) -> None:
    made = run("leave", "hegao_a", "--since", "2020-01-01T08:30", "--until", "2099-01-01T17:30")

    assert made.exit_code == 0, made.output
    assert run("leave", "hegao_a", "--since", "2030-01-01T08:30", "--until", "2031-01-01T17:30").exit_code == 1
    assert run("back", made.output.strip(), "--json").output.strip() == "[]"


def test_authority_rotation_and_letting_go(run: Run) -> None:
    today = datetime.now(UTC).date()
    for days, code in ((91, 1), (60, 0)):  # no authority lasts longer than ninety days
        until = today + timedelta(days=days)
        dates = ("--since", f"{today}T08:30", "--until", f"{until}T17:30")
        assert run("substitute", "hegao_a", "--by", "dangan_a", *dates).exit_code == code
    assert run("rotate", "huiwu_a", "--to", "huiwu_b", "--post", "bgs.huiwu", "--on", "2098-01-01").exit_code == 0
    assert run("deactivate", "cheliang_a", "--to", "cheliang_b").exit_code == 0
    assert run("activate", "cheliang_a").exit_code == 0

    wrong = run("rotate", "rlb1", "--to", "huiwu_b", "--post", "bgs.hegao")
    assert wrong.exit_code == 1
    assert "现在不任" in wrong.output


def test_roles_are_listed_given_and_taken(run: Run) -> None:
    assert "supervisor" in run("roles", "cwb1", "--give", "supervisor").output
    refused = run("roles", "auditor", "--give", "admin")

    assert (refused.exit_code, "org.roles_apart" in refused.output) == (1, True)
    rows = {row["login"]: row["roles"] for row in json.loads(run("roles", "--json").output)}
    assert ("supervisor" in rows["cwb1"], rows["auditor"]) == (True, ["auditor"])
