"""Search finds title, number, form and opinions in Chinese, and never what is not mine: on both databases."""

from typing import Any

import pytest

from engine.runtime import Engine
from engine.verbs import definitions, inbox, instances, work
from tests.engine.conftest import Login
from tests.engine.verbs.test_leaves import BREATH, memo
from tests.support.clock import FakeClock
from tests.support.joint import at
from tests.support.memo import MEMO
from tests.support.plans import plan


@pytest.fixture
def number(office: Engine, who: Login, clock: FakeClock) -> str:
    """A memo that was approved with an opinion, beside others."""
    for n in range(3):
        memo(office, who, clock, f"会议室第{n}次预定", by="cwb1")
    found = instances.start(
        office, "memo", {"title": "关于供热管网检修的请示", "amount": "128000.50"}, who("rlb1"), urgency="加急"
    ).number
    clock.advance(BREATH)
    item = at(office, who, found, "Review").id
    work.decide(office, item, "approve", who("hegao_a"), opinion="请结合锅炉房改造一并考虑。", data={"checked": True})
    inbox.catch_up(office)
    return found


def numbers(office: Engine, who: Login, text: str, login: str = "auditor", **more: str) -> list[str]:
    return [row.number for row in inbox.search(office, text, who(login), **more).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "供热",
        "管网检修",
        "热",
        "关于供热管网检修的请示",
        "供热 请示",
        "请示 锅炉房",
        "锅炉房改造",
        "128,000.50",
        "郝宁",
        "方致远 供热",
        "me-2026",
    ],
)
def test_every_piece_of_it_finds_it(office: Engine, who: Login, number: str, text: str) -> None:
    assert number in numbers(office, who, text)


@pytest.mark.parametrize("text", ["供水", "供热 会议室", "检修改造", "热供", "", "  ", "'", '"', "NOT 供热x"])
def test_what_is_not_there_is_not_found(office: Engine, who: Login, number: str, text: str) -> None:
    assert number not in numbers(office, who, text)


def test_words_of_two_texts_make_no_phrase(office: Engine, who: Login, number: str) -> None:
    assert numbers(office, who, "请示128") == []


@pytest.mark.parametrize(
    "text",
    ["' OR 1=1 --", "%", "_", "\\", '"', '""', "NEAR(供热 请示)", "供热 OR 会议", "供热*", "^供热", "-供热", "(", ")",
     "a:b", "words:供热", "{供热}", "供热 AND", "NOT", "供热 & ! | <->", ":*",
     "'; DROP TABLE instance; --", "供" * 10_000],
)  # fmt: skip
def test_a86_words_of_the_search_engine_are_words(office: Engine, who: Login, number: str, text: str) -> None:
    found = numbers(office, who, text)

    # an operator is a sign between words, never an instruction
    assert found in ([], [number])
    assert numbers(office, who, "供热") == [number]


def test_what_is_not_mine_is_not_found(office: Engine, who: Login, number: str) -> None:
    """A87: neither hit nor count."""
    seen = {login: numbers(office, who, "供热", login) for login in ("rlb1", "hegao_a", "vp_a", "auditor", "cwb1")}

    assert seen == {"rlb1": [number], "hegao_a": [number], "vp_a": [number], "auditor": [number], "cwb1": []}
    assert inbox.search(office, "供热", who("cwb1")).total == 0
    assert inbox.search(office, "供热", who("cwb1")).kinds == {}


def test_a_change_is_found_and_what_it_replaced_is_not(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock, "旧的标题")
    inbox.catch_up(office)
    work.return_to(office, at(office, who, number, "Review").id, who("hegao_a"), to="Draft", opinion="请改题")
    clock.advance(BREATH)
    draft = at(office, who, number, "Draft").id
    work.decide(office, draft, "submit", who("rlb1"), data={"title": "新的题目"})
    clock.advance(BREATH)

    assert inbox.catch_up(office) >= 1
    assert numbers(office, who, "请改题") == [number]
    assert inbox.catch_up(office) == 0


def test_counts_are_those_of_the_list_under_every_filter(office: Engine, who: Login, number: str) -> None:
    found = inbox.search(office, "me 2026", who("auditor"))
    assert (found.total, found.kinds, len(found.rows)) == (4, {"memo": 4}, 4)

    page = inbox.search(office, "me 2026", who("auditor"), limit=2, offset=2)
    assert [r.number for r in page.rows] == [r.number for r in found.rows][2:]
    assert page.total == 4
    assert numbers(office, who, "供热", process="vote") == []
    assert numbers(office, who, "供热", state="ended") == []
    assert numbers(office, who, "供热", state="running") == [number]


def test_a_field_that_some_step_hides_is_no_way_to_learn_it(office: Engine, who: Login, clock: FakeClock) -> None:
    diagram = MEMO["main.bpmn"].replace(b'value="checked:write"', b'value="checked:write, amount:hide"')
    definitions.deploy(office, {**MEMO, "main.bpmn": diagram})
    number = instances.start(office, "memo", {"title": "保密金额", "amount": "777888.00"}, who("rlb1")).number
    inbox.catch_up(office)

    assert numbers(office, who, "保密金额") == [number]
    assert numbers(office, who, "777,888") == []


def test_words_are_found_by_their_index_and_instances_by_their_key(office: Engine, who: Login, number: str) -> None:
    asked: list[tuple[str, Any]] = []
    with office.store.watched(lambda sql, bound, _many: asked.append((sql, bound))):
        assert number in numbers(office, who, "供热管网", "hegao_a")

    found = [(sql, bound) for sql, bound in asked if "instance_words" in sql or "instance_text" in sql]
    assert found
    for sql, bound in found:
        with office.store.reading() as tx:
            text = plan(tx, sql, bound)
        if office.store.dialect == "postgresql":
            assert "ix_instance_text_words" in text, text
            assert "Seq Scan on instance_text" not in text, text
        else:
            assert "VIRTUAL TABLE INDEX" in text, text
            assert "SCAN instance\n" not in f"{text}\n", text
