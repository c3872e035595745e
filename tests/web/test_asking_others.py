"""征求意见, 加签, 委派, 转办 and 传阅 through their dialogs, and the parts others get by them."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import inbox, instances, people
from tests.support.clock import FakeClock
from tests.web.cases import HEAD, document, item_of, seal_use
from tests.web.pages import Person

OTHER = "cwb_head"


@pytest.fixture
def number(office: Engine, clock: FakeClock) -> str:
    """A document whose reviewer may ask others in every way."""
    return document(office, clock)


def ask(app: APIFlask, number: str, way: str, **fields: str) -> Person:
    """The head asks somebody else."""
    head = Person(app.test_client(), HEAD)
    form = f"/t/{number}/ask/{way}"
    answer = head.send(form, {"_to": OTHER, **head.hidden(form, "_item", "_key"), **fields}, page=form)
    assert answer.status_code == 303, answer.text
    return head


def open_part(office: Engine, clock: FakeClock, login: str, box: str = "todo") -> str:
    """Address of what somebody has been asked for, after the undo window."""
    clock.advance(timedelta(seconds=office.settings.undo_seconds + 1))
    rows = inbox.page(office, people.actor(office, login), box=box).rows
    return f"/t/{rows[0].number}?item={rows[0].id}"


def record(office: Engine, number: str) -> list[tuple[str, str]]:
    """Who did what, newest first."""
    return [(e.actor, e.verb) for e in instances.get(office, number, people.actor(office, "auditor")).history]


def test_the_page_offers_what_the_step_offers(app: APIFlask, number: str) -> None:
    page = Person(app.test_client(), HEAD).open(f"/t/{number}").text

    for title in ("征求意见", "加签", "委派", "转办", "传阅"):
        assert f"{title}</a>" in page


def test_a_question_leaves_the_item_mine_and_its_answer_stands_in_the_record(
    app: APIFlask, office: Engine, clock: FakeClock, number: str
) -> None:
    head = ask(app, number, "consult", _opinion="预算是否已落实？")
    asked = Person(app.test_client(), OTHER)
    address = open_part(office, clock, OTHER)
    page = asked.open(address).text
    assert "预算是否已落实？" in page
    assert "答复</button>" in page or "答复 <span" in page

    path = address.partition("?")[0]
    asked.send(
        f"{path}/decide",
        {**asked.hidden(address, "_item", "_key"), "_outcome": "answer", "_opinion": "已列入预算。"},
        page=address,
    )

    answered = head.open(f"/t/{number}").text
    assert "已列入预算。" in answered
    assert "预算是否已落实？" in answered


def test_a_question_without_words_is_asked_again(app: APIFlask, number: str) -> None:
    head = Person(app.test_client(), HEAD)
    form = f"/t/{number}/ask/consult"

    answer = head.send(form, {"_to": OTHER, **head.hidden(form, "_item", "_key")}, page=form)

    assert answer.status_code == 422
    assert "请写明要征求什么意见" in answer.text


def test_nobody_chosen_is_said_at_the_field(app: APIFlask, number: str) -> None:
    head = Person(app.test_client(), HEAD)
    form = f"/t/{number}/ask/add"

    answer = head.send(form, head.hidden(form, "_item", "_key"), page=form)

    assert answer.status_code == 422
    assert "请选择人员。" in answer.text


def test_an_added_signer_decides_beside_me(app: APIFlask, office: Engine, clock: FakeClock, number: str) -> None:
    ask(app, number, "add", _where="beside")

    assert item_of(office, number, OTHER)
    assert item_of(office, number, HEAD)


def test_a_delegated_part_is_handed_back(app: APIFlask, office: Engine, clock: FakeClock, number: str) -> None:
    ask(app, number, "delegate", _opinion="请先核对名单。")
    other = Person(app.test_client(), OTHER)
    address = open_part(office, clock, OTHER)
    assert "交回" in other.open(address).text

    fields = {**other.hidden(address, "_item", "_key"), "_outcome": "hand_back", "_opinion": "名单已核。"}
    other.send(f"{address.partition('?')[0]}/decide", fields, page=address)

    assert item_of(office, number, HEAD)
    assert "名单已核。" in Person(app.test_client(), HEAD).open(f"/t/{number}").text


def test_what_is_circulated_waits_in_its_own_box_until_it_is_read(
    app: APIFlask, office: Engine, clock: FakeClock, number: str
) -> None:
    ask(app, number, "circulate", _opinion="请阅知。")
    reader = Person(app.test_client(), OTHER)
    open_part(office, clock, OTHER, "cc")
    box = reader.open("/cc").text
    assert "关于印发" in box
    assert 'data-count="cc">1' in box
    item = inbox.page(office, people.actor(office, OTHER), box="cc").rows[0].id

    reader.send("/inbox/bulk", {"do": "read", "item": str(item)}, page="/cc")

    assert inbox.counts(office, people.actor(office, OTHER))["cc"] == 0


def test_a_transferred_item_is_somebody_elses(app: APIFlask, office: Engine, number: str) -> None:
    ask(app, number, "transfer", _opinion="请财务部办理。")

    assert item_of(office, number, OTHER)
    assert (people.actor(office, HEAD).name, "transfer") in record(office, number)


def test_a_way_the_step_does_not_offer_is_refused(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    plain = seal_use(office, clock)
    head = Person(app.test_client(), HEAD)
    form = f"/t/{plain}/ask/circulate"

    answer = head.send(form, {"_to": OTHER, "_opinion": "？", **head.hidden(form, "_item", "_key")}, page=form)

    assert answer.status_code == 422
    assert "这一步不能传阅" in answer.text
    assert head.open(f"/t/{plain}/ask/nonsense").status_code == 404


def test_readers_who_have_not_read_are_urged_from_the_overview_once(
    app: APIFlask, office: Engine, clock: FakeClock, number: str
) -> None:
    head = ask(app, number, "circulate", _opinion="请阅知。")
    page = f"/d/{number}"
    assert "0/1 已阅" in head.open(page).text

    answer = head.send(f"{page}/urge-readers", {}, page=page)
    head.send(f"{page}/urge-readers", {}, page=page)

    assert answer.status_code == 303
    assert [verb for _who, verb in record(office, number)].count("urge_read") == 1
    text = head.open(page).text
    assert "今天已催阅过" in text
    assert "今日已催 09:00" in text
