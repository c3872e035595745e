"""Numbers of series: taken by a hundred at once, reserved, given to a document later, void, and missed by nobody."""

import threading

import pytest
from sqlalchemy import delete

from engine.errors import Altered, BadInput, Conflict, NotAllowed, NotFound
from engine.runtime import Engine
from engine.store import judging
from engine.store import numbers as store
from engine.store.judging import HIDDEN
from engine.store.tables import taken_number
from engine.verbs import definitions, instances, numbers, watching, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.support.memo import FORM, HEAD, end, flow, service, task

FIELDS = """
[[field]]
id = "series"
type = "select"
label = "序列"
options = ["华远发", "华远函"]
default = "华远发"
[[field]]
id = "kept_no"
type = "text"
label = "预留号"
"""
DIAGRAM = (
    HEAD
    + '<bpmn:process id="letter" isExecutable="true"><bpmn:startEvent id="S" />'
    + task("L1", "起草", performer="initiator()", limit="none", outcomes="submit:提交")
    + task("L2", "编号", performer="post('wenshu', 'bgs')", limit="none", outcomes="done:取号", fields="kept_no:write")
    + service("L3", "number:memo_no")
    + task("L4", "印发", performer="post('wenshu', 'bgs')", same="keep", limit="none", outcomes="done:印发")
    + end("E")
    + flow("S", "L1") + flow("L1", "L2") + flow("L2", "L3") + flow("L3", "L4") + flow("L4", "E")
    + "</bpmn:process></bpmn:definitions>"
)  # fmt: skip
LETTER = {
    "process.toml": """
key = "letter"
title = "便函"
diagram = "letter.bpmn"
form = "letter"
first = "L1"

[series.memo_no]
name = "${series}"
reserved = "kept_no"
""".encode(),
    "letter.bpmn": DIAGRAM.encode(),
    "forms/letter.toml": (FORM + FIELDS).encode(),
}
KIND = "letter.memo_no.华远发"


@pytest.fixture
def letters(office: Engine) -> Engine:
    definitions.deploy(office, LETTER)
    return office


def _send(engine: Engine, who: Login, **data: str) -> tuple[str, str]:
    """A letter that has got its number; the instance's and the letter's."""
    number = instances.start(engine, "letter", {"title": "关于供热的函"}, who("cwb1")).number
    view = instances.get(engine, number, who("wenshu_a"))
    item = next(i for i in view.items if i.state == "open")
    work.decide(engine, item.id, "done", who("wenshu_a"), data=data)
    return number, str(instances.get(engine, number, who("wenshu_a")).data["memo_no"])


def test_a_hundred_who_take_a_number_at_once_leave_no_gap_and_take_none_twice(letters: Engine, who: Login) -> None:
    taken: list[str] = []
    clerk, ready = who("wenshu_a"), threading.Barrier(100)

    def take() -> None:
        ready.wait(300)
        taken.extend(numbers.reserve(letters, KIND, clerk, reason="年度文件"))

    threads = [threading.Thread(target=take) for _one in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert sorted(taken) == sorted(f"华远发〔2026〕{n}号" for n in range(1, 101))
    book = numbers.books(letters, clerk)[0]
    assert (book.last, book.reserved, book.missing) == (100, 100, ())


def test_a_reserved_number_goes_to_the_letter_that_names_it_and_the_next_one_goes_on(
    letters: Engine, who: Login
) -> None:
    numbers.reserve(letters, KIND, who("wenshu_a"), reason="年终总结", count=2)

    assert _send(letters, who)[1] == "华远发〔2026〕3号"
    number, given = _send(letters, who, kept_no="华远发〔2026〕2号")

    assert given == "华远发〔2026〕2号"
    held = {row.ordinal: (row.state, row.number) for row in numbers.of_series(letters, "华远发", 2026, who("auditor"))}
    assert held[1] == ("reserved", None)
    assert held[2] == ("used", number)


@pytest.mark.parametrize("wanted", ["华远发〔2026〕9号", "华远函〔2026〕1号", "华远发〔2026〕1号"])
def test_a_number_that_is_not_reserved_in_this_series_is_refused_and_nothing_changes(
    letters: Engine, who: Login, wanted: str
) -> None:
    _send(letters, who)  # takes 1
    numbers.reserve(letters, "letter.memo_no.华远函", who("wenshu_a"), reason="备用")
    number = instances.start(letters, "letter", {"title": "关于供水的函"}, who("cwb1")).number
    item = next(i for i in instances.get(letters, number, who("wenshu_a")).items if i.state == "open")

    with pytest.raises(BadInput) as refused:
        work.decide(letters, item.id, "done", who("wenshu_a"), data={"kept_no": wanted})

    assert refused.value.reason == "number.not_reserved"
    assert instances.get(letters, number, who("wenshu_a")).data["kept_no"] is None


def test_a_reserved_number_is_given_up_once_with_a_reason_and_never_used_again(letters: Engine, who: Login) -> None:
    clerk = who("wenshu_a")
    (text,) = numbers.reserve(letters, KIND, clerk, reason="拟发文")
    (row,) = numbers.of_series(letters, "华远发", 2026, clerk)

    gone = numbers.void(letters, row.id, clerk, reason="文件不再印发")

    assert (gone.state, gone.reason, gone.person) == ("void", "文件不再印发", clerk.name)
    with pytest.raises(Conflict):
        numbers.void(letters, row.id, clerk, reason="再来一次")
    with pytest.raises(BadInput):
        _send(letters, who, kept_no=text)
    assert numbers.books(letters, clerk)[0].missing == ()


def test_a_number_in_use_becomes_void_with_its_document_and_not_otherwise(letters: Engine, who: Login) -> None:
    number, _given = _send(letters, who)
    (row,) = numbers.of_series(letters, "华远发", 2026, who("wenshu_a"))
    with pytest.raises(Conflict) as refused:
        numbers.void(letters, row.id, who("wenshu_a"), reason="写错了")
    assert refused.value.reason == "number.used"

    instances.void(letters, number, who("admin"), reason="内容有误，不发")

    (row,) = numbers.of_series(letters, "华远发", 2026, who("wenshu_a"))
    assert (row.state, row.reason, row.number) == ("void", "内容有误，不发", number)


def test_a_number_that_nobody_accounts_for_is_missing_in_the_report(letters: Engine, who: Login) -> None:
    numbers.reserve(letters, KIND, who("wenshu_a"), reason="备用", count=3)
    with letters.store.transaction() as tx:
        tx.execute(delete(taken_number).where(taken_number.c.ordinal == 2))

    assert numbers.books(letters, who("auditor"))[0].missing == (2,)
    assert numbers.books(letters, who("auditor"), year=2025) == ()


def test_the_year_of_a_reserved_number_is_near_and_its_reason_is_needed(
    letters: Engine, who: Login, clock: FakeClock
) -> None:
    clerk = who("wenshu_a")
    assert numbers.reserve(letters, KIND, clerk, reason="明年一号文", year=2027) == ("华远发〔2027〕1号",)
    for wrong in ({"year": 2030}, {"count": 0}, {"count": 51}, {"reason": " "}, {"reason": "长" * 201}):
        with pytest.raises(BadInput):
            numbers.reserve(letters, KIND, clerk, **{"reason": "备用", **wrong})  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        numbers.reserve(letters, "letter.memo_no.别家发", clerk, reason="备用")
    with letters.store.reading() as tx:
        assert [row.last for row in store.kept(tx)] == [1]


def test_who_is_no_clerk_reserves_and_voids_nothing_and_who_is_nobody_of_the_office_sees_nothing(
    letters: Engine, who: Login
) -> None:
    numbers.reserve(letters, KIND, who("wenshu_a"), reason="备用")
    (row,) = numbers.of_series(letters, "华远发", 2026, who("auditor"))

    for refused in (
        lambda: numbers.reserve(letters, KIND, who("auditor"), reason="备用"),
        lambda: numbers.void(letters, row.id, who("auditor"), reason="废"),
        lambda: numbers.books(letters, who("ca_gm")),
        lambda: numbers.kinds(letters, who("ca_gm")),
        lambda: numbers.of_series(letters, "华远发", 2026, who("ca_gm")),
    ):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize("damage", ["last = 1", "name = '华沅发'"])
def test_a_damaged_counter_gives_out_no_number_before_it_is_mended(letters: Engine, who: Login, damage: str) -> None:
    clerk = who("wenshu_a")
    numbers.reserve(letters, KIND, clerk, reason="年度文件", count=2)
    change(letters, f"UPDATE series SET {damage} WHERE name = '华远发'")

    with pytest.raises(Altered) as refused:
        numbers.reserve(letters, KIND, clerk, reason="年度文件")
    with pytest.raises(Altered):
        _send(letters, who)
    change(letters, "UPDATE series SET last = 2, name = '华远发' WHERE name IN ('华远发', '华沅发')")

    assert refused.value.reason == "number.altered"
    assert numbers.reserve(letters, KIND, clerk, reason="年度文件") == ("华远发〔2026〕3号",)


def test_a_damaged_line_is_given_to_nobody_and_no_number_twice(letters: Engine, who: Login) -> None:
    clerk = who("wenshu_a")
    numbers.reserve(letters, KIND, clerk, reason="年度文件", count=2)
    change(letters, "UPDATE taken_number SET ordinal = 3 WHERE ordinal = 2")

    for wanted in ({"kept_no": "华远发〔2026〕2号"}, {}):
        with pytest.raises(Altered) as refused:
            _send(letters, who, **wanted)
        assert refused.value.reason == "number.altered"
    shown = {row.state: row.text for row in numbers.of_series(letters, "华远发", 2026, clerk)}
    book = numbers.books(letters, clerk)[0]
    change(letters, "UPDATE taken_number SET ordinal = 2 WHERE ordinal = 3")

    assert shown == {"reserved": "华远发〔2026〕1号", "altered": HIDDEN}
    assert (book.last, book.reserved, book.altered) == (2, 1, 1)
    assert _send(letters, who, kept_no="华远发〔2026〕2号")[1] == "华远发〔2026〕2号"
    assert _send(letters, who)[1] == "华远发〔2026〕3号"


def test_of_many_lines_the_older_ones_count_until_a_night_has_found_them(
    letters: Engine, who: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = who("wenshu_a")
    numbers.reserve(letters, KIND, clerk, reason="年度文件", count=6)
    monkeypatch.setattr(judging, "SUMMED", 2)
    change(letters, "UPDATE taken_number SET reason = '年终文件' WHERE ordinal IN (2, 5)")

    before = numbers.books(letters, clerk)[0]
    watching.look(letters)
    after = numbers.books(letters, clerk)[0]

    assert (before.reserved, before.altered, before.missing) == (5, 1, ())
    assert (after.reserved, after.altered, after.missing) == (4, 2, ())
