"""The start page and the first form without a browser: copies, drafts, refusals."""

from apiflask import APIFlask
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import inbox, people, work
from tests.support.clock import FakeClock
from tests.web.cases import DRAFTER, HEAD, document
from tests.web.pages import Person


def test_the_start_page_offers_what_this_person_may_start(client: FlaskClient) -> None:
    page = Person(client, DRAFTER).open("/start").text

    assert "/start/document_issue" in page
    assert "/start/seal_use" in page


def test_search_without_a_script_narrows_the_page(client: FlaskClient) -> None:
    page = Person(client, DRAFTER).open("/start?q=yysp").text

    assert 'class="card-x process-card" href="/start/seal_use"' in page
    assert 'class="card-x process-card" href="/start/document_issue"' not in page


def test_a_process_one_may_not_start_is_refused_and_an_unknown_one_not_found(client: FlaskClient) -> None:
    person = Person(client, DRAFTER)

    assert person.open("/start/supervision").status_code == 403
    assert person.open("/start/nothing").status_code == 404


def test_a_copy_takes_what_was_entered_and_nothing_of_the_engine(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    number = document(office, clock)

    page = Person(app.test_client(), DRAFTER).open(f"/start/document_issue?copy={number}").text

    assert "关于印发《冬季安全生产专项检查方案》的通知" in page
    assert '<option value="ca" selected>' in page


def test_a_draft_is_found_in_its_box_and_gone_after_submitting(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    person = Person(app.test_client(), DRAFTER)
    page = "/start/document_issue"
    answer = person.send(
        f"{page}/draft", {"title": "关于体检的通知"}, page=page, headers={"Accept": "application/json"}
    )
    assert answer.get_json() == {"saved": "09:00"}
    assert "关于体检的通知" in person.open("/drafts").text
    assert "已恢复您 今天 09:00 保存的草稿" in person.open(page).text

    person.send(f"{page}/draft/drop", {}, page=page)

    assert inbox.counts(office, people.actor(office, DRAFTER))["drafts"] == 0


def test_a_draft_of_a_work_item_leads_back_to_it(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    head = Person(app.test_client(), HEAD)
    head.send(f"/t/{number}/draft", {"_opinion": "请补充依据。"}, page=f"/t/{number}")
    item = work.mine(office, number, people.actor(office, HEAD))

    assert f'href="/drafts/{item}"' in head.open("/drafts").text
    assert head.open(f"/drafts/{item}").location == f"/t/{number}?item={item}"
    assert "请补充依据。</textarea>" in head.open(f"/t/{number}").text


def test_an_exact_number_in_the_search_opens_the_instance(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    head = Person(app.test_client(), HEAD)

    inbox.catch_up(office)

    assert head.open(f"/search?q={number.lower()}").location == f"/d/{number}"
    assert "冬季安全生产" in head.open("/search?q=冬季").text
    assert "没有找到" in head.open("/search?q=没有这样的").text


def test_whoever_has_no_part_in_it_learns_nothing(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    stranger = Person(app.test_client(), "cwb1")

    for path in (f"/d/{number}", f"/d/{number}/diagram.json", f"/d/{number}/print", f"/t/{number}"):
        answer = stranger.open(path)
        assert answer.status_code == 404, path
        assert "冬季" not in answer.text
    assert "没有找到" in stranger.open("/search?q=专项检查").text
