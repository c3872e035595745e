"""The bench measures what it says: the same rows, the right ratios, and a verdict that can be "missed"."""

import dataclasses
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine import bench
from engine.bench.clockwork import lateness, standstill
from engine.bench.copies import multiply
from engine.bench.laps import Laps, median, p95
from engine.bench.office import REQUEST, at_work, found
from engine.bench.report import Measured, Report, in_words, line
from engine.bench.rows import Recorder, replay
from engine.bench.sites import PostgresSite, SqliteSite
from engine.bench.workloads import APPROVAL, play
from engine.errors import BadInput
from engine.store import guards, tables
from engine.verbs import instances, work
from tests.support.postgres import TestPostgres
from tests.support.soundness import violations


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SqliteSite:
    return SqliteSite(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def base(site: SqliteSite) -> str:
    url = site.fresh()
    found(url)
    return url


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a SQLite database."""
    with sqlite3.connect(Path(url.removeprefix("sqlite:///"))) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in names}


def test_raw_half_writes_the_very_rows_that_the_verbs_wrote(site: SqliteSite, base: str) -> None:
    ours, bare_url, recorder, laps = site.copy(base), site.copy(base), Recorder("action"), Laps()
    with at_work(ours) as office, recorder.listening(office.engine.store):
        number = instances.start(office.engine, "approval", REQUEST, office.clerk, key="one").number
        while items := office.open_items(number):
            actor = office.people[items[0].performer_id or 0]
            work.decide(office.engine, items[0].id, "approve", actor, opinion="同意。", key=f"at {items[0].id}")

    bare = site.bare(bare_url)
    replay(recorder.take(), bare, laps)
    bare.close()

    assert len(laps.of("action")) == 4
    assert everything(bare_url) == everything(ours)
    assert everything(ours) != everything(base)


def test_an_office_is_opened_with_the_key_that_its_rows_were_written_with(site: SqliteSite, base: str) -> None:
    with at_work(site.copy(base)) as office, office.engine.store.reading() as tx:
        rows = tx.all(select(*guards.columns(tables.person)))
        sound = [guards.agrees(tx.audit_key, tables.person, row) for row in rows]

    assert sound == [True] * 50


def test_a_transaction_that_only_reads_is_no_action(site: SqliteSite, base: str) -> None:
    recorder = Recorder("action")
    with at_work(site.copy(base)) as office, recorder.listening(office.engine.store):
        number = instances.start(office.engine, "approval", REQUEST, office.clerk).number
        office.open_items(number)

    assert [name for name, _ in recorder.take()] == ["action"]
    assert recorder.take() == []


def test_each_half_of_a_comparison_plays_the_same_actions(site: SqliteSite, base: str) -> None:
    played = play(site, base, dataclasses.replace(APPROVAL, instances=2, warm_up=1), 1.0)

    for laps in (played.ours, played.raw, played.plain):
        assert len(laps.of("start")) == 2
        assert len(laps.of("decide")) == 6
    assert sorted(played.by_action) == [1, 2, 3]
    assert played.bytes_each > 0


def test_copies_are_instances_like_their_original(site: SqliteSite, base: str) -> None:
    with at_work(site.copy(base)) as office:
        number = instances.start(office.engine, "approval", REQUEST, office.clerk).number
        multiply(office.engine, number, 3, lambda *_: None)

        for copy in (f"{number}-1", f"{number}-3"):
            (item,) = office.open_items(copy)
            done = work.decide(office.engine, item.id, "approve", office.people[item.performer_id or 0])
            assert [step.element for step in done.next] == ["check"]
        assert len(office.open_items(number)) == 1


def test_copies_carry_digests_of_their_own(site: SqliteSite, base: str) -> None:
    with at_work(site.copy(base)) as office:
        number = instances.start(office.engine, "approval", REQUEST, office.clerk).number
        multiply(office.engine, number, 2, lambda *_: None, notices=True)
        sound = [found for found in violations(office.engine) if found.instance]
        with office.engine.store.transaction() as tx:
            tx.execute(
                update(tables.instance).where(tables.instance.c.number == f"{number}-2").values(outcome="altered")
            )
        altered = [(found.code, found.instance) for found in violations(office.engine) if found.instance]

    assert sound == []
    assert altered == [("instance.altered", f"{number}-2")]


@pytest.mark.postgres
def test_every_workload_runs_and_is_judged(postgres: TestPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.bench.workloads.PAGES", 5)
    monkeypatch.setattr("engine.bench.crowded.PAGES", 5)
    monkeypatch.setattr("engine.bench.sites._require_on", lambda *_: None)  # the server of the tests is not durable
    server = postgres.url("postgres")

    report = bench.run(["W1", "W2", "W4", "W5", "W6", "W9", "W10"], ["sqlite", server], scale=0.002)

    assert {(one.workload, one.database) for one in report.lines} == {
        (workload, database)
        for workload in ("W1", "W2", "W4", "W5", "W6", "W9", "W10")
        for database in ("sqlite", "postgresql")
    }
    judged = {one.workload for one in report.lines if one.met is not None}
    assert judged == {"W1", "W4", "W5", "W6", "W9", "W10"}
    assert {one.note for one in report.lines if one.workload == "W10"} == {"p95, own 4"}
    for one in report.lines:
        assert one.p50_ms > 0
        assert one.p95_ms >= one.p50_ms
    assert "W5" in in_words(report)


def test_lateness_counts_until_what_was_fired_is_committed(site: SqliteSite, base: str) -> None:
    laps = lateness(site, base, 0.02)

    assert len(laps) == 10
    assert all(late > 0 for late in laps)  # nothing fires early


def test_a_standstill_is_made_up_for_completely(site: SqliteSite, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.bench.clockwork.TOGETHER", 10)

    assert len(standstill(site, base, 0.0025)) == 3  # 25 steps, ten to a lap


def test_a_server_that_does_not_commit_durably_is_refused(postgres: TestPostgres) -> None:
    with pytest.raises(BadInput, match="fsync is off"):
        PostgresSite(postgres.url("postgres").replace("+psycopg", ""))


@pytest.mark.parametrize(("workloads", "databases"), [(["W11"], ["sqlite"]), (["W1"], ["oracle"])])
def test_what_does_not_exist_is_refused(workloads: list[str], databases: list[str]) -> None:
    with pytest.raises(BadInput):
        bench.run(workloads, databases)


def test_middle_and_tail_of_laps() -> None:
    laps = [float(n) for n in range(100, 0, -1)]

    assert median(laps) == 50.5
    assert p95(laps) == 95.0
    assert p95([7.0]) == 7.0


def test_report_says_which_target_is_missed() -> None:
    good = dataclasses.replace(line("W1", "sqlite", "action", [2.0], raw=[1.0], plain=[4.0]), target="≤ 10", met=True)
    bad = dataclasses.replace(good, workload="W4", met=False)

    assert (good.to_raw, good.to_plain) == (2.0, 0.5)
    assert Report("here", (good,)).met
    assert not Report("here", (good, bad)).met
    assert [text.split()[-1] for text in in_words(Report("here", (good, bad))).splitlines()[-2:]] == ["met", "MISSED"]


def test_a_line_without_comparison_has_no_ratio() -> None:
    alone: Measured = line("W4", "sqlite", "page", [1.0])

    assert alone.to_raw is None
    assert alone.to_plain is None


def test_the_core_is_measured_alone_with_the_same_decisions_on_plain_spiffworkflow() -> None:
    report = bench.run_core(scale=0.01)

    assert [(one.workload, one.database, one.what) for one in report.lines] == [
        ("W1", "core", "step"),
        ("W3", "core", "first round"),
        ("W3", "core", "action 200"),
    ]
    assert [one.count for one in report.lines] == [8, 4, 4]
    assert all(one.to_plain is not None and one.p50_ms > 0 for one in report.lines)
    assert [one.met is None for one in report.lines] == [False, True, False]
    assert "≤ 0.4 ms" in in_words(report)
