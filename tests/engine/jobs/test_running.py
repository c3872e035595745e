"""Long work done part by part: everything once, whoever dies, fails or is told to stop."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import open_engine
from engine.errors import BadInput, Conflict, NotFound
from engine.jobs import Kind, perform, perform_due, table
from engine.model import Actor
from engine.progress.queue import ask, settle
from engine.runtime import Engine
from engine.store import house
from engine.store import jobs as rows
from engine.store.jobs import JobItem, Part
from engine.store.judging import HIDDEN
from engine.store.tables import notification
from engine.verbs import jobs, notifications, watching
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change


class Work:
    """A kind of job that notes what it does and fails where it is told to."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.refused: set[int] = set()
        self.crashes: set[int] = set()
        self.kinds = table(Kind("count", self.perform))

    def perform(self, engine: Engine, part: JobItem, actor: Actor | None) -> str:
        number = part.facts["n"]
        if number in self.refused:
            raise BadInput(f"第 {number} 件缺少附件。", "no attachment")
        if number in self.crashes:
            raise ZeroDivisionError
        self.done.append(number)
        return f"{actor.name if actor else '系统'}办了第 {number} 件"


@pytest.fixture
def work() -> Work:
    return Work()


def asked(engine: Engine, count: int, actor: Actor | None) -> int:
    with engine.store.transaction() as tx:
        return ask(engine, tx, "count", f"清点 {count} 件", [Part(f"第 {n} 件", {"n": n}) for n in range(count)], actor)


def test_everything_is_done_once_and_whoever_asked_is_told(
    office: Engine, who: Login, work: Work, clock: FakeClock
) -> None:
    job = asked(office, 45, who("rlb1"))
    asked_for = jobs.get(office, job, who("rlb1"))
    assert (asked_for.state_label, asked_for.total, asked_for.left) == ("排队中", 45, 45)

    assert perform_due(office, work.kinds) == 45

    assert work.done == list(range(45))
    done = jobs.get(office, job, who("rlb1"))
    assert (done.state_label, done.done, done.failed, done.left) == ("完成", 45, 0, 0)
    assert [n.title for n in notifications.centre(office, who("rlb1"))] == ["【完成】清点 45 件"]
    assert perform_due(office, work.kinds) == 0


def test_what_fails_says_why_and_is_the_only_thing_tried_again(office: Engine, who: Login, work: Work) -> None:
    work.refused, work.crashes = {3, 17}, {30}
    job = asked(office, 200, who("rlb1"))
    perform_due(office, work.kinds)

    partial = jobs.get(office, job, who("rlb1"))
    assert (partial.state_label, partial.done, partial.failed) == ("部分完成", 197, 3)
    assert partial.failures == (
        ("第 3 件", "第 3 件缺少附件。"),
        ("第 17 件", "第 17 件缺少附件。"),
        ("第 30 件", "系统出错，已记入日志。"),
    )

    work.done, work.refused, work.crashes = [], set(), set()
    jobs.retry(office, job, who("rlb1"))
    perform_due(office, work.kinds)

    assert work.done == [3, 17, 30]
    assert jobs.get(office, job, who("rlb1")).state_label == "完成"


def test_a_job_of_which_nothing_works_has_failed(office: Engine, who: Login, work: Work) -> None:
    work.refused = {0, 1}
    job = asked(office, 2, who("rlb1"))
    perform_due(office, work.kinds)

    assert jobs.get(office, job, who("rlb1")).state_label == "失败"


def test_stopping_leaves_what_is_done_and_drops_the_rest(office: Engine, who: Login, work: Work) -> None:
    job = asked(office, 50, who("rlb1"))
    stopped: list[int] = []

    def stop_at_five(engine: Engine, part: JobItem, actor: Actor | None) -> str:
        if part.facts["n"] == 5:
            jobs.cancel(engine, job, who("rlb1"))
        stopped.append(part.facts["n"])
        return ""

    perform_due(office, table(Kind("count", stop_at_five)))

    found = jobs.get(office, job, who("rlb1"))
    assert found.state_label == "已取消"
    assert (found.done, found.cancelled) == (20, 30), "what was leased is done, the rest dropped"
    assert len(stopped) == 20
    with pytest.raises(Conflict, match="ended"):
        jobs.cancel(office, job, who("rlb1"))


def test_many_workers_share_a_job_and_do_nothing_twice(office: Engine, who: Login, work: Work) -> None:
    job = asked(office, 120, who("rlb1"))
    others = [open_engine(now=office.now, settings=office.settings) for _ in range(3)]

    threads = [threading.Thread(target=perform, args=(e, job, work.kinds)) for e in (office, *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    for other in others:
        other.close()

    assert sorted(work.done) == list(range(120))
    assert jobs.get(office, job, who("rlb1")).state_label == "完成"


def leased_by_a_dead_worker(engine: Engine, job: int) -> list[JobItem]:
    with engine.store.transaction() as tx:
        row = rows.by_id(tx, job)
        assert row is not None
        now = engine.now()
        return rows.claim(tx, row, now, now + timedelta(seconds=30), 20)


def test_what_a_dead_worker_held_is_taken_over_when_its_lease_has_run_out(
    office: Engine, who: Login, work: Work, clock: FakeClock
) -> None:
    job = asked(office, 30, who("rlb1"))
    leased_by_a_dead_worker(office, job)

    perform_due(office, work.kinds)
    assert work.done == list(range(20, 30))
    assert jobs.get(office, job, who("rlb1")).state_label == "进行中"

    clock.advance(timedelta(seconds=31))
    perform_due(office, work.kinds)
    assert sorted(work.done) == list(range(30))
    assert jobs.get(office, job, who("rlb1")).state_label == "完成"


def test_a_worker_that_wakes_up_late_writes_nothing(office: Engine, who: Login, work: Work, clock: FakeClock) -> None:
    job = asked(office, 1, who("rlb1"))
    held = leased_by_a_dead_worker(office, job)[0]
    clock.advance(timedelta(seconds=31))
    perform_due(office, work.kinds)

    with office.store.transaction() as tx:
        assert not settle(office, tx, held, "too late")

    assert jobs.get(office, job, who("rlb1")).done == 1


def test_a_part_that_kills_its_worker_five_times_is_given_up(
    office: Engine, who: Login, work: Work, clock: FakeClock
) -> None:
    job = asked(office, 2, who("rlb1"))
    for _ in range(5):
        leased_by_a_dead_worker(office, job)
        clock.advance(timedelta(seconds=31))

    perform_due(office, work.kinds)

    found = jobs.get(office, job, who("rlb1"))
    assert (found.state_label, [reason for _, reason in found.failures]) == (
        "失败",
        ["办理进程 5 次中断，未再重试。"] * 2,
    )


def test_a_job_is_asked_for_in_the_transaction_of_the_change_or_not_at_all(office: Engine, who: Login) -> None:
    def change_that_fails() -> None:
        with office.store.transaction() as tx:
            ask(office, tx, "count", "不会有", [Part("一", {})], who("rlb1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()

    assert jobs.latest(office, who("rlb1")) == ()


def test_a_kind_that_nobody_knows_fails_in_words(office: Engine, who: Login) -> None:
    with office.store.transaction() as tx:
        job = ask(office, tx, "dance", "跳舞", [Part("一", {})], who("rlb1"))
    perform_due(office)

    assert jobs.get(office, job, who("rlb1")).failures == (("一", "没有“dance”这种任务。请升级后重试。"),)


@pytest.mark.parametrize("count", [0, 100_001])
def test_an_empty_or_endless_job_is_refused(office: Engine, who: Login, count: int) -> None:
    with pytest.raises(BadInput), office.store.transaction() as tx:
        ask(office, tx, "count", "空", [Part("", None)] * count, who("rlb1"))


def test_jobs_of_others_are_not_there_but_for_administrators(office: Engine, who: Login, work: Work) -> None:
    job = asked(office, 1, who("rlb1"))

    with pytest.raises(NotFound):
        jobs.get(office, job, who("cwb1"))
    assert jobs.get(office, job, who("admin")).asked_by == who("rlb1").name
    assert [j.id for j in jobs.latest(office, who("admin"), everybody=True)] == [job]
    assert jobs.latest(office, who("cwb1"), everybody=True) == ()


def test_a_job_is_forgotten_thirty_days_after_its_end(office: Engine, who: Login, work: Work, clock: FakeClock) -> None:
    asked(office, 1, who("rlb1"))
    perform_due(office, work.kinds)
    asked(office, 1, who("rlb1"))
    clock.advance(timedelta(days=31))

    assert jobs.forget_old(office) == 1
    assert [j.state for j in jobs.latest(office, who("rlb1"))] == ["waiting"]


def test_only_whoever_asked_is_told(office: Engine, work: Work) -> None:
    asked(office, 1, None)
    perform_due(office, work.kinds)

    with office.store.reading() as tx:
        assert tx.all(select(notification.c.id)) == []


def test_what_is_not_as_it_was_asked_for_is_not_done_and_is_told(office: Engine, who: Login, work: Work) -> None:
    job = asked(office, 3, who("rlb1"))
    change(office, "UPDATE job_item SET facts = replace(facts, '1', '7') WHERE ordinal = 2")

    assert perform_due(office, work.kinds) == 3

    seen = jobs.get(office, job, who("rlb1"))
    assert (sorted(work.done), seen.state, seen.failed) == ([0, 2], "partial", 1)
    assert [label for label, _why in seen.failures] == [HIDDEN]
    with office.store.reading() as tx:
        assert [one["facts"]["code"] for one in house.open_incidents(tx)] == ["job.altered"]
    change(office, "UPDATE job_item SET facts = replace(facts, '7', '1') WHERE ordinal = 2")
    jobs.retry(office, job, who("rlb1"))
    assert perform_due(office, work.kinds) == 1
    assert (sorted(work.done), jobs.get(office, job, who("rlb1")).state) == ([0, 1, 2], "done")


@pytest.mark.parametrize(
    ("damage", "repair", "done"),
    [
        ("UPDATE job SET kind = 'coumt' WHERE id = {job}", "UPDATE job SET kind = 'count' WHERE id = {job}", 1),
        (
            "UPDATE job_item SET state = 'waitinh' WHERE job_id = {job} AND ordinal = 2",
            "UPDATE job_item SET state = 'waiting' WHERE job_id = {job} AND ordinal = 2",
            2,
        ),
    ],
)
def test_a_damaged_job_has_not_ended_and_goes_on_when_it_is_mended(
    office: Engine, who: Login, work: Work, damage: str, repair: str, done: int
) -> None:
    job = asked(office, 2, who("rlb1"))
    asked(office, 1, who("rlb1"))
    change(office, damage.format(job=job))

    for _ in range(3):
        perform_due(office, work.kinds)
    watching.look(office)

    with office.store.reading() as tx:
        assert [one["facts"]["code"] for one in house.open_incidents(tx)] == ["job.altered"]
    assert len(work.done) == done
    change(office, repair.format(job=job))
    perform_due(office, work.kinds)
    assert jobs.get(office, job, who("rlb1")).state == "done"
    assert sorted(work.done) == [0, 0, 1]
