"""The monthly report: settled from what people did, frozen with a snapshot, every number equal to its list."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from engine import open_engine
from engine.errors import Altered, BadInput
from engine.model import Done
from engine.runtime import Engine
from engine.store import figures, house, settled
from engine.store import work as rows
from engine.verbs import definitions, doctor, instances, marking, notifications, pauses, people, reports, work
from engine.verbs.reports import Timeliness
from engine.verbs.reports.seeing import HIDDEN
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.decay import change, noticed
from tests.support.memo import MEMO
from tests.support.plans import plan

CHECKER, DEPUTY = "hegao_a", "wenshu_a"


def start(office: Engine, who: Login, clock: FakeClock, title: str = "签报") -> Done:
    done = instances.start(office, "memo", {"title": title}, who("rlb1"))
    clock.advance(timedelta(seconds=30))
    return done


def item_of(office: Engine, who: Login, number: str) -> int:
    return next(i.id for i in instances.get(office, number, who("auditor")).items if i.state == "open")


def approve(office: Engine, who: Login, number: str, login: str = CHECKER) -> None:
    work.decide(office, item_of(office, who, number), "approve", who(login), opinion="同意。")


def march(office: Engine, who: Login, login: str = "admin") -> Timeliness:
    reports.settle(office)
    return reports.timeliness(office, "2026-03", who(login))


def line(view: Timeliness, login: str, who: Login) -> tuple[int, int, int, int]:
    """On time, late, unfinished and done of a person."""
    found = [line for line in view.people if line.name == who(login).name]
    return (sum(x.on_time for x in found), sum(x.late for x in found), sum(x.unfinished for x in found),
            sum(x.done for x in found))  # fmt: skip


def test_in_time_late_and_unfinished_all_stand_below_the_line(office: Engine, who: Login, clock: FakeClock) -> None:
    first, second, _third = (start(office, who, clock, f"签报{n}").number for n in range(3))
    clock.at("2026-03-10 10:00")
    approve(office, who, first)
    clock.at("2026-03-11 10:00")
    approve(office, who, second)

    view = march(office, who)

    assert line(view, CHECKER, who) == (1, 1, 1, 2)
    mine = next(x for x in view.people if x.name == who(CHECKER).name)
    assert (mine.due, mine.rate) == (3, 33.3)
    assert mine.mean_hours == 12.2  # 8.5 and 16, less the half minute before it was there
    assert view.started == 3
    assert "应办结 3 个环节" in view.sentence
    assert view.until == clock()


def test_pause_is_deducted_and_its_deadline_does_not_count_meanwhile(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = start(office, who, clock).number
    clock.at("2026-03-09 10:00")
    pauses.ask(office, item_of(office, who, number), "P4", who(CHECKER), basis="专家评审会 3 月 12 日召开", days=5)
    asked = pauses.of_instance(office, number, who("auditor"))[0].id
    pauses.approve(office, asked, who("zhuren"), words="同意。")
    clock.at("2026-03-12 10:00")
    assert march(office, who).total.due == 0

    pauses.end(office, asked, who(CHECKER), words="评审完成")
    clock.at("2026-03-12 14:30")
    approve(office, who, number)
    view = march(office, who)

    assert line(view, CHECKER, who) == (1, 0, 0, 1)
    mine = next(x for x in view.people if x.name == who(CHECKER).name)
    assert mine.mean_hours == 4.0  # an hour before it stood still and three after
    assert view.paused_hours == 22.5


def test_deputy_is_credited_and_lateness_before_the_handover_stays_with_the_one_who_left(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    in_time, late = start(office, who, clock, "甲").number, start(office, who, clock, "乙").number
    clock.at("2026-03-10 09:00")
    approve(office, who, in_time)
    clock.at("2026-03-11 09:00")
    people.take_leave(
        office,
        CHECKER,
        who("admin"),
        since=shanghai("2026-03-11 09:30"),
        until=shanghai("2026-03-20 08:30"),
        reason="病假",
    )
    clock.at("2026-03-11 09:31")
    people.keep_up(office)
    approve(office, who, late, DEPUTY)

    view = march(office, who)

    assert line(view, CHECKER, who) == (1, 1, 0, 1)
    assert line(view, DEPUTY, who) == (0, 0, 0, 1)
    assert sum(x.stood_in for x in view.people) == 1
    behind = reports.behind(office, "2026-03", "late", who("auditor"), narrow={"process": "memo"})
    assert [(e.person, e.charged) for e in behind.entries] == [(who(DEPUTY).name, who(CHECKER).name)]


def test_returns_count_by_gate_and_not_when_they_were_taken_back(office: Engine, who: Login, clock: FakeClock) -> None:
    number, again = start(office, who, clock).number, start(office, who, clock).number
    work.return_to(office, item_of(office, who, number), who(CHECKER), opinion="附件不全。")
    undone = item_of(office, who, again)
    work.return_to(office, undone, who(CHECKER), opinion="错了。")
    work.retract(office, undone, who(CHECKER))

    view = march(office, who)

    assert (view.started, view.returned, view.return_rate) == (2, 1, 50.0)
    assert [(r.step, r.gate, r.words, r.count) for r in view.returns] == [("核稿", "", "未写原因代码", 1)]
    assert reports.behind(office, "2026-03", "returned", who("auditor")).entries[0].number == number


def test_faults_are_counted_beside_lateness_with_what_they_take_off(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    # the memo's table of reasons is its last and has R-TEXT
    faults = '\nR-OVERLEAP = "越级行文"\nR-LEGAL = "法律"\n[points]\nR-TEXT = 1\nR-OVERLEAP = 2\n'
    definitions.deploy(office, {**MEMO, "process.toml": MEMO["process.toml"] + faults.encode()})
    wrong, legal, undone, plain = (start(office, who, clock).number for _ in range(4))
    for number, codes in ((wrong, ["R-TEXT", "R-OVERLEAP"]), (legal, ["R-LEGAL"]), (undone, ["R-TEXT"]), (plain, [])):
        work.return_to(office, item_of(office, who, number), who(CHECKER), opinion="请改。", reasons=codes)
    returned = next(i.id for i in instances.get(office, undone, who("auditor")).items if i.outcome == "return")
    work.retract(office, returned, who(CHECKER))

    view = march(office, who)

    total = view.conformity.total
    assert (total.started, total.faulty, total.rate, total.fault_rate, total.points) == (4, 2, 50.0, 50.0, 3)
    assert [(x.name, x.faulty, x.points) for x in view.conformity.people] == [(who("rlb1").name, 2, 3)]
    listed = reports.behind(office, "2026-03", "faulty", who("auditor"), narrow=view.conformity.people[0].narrow)
    assert {e.number: e.note for e in listed.entries} == {
        wrong: "被退回 1 次，差错 2 处，扣 3 分",
        legal: "被退回 1 次，差错 1 处，扣 0 分",
    }
    assert (view.targets.on_time, view.targets.conformity) == (95, 95)


def test_frozen_month_keeps_its_targets_and_the_next_is_compared_with_it(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = start(office, who, clock).number
    clock.at("2026-03-10 10:00")
    approve(office, who, number)
    clock.at("2026-04-03 09:00")
    reports.freeze_due(office)
    other = open_engine(now=clock, settings=office.settings.model_copy(update={"on_time_target": 80}))

    march_, april = (reports.timeliness(other, month, who("auditor")) for month in ("2026-03", "2026-04"))
    other.close()

    assert (march_.targets.on_time, april.targets.on_time) == (95, 80)
    assert april.before is not None
    assert (april.before.month, april.before.rate, april.before.conformity) == ("2026-03", 50.0, 100.0)
    assert [p.month for p in april.trend][-2:] == ["2026-03", "2026-04"]
    assert (april.trend[-2].due, april.trend[-2].on_time, april.trend[-2].faulty) == (2, 1, 0)


def test_beyond_the_whole_limit_is_the_backlog(office: Engine, who: Login, clock: FakeClock) -> None:
    number = start(office, who, clock).number
    clock.at("2026-03-24 09:00")

    view = march(office, who)

    assert view.backlog == 1
    assert [e.number for e in reports.behind(office, "2026-03", "backlog", who("auditor")).entries] == [number]


NUMBERS = ("due", "on_time", "late", "unfinished", "done", "stood_in")


def test_every_number_equals_the_list_behind_it(office: Engine, who: Login, clock: FakeClock) -> None:
    numbers = [start(office, who, clock, f"签报{n}").number for n in range(4)]
    for at, number in zip(("03-10 10:00", "03-11 10:00"), numbers, strict=False):
        clock.at(f"2026-{at}")
        approve(office, who, number)
    work.return_to(office, item_of(office, who, numbers[2]), who(CHECKER), opinion="附件不全。")
    clock.at("2026-03-25 10:00")

    view = march(office, who)

    for group in (view.processes, view.units, view.posts, view.people, view.slowest, (view.total,)):
        for each in group:
            for kind in NUMBERS:
                found = reports.behind(office, "2026-03", kind, who("auditor"), narrow=each.narrow)
                assert (each.name, kind, found.total) == (each.name, kind, getattr(each, kind))
                assert len(found.entries) == found.total
    for kind in ("started", "returned", "backlog"):
        assert reports.behind(office, "2026-03", kind, who("auditor")).total == getattr(view, kind) > 0
    for back in view.returns:
        assert reports.behind(office, "2026-03", "returns", who("auditor"), narrow=back.narrow).total == back.count


def test_settling_twice_changes_nothing_and_an_item_that_is_gone_goes(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = start(office, who, clock).number
    clock.at("2026-03-11 10:00")
    once, twice = march(office, who), march(office, who)
    assert once == twice
    assert once.total.unfinished == 1

    instances.void(office, number, who("admin"), reason="重复。")

    assert march(office, who).total.due == 0


def test_only_what_was_touched_is_settled_again(office: Engine, who: Login, clock: FakeClock) -> None:
    number = start(office, who, clock).number
    instances.void(office, number, who("admin"), reason="重复。")
    clock.advance(timedelta(hours=2))
    reports.settle(office)
    clock.advance(timedelta(hours=2))

    assert reports.settle(office) == 0


def test_month_is_frozen_at_nine_on_the_third_working_day_and_later_changes_stand_beside_it(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number, other = start(office, who, clock, "甲").number, start(office, who, clock, "乙").number
    clock.at("2026-03-10 10:00")
    done = item_of(office, who, number)
    approve(office, who, number)
    clock.at("2026-04-03 08:59")
    assert reports.freeze_due(office) == []

    clock.at("2026-04-03 09:00")
    frozen = reports.freeze_due(office)
    assert reports.freeze_due(office) == []
    before = reports.timeliness(office, "2026-03", who("auditor"))
    clock.at("2026-04-03 10:00")
    approve(office, who, other)  # later progress is no correction
    work_moved_to(office, number, done, "2026-03-10 11:00")
    after = reports.timeliness(office, "2026-03", who("auditor"))

    assert [before.snapshot] == frozen
    assert before.until == shanghai("2026-04-03 09:00")
    assert (before.total.on_time, before.total.unfinished, before.changes) == (1, 2, ())
    assert after.total == before.total
    assert [(c.number, c.what) for c in after.changes] == [(number, "办结由 2026-03-10 10:00 改为 2026-03-10 11:00")]


def work_moved_to(office: Engine, number: str, item_id: int, at: str) -> None:
    """A correction by somebody at the database that was found to be right, and everything settled anew."""
    with office.store.transaction() as tx:
        rows.change(tx, item_id, decided_at=shanghai(at))
        house.beat(tx, settled.MARK, office.now(), settled.facts(0))
    assert doctor.accept(office, number, "办结时间已核对。") == 1
    reports.settle(office)


@pytest.mark.parametrize("month", ["2026-13", "三月", "2026-3"])
def test_what_is_no_month_is_refused(office: Engine, who: Login, month: str) -> None:
    with pytest.raises(BadInput) as caught:
        reports.timeliness(office, month, who("auditor"))
    assert caught.value.reason == "report.month"


@pytest.mark.parametrize(("kind", "narrow"), [("nothing", {}), ("due", {"colour": "1"}), ("due", {"unit": "x"})])
def test_list_that_is_none_is_refused(office: Engine, who: Login, kind: str, narrow: dict[str, str]) -> None:
    with pytest.raises(BadInput) as caught:
        reports.behind(office, "2026-03", kind, who("auditor"), narrow=narrow)
    assert caught.value.reason == "report.list"


@pytest.mark.parametrize(
    ("login", "scope", "due", "started"),
    [
        ("admin", "全集团", 2, 2),
        ("ducha_a", "全集团", 2, 2),
        ("rlb_head", "人力", 0, 2),
        (CHECKER, "本人", 2, 0),
        ("rlb1", "本人", 0, 2),
        ("cwb1", "本人", 0, 0),
    ],
)
def test_everybody_sees_their_own_heads_their_unit_and_watchers_all(
    office: Engine, who: Login, clock: FakeClock, login: str, scope: str, due: int, started: int
) -> None:
    start(office, who, clock)
    start(office, who, clock)
    clock.at("2026-03-11 10:00")

    view = march(office, who, login)

    assert scope in view.scope
    assert (view.total.due, view.started) == (due, started)
    assert reports.behind(office, "2026-03", "due", who(login)).total == due
    assert reports.behind(office, "2026-03", "started", who(login)).total == started


def test_reports_tell_nobody_anything(office: Engine, who: Login, clock: FakeClock) -> None:
    start(office, who, clock)
    before = len(notifications.centre(office, who(CHECKER)))

    march(office, who)

    assert len(notifications.centre(office, who(CHECKER))) == before


def test_a_month_is_summed_from_an_index_alone_without_sorting(office: Engine, who: Login) -> None:
    asked: list[tuple[str, Any]] = []
    cut = figures.Cut(0, "2026-03", office.now())
    with office.store.reading() as tx:
        with office.store.watched(lambda sql, bound, _many: asked.append((sql, bound))):
            figures.groups(tx, cut)
        told = plan(tx, *asked[0])

    assert "ix_settled_item_month" in told, told
    assert "TEMP B-TREE" not in told, told
    if tx.dialect == "sqlite":
        assert "COVERING INDEX" in told, told


def test_forecast_names_what_is_late_tomorrow_and_which_posts_are_without_their_holder(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = start(office, who, clock).number
    start(office, who, clock)
    people.take_leave(
        office,
        CHECKER,
        who("admin"),
        since=shanghai("2026-03-10 08:30"),
        until=shanghai("2026-03-11 08:30"),
        reason="病假",
    )

    view = reports.forecast(office, who("ducha_a"))

    assert view.day.isoformat() == "2026-03-10"
    assert [(c.step, c.holder, c.away, c.today) for c in view.coming] == [
        ("核稿", who(CHECKER).name, True, False),
        ("核稿", who(CHECKER).name, True, False),
    ]
    assert view.coming[0].number == number
    gone = next(p for p in view.posts if p.away == (who(CHECKER).name,) and p.post == "核稿员")
    assert (gone.reason, gone.acting, gone.waiting) == ("病假", (who(DEPUTY).name,), 2)
    assert reports.forecast(office, who("cwb1")).coming == ()
    assert len(reports.forecast(office, who(CHECKER)).coming) == 2


def test_forecast_of_a_friday_is_about_monday(office: Engine, who: Login, clock: FakeClock) -> None:
    clock.at("2026-03-13 16:00")

    assert reports.forecast(office, None).day.isoformat() == "2026-03-16"


def test_excel_holds_the_figures_and_no_formula(office: Engine, who: Login, clock: FakeClock) -> None:
    start(office, who, clock)
    clock.at("2026-03-11 10:00")
    view = march(office, who)
    risky = replace(view.people[0], name='=HYPERLINK("http://x","y")')

    body = reports.workbook(replace(view, people=(risky,)), ZoneInfo("Asia/Shanghai"), marking.mark(office, None))

    with ZipFile(BytesIO(body)) as book:
        sheets = [book.read(n).decode() for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        names, strings = book.read("xl/workbook.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 10
    assert all("<f>" not in sheet for sheet in sheets)
    assert "=HYPERLINK" in strings
    for title in ("汇总", "按人员", "规范性", "退回原因", "口径"):
        assert title in names
    assert "按时率 0%" in strings


def test_head_counts_what_may_not_be_opened_without_its_title(office: Engine, who: Login, clock: FakeClock) -> None:
    number = start(office, who, clock, "并购方案").number
    reports.settle(office)

    open_to = (number, "并购方案")
    for login, told in (("rlb_head", ("", HIDDEN)), ("rlb1", open_to), ("ducha_a", open_to)):
        found = reports.behind(office, "2026-03", "started", who(login))
        assert [(e.number, e.title) for e in found.entries] == [told], login


@pytest.mark.parametrize("frozen", [False, True])
def test_a_month_whose_figures_are_not_those_that_were_settled_is_not_shown(
    office: Engine, who: Login, clock: FakeClock, frozen: bool
) -> None:
    number = start(office, who, clock).number
    clock.at("2026-03-10 10:00")
    approve(office, who, number)
    before = march(office, who).people
    if frozen:
        clock.at("2026-04-03 09:00")
        assert reports.freeze_due(office)
    which = "(SELECT max(snapshot_id) FROM settled_item)"
    change(office, f"UPDATE settled_item SET done_at = '2026-03-30 01:00:00.000000' WHERE snapshot_id = {which}")

    with pytest.raises(Altered) as refused:
        reports.timeliness(office, "2026-03", who("admin"))
    assert refused.value.reason == "figures.altered"
    with pytest.raises(Altered):
        reports.behind(office, "2026-03", "done", who("admin"))
    assert reports.timeliness(office, "2026-02", who("admin")).started == 0
    assert noticed(office) == {"figures.altered"}
    if not frozen:  # what is not frozen is counted anew from the cases themselves once it was told
        assert march(office, who).people == before
        assert noticed(office) == set()


def test_a_frozen_month_that_has_lost_a_row_is_not_shown(office: Engine, who: Login, clock: FakeClock) -> None:
    start(office, who, clock)
    clock.at("2026-04-03 09:00")
    reports.freeze_due(office)
    assert reports.timeliness(office, "2026-03", who("admin")).started == 1

    change(office, "DELETE FROM settled_case WHERE snapshot_id > 0")

    with pytest.raises(Altered):
        reports.timeliness(office, "2026-03", who("admin"))


def test_what_is_not_as_it_was_written_is_not_settled_before_it_is_mended(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = start(office, who, clock).number
    clock.at("2026-03-11 10:00")
    approve(office, who, number)
    change(office, "UPDATE work_item SET decided_at = '2026-03-10 01:00:00.000000' WHERE element = 'Review'")

    damaged = march(office, who)
    settled_again = reports.settle(office)
    change(office, "UPDATE work_item SET decided_at = '2026-03-11 02:00:00.000000' WHERE element = 'Review'")
    mended = march(office, who)

    assert line(damaged, CHECKER, who) == (0, 0, 0, 0)
    assert settled_again == 1
    assert line(mended, CHECKER, who)[1] == 1
