"""知悉范围: a secret case is known to its list and its performers alone, at every way out; on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import InvalidProcess, NotAllowed, NotFound
from engine.model import Json
from engine.runtime import Engine
from engine.store import instances as rows
from engine.store import knowers
from engine.store import notices as notice_rows
from engine.store import work as items
from engine.store.judging import SEALED
from engine.store.work import ItemRecord
from engine.verbs import (
    definitions,
    files,
    following,
    inbox,
    instances,
    looks,
    notifications,
    people,
    registers,
    timers,
    work,
)
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change, noticed
from tests.support.joint import TOGETHER
from tests.support.memo import FORM, diagram, end, flow, manifest, service, task

TITLE = "关于重组热力公司的请示"
LIST = """
[[field]]
id = "classification"
type = "select"
label = "密级"
options = ["内部", "核心商密"]
default = "内部"
[[field]]
id = "access_list"
type = "persons"
label = "知悉范围"
required = true
visible = "classification == '核心商密'"
[[field]]
id = "file"
type = "file"
label = "附件"
"""
BOOK = """
title = "商密台账"
label = "商密{n}"
[[column]]
id = "label"
label = "编号"
value = "${number}"
[[column]]
id = "title"
label = "标题"
value = "${title}"
"""
CHILD = {
    "process.toml": manifest("errand", "办理"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "errand",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Done"),
    ),
}
SECRET = {
    "process.toml": manifest("secret", "商密签报").replace(
        b'form = "form"', b'form = "form"\nknown_to = "access_list"'
    ),
    "forms/form.toml": (FORM + LIST).encode(),
    "registers/secrets.toml": BOOK.encode(),
    "main.bpmn": diagram(
        "secret",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        service("Note", "secrets.add"),
        service("Child", "start:errand"),
        task(
            "One",
            "核稿",
            performer="post('hegao')",
            limit="1CH/4WH/1WD",
            ladder="ESC-DOC",
            outcomes="approve:同意, refuse:不同意",
            actions=f"{TOGETHER}, transfer",
            fields="access_list:write, classification:write",
        ),
        task("File", "归档", performer="post_group('wenshu')", limit="10WD", ladder="ESC-DOC", actions=TOGETHER),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Note"),
        flow("Note", "Child"),
        flow("Child", "One"),
        flow("One", "File"),
        flow("File", "Done"),
    ),
}
OUTSIDE = ("admin", "auditor", "ducha_a", "vp_a", "cwb1", "wenshu_a")


@pytest.fixture
def number(office: Engine, who: Login, clock: FakeClock) -> str:
    """A secret case of rlb1 that the chairman and fwb1 may know, waiting for hegao_a."""
    for package in (CHILD, SECRET):
        definitions.deploy(office, package)
    stored = files.put(office, "方案.pdf", [b"%PDF-1.4 x"], who("rlb1"))
    return begun(office, who, clock, file=stored.id)


def begun(office: Engine, who: Login, clock: FakeClock, **more: Json) -> str:
    data = {"title": TITLE, "classification": "核心商密", "access_list": ["chairman", "fwb1"], **more}
    found = instances.start(office, "secret", data, who("rlb1")).number
    clock.advance(timedelta(seconds=30))
    return found


def held(office: Engine, number: str, element: str = "One") -> ItemRecord:
    """The open item of a step, whoever asks."""
    with office.store.reading() as tx:
        found = items.of_instance(tx, rows.by_number(tx, number).id)
        return next(i for i in found if i.element == element and i.state == "open")


def reads(office: Engine, who: Login, number: str, login: str) -> bool:
    try:
        instances.get(office, number, who(login))
    except NotFound:
        return False
    return True


def test_no_role_opens_a_secret_case_but_its_list_and_its_performers_do(
    office: Engine, who: Login, number: str
) -> None:
    readers = [
        login for login in (*OUTSIDE, "rlb1", "hegao_a", "chairman", "fwb1") if reads(office, who, number, login)
    ]

    assert readers == ["rlb1", "hegao_a", "chairman", "fwb1"]


def test_search_finds_it_for_those_alone_with_hit_count_and_kind(office: Engine, who: Login, number: str) -> None:
    inbox.catch_up(office)

    for login in OUTSIDE:
        found = inbox.search(office, "重组", who(login))
        assert (found.rows, found.total, found.kinds) == ((), 0, {}), login
    for login in ("rlb1", "hegao_a", "chairman", "fwb1"):
        assert number in [row.number for row in inbox.search(office, "重组", who(login)).rows], login


def test_its_files_and_its_number_are_worth_nothing_to_others(office: Engine, who: Login, number: str) -> None:
    (file,) = files.of_instance(office, number, who("hegao_a"))

    for login in OUTSIDE:
        with pytest.raises(NotFound):
            files.get(office, file.id, who(login))
        with pytest.raises(NotFound):
            following.follow(office, number, who(login))
        with pytest.raises(NotFound):
            notifications.sent(office, number, who(login))
    assert files.get(office, file.id, who("fwb1"))[0].name == "方案.pdf"


def test_who_takes_a_file_of_a_secret_case_away_stands_in_its_record(office: Engine, who: Login, number: str) -> None:
    (file,) = files.of_instance(office, number, who("hegao_a"))
    with pytest.raises(NotFound):
        files.fetch(office, file.id, who(OUTSIDE[0]))

    files.get(office, file.id, who("fwb1"))
    assert files.fetch(office, file.id, who("fwb1"))[0].name == "方案.pdf"

    taken = [e for e in instances.get(office, number, who("fwb1")).history if e.verb == "fetch"]
    assert [(e.actor, e.label, e.opinion) for e in taken] == [(who("fwb1").name, "下载附件", "方案.pdf")]


def test_who_opens_or_prints_a_secret_case_stands_in_its_record_once_a_day(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    with pytest.raises(NotFound):
        looks.looked(office, number, who(OUTSIDE[0]))

    written = [looks.looked(office, number, who("fwb1")) for _ in range(2)]
    looks.printed(office, number, who("fwb1"))
    clock.advance(timedelta(days=1))
    looks.looked(office, number, who("fwb1"))

    assert written == [True, False]
    seen = [e for e in instances.get(office, number, who("fwb1")).history if e.verb in ("look", "print")]
    assert sorted((e.actor, e.label) for e in seen) == [
        (who("fwb1").name, "打印"), (who("fwb1").name, "查看"), (who("fwb1").name, "查看"),
    ]  # fmt: skip


def test_nothing_is_kept_of_who_opens_a_case_that_everybody_concerned_may_know(office: Engine, who: Login) -> None:
    open_to_all = instances.start(office, "memo", {"title": "关于值班的签报"}, who("rlb1")).number

    assert looks.looked(office, open_to_all, who("rlb1")) is False
    assert {e.verb for e in instances.get(office, open_to_all, who("rlb1")).history}.isdisjoint({"look", "print"})


def test_a_register_keeps_its_line_but_says_nothing_of_it(office: Engine, who: Login, number: str) -> None:
    clerk, listed = who("wenshu_a"), who("chairman")

    (line,) = registers.rows(office, "secrets", clerk).lines
    told = repr((line, registers.as_csv(registers.rows(office, "secrets", clerk)).decode()))

    assert TITLE not in told
    assert number not in told
    assert registers.rows(office, "secrets", clerk, text="重组").lines == ()
    with pytest.raises(NotFound):
        registers.get(office, line.id, clerk)
    with pytest.raises(NotFound):
        registers.correct(office, line.id, {"title": "别的"}, "改", clerk)
    assert registers.labels(office, "secrets", clerk) == ()
    assert registers.rows(office, "secrets", listed).lines[0].texts["title"] == TITLE
    assert registers.labels(office, "secrets", listed) == ("商密1",)


def test_what_it_starts_is_as_secret_as_itself(office: Engine, who: Login, number: str) -> None:
    (child,) = instances.get(office, number, who("hegao_a")).children

    assert [login for login in OUTSIDE if reads(office, who, child, login)] == []
    assert reads(office, who, child, "fwb1")


def test_it_is_handed_to_nobody_outside_the_list(office: Engine, who: Login, number: str) -> None:
    item, holder = held(office, number).id, who("hegao_a")
    ways: tuple[Callable[[str], object], ...] = (
        lambda to: work.circulate(office, item, [to], holder),
        lambda to: work.consult(office, item, [to], holder, question="可行吗？"),
        lambda to: work.add(office, item, [to], holder),
        lambda to: work.delegate(office, item, to, holder),
        lambda to: work.transfer(office, item, to, holder),
    )

    for hand in ways:
        with pytest.raises(NotAllowed) as refused:
            hand("fuzhuren")
        assert refused.value.reason == "authz.not_listed"
    assert not reads(office, who, number, "fuzhuren")
    for hand in (*ways[:2], ways[4]):
        hand("fwb1")
    assert held(office, number).performer_id == who("fwb1").id


def test_only_a_deputy_on_the_list_stands_in(office: Engine, who: Login, clock: FakeClock, number: str) -> None:
    other = begun(office, who, clock, access_list=["chairman", "wenshu_a"])

    people.take_leave(office, "hegao_a", who("hegao_a"), since=clock(), until=clock() + timedelta(days=3))

    assert held(office, number).performer_id == who("hegao_a").id
    assert held(office, other).performer_id == who("wenshu_a").id


def test_lists_of_what_somebody_leaves_behind_hold_its_number_alone(office: Engine, who: Login, number: str) -> None:
    left = people.preview_handover(office, "hegao_a", who("admin"))

    assert [row.number for row in left] == [number]
    assert TITLE not in repr((left, people.preview_leave(office, "hegao_a", who("admin"))))


def test_whoever_is_taken_off_the_list_sees_it_no_more(office: Engine, who: Login, number: str) -> None:
    (child,) = instances.get(office, number, who("fwb1")).children

    work.decide(office, held(office, number).id, "approve", who("hegao_a"), data={"access_list": ["chairman"]})

    assert not reads(office, who, number, "fwb1")
    assert not reads(office, who, child, "fwb1")
    assert reads(office, who, number, "chairman")
    assert reads(office, who, child, "chairman")


def test_a_case_that_is_secret_no_more_is_seen_as_any_other(office: Engine, who: Login, number: str) -> None:
    work.decide(office, held(office, number).id, "approve", who("hegao_a"), data={"classification": "内部"})

    assert reads(office, who, number, "auditor")
    assert not reads(office, who, number, "cwb1")


def test_whoever_hears_that_it_is_late_hears_no_title(
    office: Engine, who: Login, clock: FakeClock, number: str
) -> None:
    clock.advance(timedelta(days=9))
    timers.fire_due(office)

    with office.store.reading() as tx:
        told = [(login, n) for n, login in notice_rows.of_instance(tx, rows.by_number(tx, number).id)]
    inside = {"rlb1", "hegao_a", "chairman", "fwb1"}
    others = [(login, n) for login, n in told if login not in inside]
    assert others, "nobody above was told"
    assert all(TITLE not in n.title + n.body for _login, n in others)
    assert any(TITLE in n.title + n.body for login, n in told if login == "hegao_a")
    for login in {login for login, _n in others}:
        assert TITLE not in repr(notifications.centre(office, who(login)))


def test_a_list_that_is_no_field_of_persons_is_refused(office: Engine) -> None:
    wrong = SECRET | {"process.toml": SECRET["process.toml"].replace(b'"access_list"', b'"title"')}

    with pytest.raises(InvalidProcess) as refused:
        definitions.deploy(office, wrong)

    assert [p.code for p in refused.value.problems] == ["package.known_to"]


EDITS = ("NULL", "',auditor,cwb1,'", "',chairman,fwb2,'")


@pytest.mark.parametrize("edited", EDITS)
def test_a_list_that_is_not_as_it_was_written_lets_nobody_in_and_keeps_nobody_out_who_has_a_part(
    office: Engine, who: Login, number: str, edited: str
) -> None:
    inbox.catch_up(office)

    change(office, f"UPDATE instance SET known_to = {edited} WHERE number = '{number}'")

    some = (*OUTSIDE, "fwb2", "chairman", "fwb1", "rlb1", "hegao_a")
    assert [login for login in some if reads(office, who, number, login)] == ["rlb1", "hegao_a"]
    for login in some[:-2]:
        assert number not in [row.number for row in inbox.search(office, "重组", who(login)).rows], login
    for login in some[-2:]:
        assert number in [row.number for row in inbox.search(office, "重组", who(login)).rows], login
    assert TITLE not in repr(registers.rows(office, "secrets", who("wenshu_a")).lines)
    assert TITLE not in repr(people.preview_handover(office, "hegao_a", who("admin")))
    assert noticed(office) == {"knowers.altered"}


def test_work_goes_on_below_a_damaged_list_and_does_not_write_over_it(office: Engine, who: Login, number: str) -> None:
    change(office, f"UPDATE instance SET known_to = ',fwb2,' WHERE number = '{number}'")

    work.decide(office, held(office, number).id, "approve", who("hegao_a"), data={"access_list": ["chairman"]})

    assert held(office, number, "File")
    assert not reads(office, who, number, "fwb2")
    assert noticed(office) == {"knowers.altered"}

    change(office, f"UPDATE instance SET known_to = ',chairman,fwb1,' WHERE number = '{number}'")
    assert reads(office, who, number, "fwb1")


def test_what_was_started_below_a_damaged_list_gets_its_list_when_somebody_works_on_it(
    office: Engine, who: Login, number: str
) -> None:
    with office.store.transaction() as tx:
        knowers.put(tx, rows.by_number(tx, number).id, SEALED)  # as a case has it that was started meanwhile
    assert not reads(office, who, number, "fwb1")

    work.decide(office, held(office, number).id, "approve", who("hegao_a"))

    assert reads(office, who, number, "fwb1")
    assert not reads(office, who, number, "auditor")
