"""``/reading``: the pages of a lent file as marked pictures, for the borrower, while the lending is open."""

from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import instances, people
from tests.support.clock import FakeClock
from tests.support.lendings import agree, asked, ended, opened
from tests.web.browsing import sign_in

BORROWER = "rlb2"


def test_the_borrower_finds_the_way_from_the_case_and_reads_pictures_that_nobody_keeps(
    client: FlaskClient, office: Engine, clock: FakeClock
) -> None:
    number = opened(office, clock, BORROWER)
    sign_in(client, BORROWER)

    for path in (f"/d/{number}", f"/t/{number}"):
        assert f'href="/reading/{number}"' in client.get(path).text
    index, shown = client.get(f"/reading/{number}").text, client.get(f"/reading/{number}/2").text
    picture = client.get(f"/reading/{number}/2/1")

    assert "数据.csv（不能在线显示，请室内查阅）" in index
    assert "<img" not in index
    assert shown.count("<img") == 2
    assert f'src="/reading/{number}/2/1" width="595" height="842" alt="报告.pdf 第 1 页"' in shown
    me = people.actor(office, BORROWER)
    assert f"在线阅览件不得打印。{me.name}" in shown
    assert "download" not in shown
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert picture.headers["Cache-Control"] == "no-store, private"
    assert "Content-Disposition" not in picture.headers
    record = [(e.label, e.opinion) for e in instances.get(office, number, me).history if e.verb == "online"]
    assert record == [("在线阅览", "报告.pdf")]


def test_what_cannot_be_shown_is_said_in_words(client: FlaskClient, office: Engine, clock: FakeClock) -> None:
    ended(office, clock)
    number = asked(office, BORROWER)
    sign_in(client, BORROWER)

    early = client.get(f"/reading/{number}/2/1")
    assert (early.status_code, "借阅还没有批准开通" in early.text) == (409, True)
    assert "借阅还没有批准开通" in client.get(f"/d/{number}").text
    agree(office, number, "rlb_head", "dangan_a")
    assert client.get(f"/reading/{number}/9").status_code == 404
    assert client.get(f"/reading/{number}/2/3").status_code == 404
    kind = client.get(f"/reading/{number}/4")
    assert (kind.status_code, "不能在线逐页显示" in kind.text) == (422, True)
    other = sign_in(client.application.test_client(), "rlb_head").get(f"/reading/{number}/2/1")
    assert (other.status_code, "只对借阅人本人开通" in other.text) == (403, True)
    assert sign_in(client.application.test_client(), "cwb1").get(f"/reading/{number}").status_code == 404

    clock.set("2026-03-21T00:00:00+08:00")
    late = sign_in(client.application.test_client(), BORROWER).get(f"/reading/{number}/2/1")
    assert (late.status_code, "在线阅览已于 2026-03-20 23:59 到期关闭" in late.text) == (409, True)


def test_a_borrower_whose_account_is_closed_reads_no_further_page(
    client: FlaskClient, office: Engine, clock: FakeClock
) -> None:
    number = opened(office, clock, BORROWER)
    sign_in(client, BORROWER)
    assert client.get(f"/reading/{number}/2/1").status_code == 200

    people.deactivate(office, BORROWER, people.actor(office, "admin"), to="rlb1")

    assert client.get(f"/reading/{number}/2/1").status_code in (302, 303, 401)
