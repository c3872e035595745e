"""``sanban report``: a month in words, JSON and Excel, the forecast, and refusals that change nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(furnished_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over an office of its own."""
    shutil.copytree(furnished_home, tmp_path / "home")
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path / "home"))

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["report", *words])

    return call


def test_month_in_words_json_and_excel(run: Run, tmp_path: Path) -> None:
    words = run("timeliness", "--month", "2026-03", "--settle")
    told = run("timeliness", "--month", "2026-03", "--json", "--xlsx", str(tmp_path / "march.xlsx"))

    assert words.exit_code == 0, words.output
    assert "2026 年 3 月没有到期或办结的环节" in words.output
    found = json.loads(told.stdout)
    assert (found["month"], found["scope"], found["total"]["due"]) == ("2026-03", "全集团", 0)
    assert (tmp_path / "march.xlsx").read_bytes()[:2] == b"PK"


def test_forecast_as_one_person_sees_it(run: Run) -> None:
    assert "全集团" in run("forecast").output
    assert json.loads(run("forecast", "--as", "cwb1", "--json").stdout)["scope"] == "本人"


def test_the_numbers_of_a_year_in_words_json_and_excel(run: Run, tmp_path: Path) -> None:
    words = run("year", "--year", "2026")
    told = run("year", "--year", "2026", "--json", "--xlsx", str(tmp_path / "year.xlsx"))

    assert words.exit_code == 0, words.output
    assert words.output.startswith("2026 年")
    assert "N02\t" in words.output
    found = json.loads(told.stdout)
    assert (found["year"], found["figures"][1]["code"], found["figures"][1]["value"]) == (2026, "N02", "0")
    assert (tmp_path / "year.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("timeliness", "--month", "2026-13"), 1, "report.month"),
        (("timeliness", "--as", "nobody"), 1, "nobody"),
        (("weather",), 2, "weather"),
        (("forecast", "--month", "2026-03"), 2, "timeliness"),
        (("timeliness", "--year", "2026"), 2, "year"),
        (("year", "--as", "tzb1"), 1, "authz.denied"),
    ],
)
def test_what_cannot_be_reported_is_refused(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    answer = run(*words)

    assert answer.exit_code == code
    assert said in answer.output
