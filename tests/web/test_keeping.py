"""What is done to an instance from its own page: by keepers, by two people, by those with a part in it."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import inbox, instances, people, work
from tests.support.clock import FakeClock
from tests.web.cases import HEAD, document, item_of
from tests.web.pages import Person

OTHER = "cwb_head"


@pytest.fixture
def number(office: Engine, clock: FakeClock) -> str:
    """A document on the desk of the drafter's head."""
    return document(office, clock)


def done(person: Person, number: str, act: str, status: int = 303, **fields: str) -> str:
    """Fill in the dialog of an act and send it."""
    form = f"/d/{number}/act/{act}" + (f"?item={fields['item']}" if "item" in fields else "")
    answer = person.send(form.partition("?")[0], {**person.hidden(form, "_key"), **fields}, page=form)
    assert answer.status_code == status, answer.text
    return answer.text


def state(office: Engine, number: str) -> str:
    return instances.get(office, number, people.actor(office, "auditor")).state


def steps(office: Engine, number: str) -> list[str]:
    found = instances.get(office, number, people.actor(office, "auditor")).items
    return [i.element for i in found if i.state == "open" and i.kind == "decide"]


def test_an_administrator_suspends_resumes_ends_and_takes_it_up_again(
    app: APIFlask, office: Engine, number: str
) -> None:
    admin = Person(app.test_client(), "admin")

    done(admin, number, "suspend", _opinion="等上级批复。")
    assert state(office, number) == "suspended"
    done(admin, number, "resume")
    refused = done(admin, number, "terminate", 422, _opinion="不办了。", _number="X")
    assert f"请输入编号 {number}" in refused
    done(admin, number, "terminate", _opinion="不办了。", _number=number)
    assert state(office, number) == "terminated"
    done(admin, number, "reopen", _opinion="还是要办。")

    assert state(office, number) == "running"
    assert steps(office, number) == ["FW20"]


def test_the_menu_of_keepers_is_theirs_alone(app: APIFlask, office: Engine, number: str) -> None:
    assert f"/d/{number}/act/terminate" in Person(app.test_client(), "admin").open(f"/d/{number}").text
    head = Person(app.test_client(), HEAD)
    assert "/act/" not in head.open(f"/d/{number}").text

    done(head, number, "suspend", 422, _opinion="试试。")
    assert state(office, number) == "running"


def test_a_move_waits_on_the_page_for_the_second_person(app: APIFlask, office: Engine, number: str) -> None:
    admin, second = Person(app.test_client(), "admin"), Person(app.test_client(), "ducha_a")
    done(admin, number, "move", _opinion="直接核稿。", _place="FW40")
    assert "撤回申请" in admin.open(f"/d/{number}").text
    page = second.open(f"/d/{number}").text
    assert "部门审核 结束，进入 办公室核稿" in page

    path = page.partition(f'action="/d/{number}/move/')[2].partition('"')[0]
    second.send(f"/d/{number}/move/{path}", {"_agree": "yes"}, page=f"/d/{number}")

    assert steps(office, number) == ["FW40"]
    assert "部门审核 → 办公室核稿" in admin.open(f"/d/{number}/history").text


def test_somebody_follows_and_finds_it_in_their_list(app: APIFlask, number: str) -> None:
    ducha = Person(app.test_client(), "ducha_a")

    ducha.send(f"/d/{number}/follow", {"on": "1"}, page=f"/d/{number}")
    assert number in ducha.open("/following").text
    assert "取消关注" in ducha.open(f"/d/{number}").text

    ducha.send(f"/d/{number}/follow", {"on": "0"}, page=f"/d/{number}")
    assert number not in ducha.open("/following").text


def test_an_added_signer_is_removed_from_the_page(app: APIFlask, office: Engine, number: str) -> None:
    actor = people.actor(office, HEAD)
    work.add(office, item_of(office, number, HEAD), [OTHER], actor)
    head = Person(app.test_client(), HEAD)
    item = item_of(office, number, OTHER)
    assert f"/act/remove?item={item}" in head.open(f"/d/{number}").text

    done(head, number, "remove", item=str(item), _opinion="已当面沟通。")

    assert steps(office, number) == ["FW20"]


def test_after_deciding_one_still_shows_it_to_others_and_sees_who_has_read(
    app: APIFlask, office: Engine, number: str
) -> None:
    head = Person(app.test_client(), HEAD)
    item = item_of(office, number, HEAD)
    work.decide(office, item, "approve", people.actor(office, HEAD))
    form = f"/t/{number}/ask/circulate?item={item}"
    assert f"/t/{number}/ask/circulate" in head.open(f"/d/{number}").text

    head.send(form, {"_to": OTHER, "_opinion": "供参考。", **head.hidden(form, "_item", "_key")}, page=form)
    assert "0/1 已阅" in head.open(f"/d/{number}").text
    reader = people.actor(office, OTHER)
    read = next(i for i in instances.get(office, number, reader).items if i.kind == "read")
    work.mark_read(office, read.id, reader, opinion="已阅。")

    page = head.open(f"/d/{number}").text
    assert "1/1 已阅" in page
    assert "已阅。" in page


def test_word_of_mouth_is_recorded_on_the_page_and_signed_on_the_task(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    number = document(office, clock, urgency="特急", urgency_reason="供热在即")
    watcher = people.actor(office, "auditor")
    for _ in range(8):
        if "FW70" in steps(office, number):
            break
        open_ = next(i for i in instances.get(office, number, watcher).items if i.state == "open")
        who = people.actor_by_id(office, open_.performer_id or 0)
        assert who is not None
        given = dict.fromkeys(("g_route", "g_policy", "g_legal", "g_format", "g_text"), "通过")
        first = work.view(office, open_.id, who).outcomes[0].code
        work.decide(office, open_.id, first, who, opinion="同意。", data=given if open_.element == "FW40" else {})
        clock.advance(timedelta(minutes=2))
    leader = people.actor_by_id(
        office, next(i.performer_id for i in instances.get(office, number, watcher).items if i.state == "open") or 0
    )
    assert leader is not None
    drafter = Person(app.test_client(), "rlb1")
    item = str(item_of(office, number, leader.login))
    assert "登记口头请示" in drafter.open(f"/d/{number}").text
    local = (clock() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    done(drafter, number, "oral", item=item, _at=local, _to="cwb1", _opinion="电话同意。")
    assert steps(office, number) == ["FW80"]
    signer = Person(app.test_client(), leader.login)
    row = next(r for r in inbox.page(office, leader).rows if r.number == number)
    address = f"/t/{number}?item={row.id}"
    assert "您已口头同意" in signer.open(address).text
    fields = {**signer.hidden(address, "_item", "_key"), "_outcome": "sign", "_opinion": "确认。"}
    assert signer.send(f"/t/{number}/decide", fields, page=address).status_code == 303

    record = instances.get(office, number, watcher).history
    assert [e.verb for e in record][:2] == ["sign", "oral"]


def test_an_unknown_act_is_not_found(app: APIFlask, number: str) -> None:
    assert Person(app.test_client(), "admin").open(f"/d/{number}/act/nonsense").status_code == 404
