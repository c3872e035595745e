"""Pages of long work and of incidents, without a browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from engine.errors import BadInput
from engine.jobs import Kind, perform_due, table
from engine.model import Actor
from engine.progress.queue import ask
from engine.runtime import Engine
from engine.store import house
from engine.store.jobs import JobItem, Part
from engine.verbs import inbox, instances, jobs, people
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in
from tests.web.test_notifications import LENDING

At = Callable[[str], FlaskClient]


@pytest.fixture
def at(app: APIFlask) -> At:
    """The browser of a person."""
    return lambda login: sign_in(app.test_client(), login)


def asked(engine: Engine, count: int, login: str = "rlb1") -> int:
    with engine.store.transaction() as tx:
        parts = [Part(f"第 {n} 件", {"n": n}) for n in range(count)]
        return ask(engine, tx, "count", f"清点 {count} 件", parts, people.actor(engine, login), link="/done")


def third_fails(engine: Engine, part: JobItem, actor: Actor | None) -> str:
    if part.facts["n"] == 3:
        raise BadInput("缺少附件。", "no attachment")
    return ""


def test_a_job_says_how_far_it_is_and_asks_again_until_it_has_ended(office: Engine, at: At) -> None:
    job = asked(office, 5)
    client = at("rlb1")

    waiting = client.get(f"/jobs/{job}").text
    assert "排队中" in waiting
    assert f'data-job="/jobs/{job}?again=1"' in waiting
    perform_due(office, table(Kind("count", third_fails)))
    ended = client.get(f"/jobs/{job}").text
    assert "部分完成" in ended
    assert "data-job" not in ended
    assert "缺少附件。" in ended
    assert 'href="/done"' in ended


def test_trying_again_and_stopping(office: Engine, at: At) -> None:
    job = asked(office, 5)
    client = at("rlb1")
    perform_due(office, table(Kind("count", third_fails)))

    again = post(client, f"/jobs/{job}/retry", page=f"/jobs/{job}")
    assert (again.status_code, again.location) == (303, f"/jobs/{job}")
    stopped = post(client, f"/jobs/{job}/cancel", page=f"/jobs/{job}")
    assert stopped.status_code == 303
    page = client.get(f"/jobs/{job}").text
    assert "已取消" in page
    assert "已完成的 4 件保留" in page
    assert post(client, f"/jobs/{job}/cancel", page="/settings").status_code == 409


def test_jobs_of_others_are_not_there_and_administrators_see_all(office: Engine, at: At) -> None:
    job = asked(office, 2)

    assert at("cwb1").get(f"/jobs/{job}").status_code == 404
    assert at("admin").get(f"/jobs/{job}").status_code == 200
    assert "清点 2 件" in at("admin").get("/jobs?all=1").text
    assert "清点 2 件" not in at("cwb1").get("/jobs?all=1").text
    assert "清点 2 件" in at("rlb1").get("/jobs").text


def test_more_than_fifty_approvals_at_once_become_a_job(office: Engine, at: At, clock: FakeClock) -> None:
    for n in range(51):
        instances.start(office, "archive_lending", {**LENDING, "title": f"合同{n}"}, people.actor(office, "cwb1"))
    clock.advance(timedelta(seconds=30))
    client, head = at("cwb_head"), people.actor(office, "cwb_head")
    items = [row.id for row in inbox.page(office, head, limit=100).rows]

    sent = post(client, "/inbox/bulk/go", page="/inbox", do="approve", item=items)
    job = int(sent.location.rpartition("/")[2])
    assert jobs.get(office, job, head).total == 51
    while perform_due(office):
        pass

    done = jobs.get(office, job, head)
    assert (done.state_label, done.done, done.failures) == ("完成", 51, ())
    assert inbox.page(office, head).total == 0


@pytest.fixture
def incident(office: Engine) -> int:
    with office.store.transaction() as tx:
        return house.open_incident(tx, kind="stuck", message="流程走不下去", at=office.now(), facts={"element": "X"})


def test_an_incident_is_closed_with_words_by_administrators_only(office: Engine, at: At, incident: int) -> None:
    admin = at("admin")
    assert "流程走不下去" in admin.get("/incidents").text
    assert at("rlb1").get("/incidents").status_code == 403

    empty = post(admin, f"/incidents/{incident}/resolve", page="/incidents", how=" ")
    assert empty.status_code == 422
    assert "请写明处理情况" in empty.text
    assert post(admin, f"/incidents/{incident}/retry", page="/incidents").status_code == 422
    done = post(admin, f"/incidents/{incident}/resolve", page="/incidents", how="已补发布流程")
    assert done.status_code == 303
    assert "没有待处理的异常" in admin.get("/incidents").text
    assert "已补发布流程" in admin.get("/incidents?resolved=1").text
