"""Pages for users, organisation, leaves and hand-overs: shown before they count, and for administrators only."""

import re

from apiflask import APIFlask
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import inbox, instances, people
from tests.support.clock import FakeClock, shanghai
from tests.web.cases import HEAD, document
from tests.web.pages import Person

TIMES = {"since": "2026-03-09T09:00", "until": "2026-03-13T17:30"}


def holder(office: Engine, number: str) -> str:
    items = instances.get(office, number, people.actor(office, "auditor")).items
    return next(i.performer for i in items if i.state == "open")


def test_only_administrators_see_the_pages(app: APIFlask) -> None:
    for path in ("/admin/users", "/admin/org", "/admin/substitution", "/admin/handovers"):
        assert Person(app.test_client(), HEAD).open(path).status_code == 403
        assert Person(app.test_client(), "admin").open(path).status_code == 200
    assert "/admin/users" not in Person(app.test_client(), HEAD).open("/inbox").text


def test_a_leave_shows_what_it_moves_before_it_counts(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    person = Person(app.test_client(), HEAD)
    fields = {**TIMES, "reason": "出差", "by": "rlb_liaison"}

    shown = person.send("/settings/leaves/preview", fields, page="/settings/substitution").text
    assert number in shown
    assert people.leaves(office, people.actor(office, HEAD)) == ()

    answer = person.send("/settings/leaves", fields, page="/settings/substitution")
    assert answer.status_code == 303
    listed = person.open(answer.location).text
    assert number in listed
    assert holder(office, number) in listed
    assert holder(office, number) != "周建业"
    assert "您的工作由" in person.open("/inbox").text

    person.send(f"{answer.location}/end", {}, page="/settings/substitution")
    assert holder(office, number) == "周建业"


def test_a_refused_form_says_why_and_keeps_what_was_entered(app: APIFlask, office: Engine) -> None:
    people.substitute(office, "hegao_a", "dangan_a", None, since=office.now(), until=shanghai("2026-03-13 17:30"))
    person = Person(app.test_client(), "dangan_a")

    answer = person.send(
        "/settings/substitution", {**TIMES, "by": "hegao_a", "reason": "学习"}, page="/settings/substitution"
    )

    assert answer.status_code == 422
    assert "不能互相代理" in answer.text
    assert 'value="学习"' in answer.text
    bad = person.send("/settings/leaves/preview", {"since": "soon", "until": ""}, page="/settings/substitution")
    assert (bad.status_code, "请填写开始时间" in bad.text) == (422, True)


def test_a_user_with_open_work_is_let_go_only_with_a_receiver(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    numbers = [document(office, clock, title=f"关于第{n}件的通知") for n in range(3)]
    admin = Person(app.test_client(), "admin")
    page = admin.open(f"/admin/users/{HEAD}/leave").text
    assert all(number in page for number in numbers)

    refused = admin.send(f"/admin/users/{HEAD}/deactivate", {"to": ""}, page="/admin/users")
    assert (refused.status_code, "请先选择接收人" in refused.text) == (422, True)

    done = admin.send(f"/admin/users/{HEAD}/deactivate", {"to": "cwb_head"}, page="/admin/users")
    slip = admin.open(done.location).text
    assert all(number in slip for number in numbers)
    assert inbox.page(office, people.actor(office, "cwb_head")).total == 3
    assert "已停用" in admin.open(f"/admin/users?q={HEAD}").text
    admin.send(f"/admin/users/{HEAD}/activate", {}, page="/admin/users")
    assert people.actor(office, HEAD).login == HEAD


def test_a_rotation_is_shown_recorded_and_taken_back(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    admin = Person(app.test_client(), "admin")
    fields = {"login": HEAD, "to": "rlb_liaison", "post": "rlb.head", "on": "2026-03-10", "goods": "钥匙 1 把"}

    shown = admin.send("/admin/handovers/preview", fields, page="/admin/handovers").text
    assert number in shown
    assert people.handovers(office, people.actor(office, "admin")) == ()

    made = admin.send("/admin/handovers", fields, page="/admin/handovers")
    assert "待生效" in admin.open(made.location).text
    admin.send(f"{made.location}/cancel", {}, page="/admin/handovers")
    assert "已取消" in admin.open(made.location).text


def test_a_reason_that_the_form_proposes_in_english_stands_in_the_papers_in_chinese(
    app: APIFlask, office: Engine
) -> None:
    admin = Person(app.test_client(), "admin")
    admin.send("/settings/language", {"language": "en"})
    proposed = re.search(r'name="reason" value="(\w+)"', admin.open("/admin/handovers").text)
    assert proposed
    fields = {"login": HEAD, "to": "rlb_liaison", "post": "rlb.head", "on": "2026-03-10"}

    for reason in (proposed[1], "restructuring"):
        admin.send("/admin/handovers", {**fields, "reason": reason}, page="/admin/handovers")
        slip = people.handovers(office, people.actor(office, "admin"))[0]
        admin.send(f"/admin/handovers/{slip.id}/cancel", {}, page="/admin/handovers")
        assert slip.reason == {"Rotation": "轮岗"}.get(reason, reason)


def test_the_organisation_grows_on_its_page(client: FlaskClient, office: Engine) -> None:
    admin = Person(client, "admin")
    for path, fields in (
        ("/admin/org/units", {"code": "zjb", "name": "质检部", "parent": "group", "kind": "department"}),
        ("/admin/org/posts", {"unit": "zjb", "code": "head", "title": "质检部部长"}),
        ("/admin/users", {"login": "zhang.san", "name": "张三", "password": "secret-2026", "roles": "clerk"}),
        ("/admin/org/appointments", {"person": "zhang.san", "post": "zjb.head", "role": "A", "main": "1"}),
        ("/admin/org/charges", {"person": "vp_a", "unit": "zjb"}),
    ):
        assert admin.send(path, fields, page="/admin/org").status_code == 303, path

    page = admin.open("/admin/org").text
    assert re.search("质检部部长</b>\\s*张三", page)
    assert people.actor(office, "zhang.san").title == "质检部部长"
    twice = admin.send("/admin/org/units", {"code": "zjb", "name": "再来"}, page="/admin/org")
    assert (twice.status_code, "已经存在" in twice.text) == (422, True)
