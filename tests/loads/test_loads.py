"""A little of each load: the promises are kept, and whatever is planted is told; `make promises` is the whole of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.verbs import definitions
from tests.chaos.clients import Ledger
from tests.loads import clockwork, connections, crowd, restoring, upgrading, versions, winners
from tests.loads.offices import opened
from tests.loads.verdict import Verdict, check_up
from tests.loads.writers import Written
from tests.support.clock import FakeClock
from tests.support.joint import JOINT

AT = datetime(2026, 3, 9, tzinfo=UTC)
DONE = Written("began CR-1", asked=10.5, done=11.0, at=AT - timedelta(seconds=1), tries=1)


def test_of_those_at_one_item_one_wins_and_a_second_winner_is_told() -> None:
    clock = FakeClock()
    with opened("sqlite", now=clock) as engine:
        definitions.deploy(engine, JOINT)
        (race,) = winners.play(engine, clock, 1)
        assert check_up(engine) == []
    late = next(answer for answer in race.answers if answer.status == 409)
    others = [answer for answer in race.answers if answer is not late]

    def judged(planted: winners.Answer) -> list[str]:
        return list(winners.judge([replace(race, answers=[*others, planted])]))

    assert judged(late) == []
    assert judged(replace(late, status=200)) == [f"{race.number}: 2 winners"]
    assert "was told 500" in judged(replace(late, status=500))[0]
    assert "not told by whom and when" in judged(replace(late, text="{}"))[0]
    twice = replace(race, rungs=Counter({"step:due": 2}))
    assert list(winners.judge([twice])) == [f"{race.number}: step:due spoke 2 times"]


def test_what_is_overdue_fires_once_and_a_lost_doubled_or_early_timer_is_told() -> None:
    with opened("sqlite") as engine:
        definitions.deploy(engine, clockwork.RUNG)
        fired, _seconds = clockwork.catch_up(engine, 20, seed=1, schedulers=1)
        assert check_up(engine) == []

    assert len(fired) == 20
    assert list(clockwork.judge(fired)) == []
    one = fired[0]
    assert list(clockwork.judge([replace(one, seen=2)])) == [f"timer {one.id} did its work 2 times"]
    assert list(clockwork.judge([replace(one, state="waiting", at=None)])) == [f"timer {one.id} is waiting"]
    early = replace(one, at=one.due - timedelta(seconds=1))
    assert list(clockwork.judge([early])) == [f"timer {one.id} fired 1.000 s early"]


def test_no_case_is_a_mixture_of_two_versions_and_one_that_is_would_be_told() -> None:
    verdict = versions.run("sqlite", 0.01)

    assert verdict.violations == [], verdict.line
    on_first = versions.Begun("ED-1", 1, versions.STEPS[1], "completed", before=True)
    meanwhile = [replace(on_first, before=False), replace(on_first, version=2, steps=versions.STEPS[2], before=False)]
    assert list(versions.judge([on_first, *meanwhile])) == []
    moved = replace(on_first, version=2, steps=versions.STEPS[2])
    assert list(versions.judge([moved, *meanwhile])) == ["ED-1 began on version 1 and is on 2"]
    mixed = replace(on_first, steps=("Draft", "Step", "Again", "File"))
    assert "ED-1 of version 1 went" in next(versions.judge([mixed, *meanwhile]))
    assert list(versions.judge([replace(on_first, state="running"), *meanwhile])) == ["ED-1 is running"]
    assert "nothing began on version 2" in next(versions.judge(meanwhile[:1]))


def test_an_answer_of_the_5xx_other_than_503_is_told_and_so_is_a_run_that_ended_no_connection() -> None:
    ledger = Ledger()
    ledger.statuses.update({200: 9, 503: 2, 429: 1})

    assert list(connections.judge(ledger, [5])) == []
    assert "nobody was thrown out" in next(connections.judge(ledger, [5, 0]))
    ledger.statuses.update([500])
    assert list(connections.judge(ledger, [5])) == ["1 answers 500"]


def untimed(told: Sequence[str]) -> list[str]:
    """What is told besides waiting: how long anybody waits is measured by `make promises`, not by a test."""
    return [one for one in told if "nobody could write for" not in one]


def test_an_upgrade_under_load_whose_programs_are_killed_is_done_once_and_what_goes_wrong_is_told() -> None:
    with opened("sqlite", starts_per_minute=100_000) as engine:
        crowd.gather(engine, 20)
        course = upgrading.ahead(engine, many=3, calm=0.3)
        assert list(crowd.lost(engine, course.written)) == []
        told = [one for one in check_up(engine) if not one.startswith("database.schema ")]

    assert told == []
    assert course.upgraded.killed >= 1  # the other may come too late to find anything to do

    def judged(**planted: object) -> list[str]:
        return list(upgrading.judge([replace(course, **planted)], many=3))  # type: ignore[arg-type]

    assert untimed(judged()) == []
    assert "the database is at 0031 instead of" in judged(revision="0031")[0]
    assert untimed(judged(differs=["table a is not that of a fresh database"])) == [
        "now to next: table a is not that of a fresh database"
    ]
    assert "a migrator failed" in judged(upgraded=replace(course.upgraded, failed=["exit code 1"]))[0]
    assert "this run proves nothing" in judged(upgraded=replace(course.upgraded, killed=0))[0]
    late = replace(course.written[-1], done=course.written[-1].done + 9)
    assert "nobody could write for" in judged(written=[late])[0]
    never = replace(course.written[-1], what="began CR-1")
    with opened("sqlite") as other:
        assert "began CR-1 was acknowledged" in next(crowd.lost(other, [never]))


def test_what_is_restored_has_everything_tells_nobody_twice_and_a_loss_is_told() -> None:
    taken = restoring.Taken(began=10.0, seconds=2.0, at=AT, during=[DONE], written=[DONE], faults=[])
    again = restoring.Again(restore=1.0, check_up=1.0, work=1.0, letters=(["notice-1"], [], [], ["notice-2"]))

    def judged(*letters: list[str], **planted: object) -> list[str]:
        seen = replace(again, letters=letters) if letters else again  # type: ignore[arg-type]
        return list(restoring.judge(replace(taken, **planted), seen))  # type: ignore[arg-type]

    verdict = restoring.run("sqlite", 0.0005)

    assert untimed(verdict.violations) == [], verdict.line
    assert judged() == []
    assert "nobody could write for 9.00 s" in judged(during=[replace(DONE, done=19.0)])[0]
    assert "this run proves nothing" in judged(during=[])[0]
    assert judged(["notice-1", "notice-1"], [], [], ["n"]) == ["letter notice-1 left 2 times"]
    assert judged(["notice-1"], ["notice-1"], [], ["n"]) == ["letter notice-1 left again after the restore"]
    assert "this run proves nothing" in judged(["notice-1"], [], [], [])[0]
    assert "took 601 s" in next(restoring.judge(taken, replace(again, restore=600.0)))


def test_a_violation_fails_the_line() -> None:
    assert Verdict("P2", "sqlite", "items=1", []).line == "PASS P2 db=sqlite items=1 violations=0"
    assert Verdict("P2", "sqlite", "items=1", ["two winners"]).line.startswith("FAIL P2 ")
