"""Errors as people and as programs see them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from engine import errors, open_engine
from engine.demo import PASSWORD
from engine.settings import Settings
from forms import FieldProblem
from tests.support.clock import FakeClock
from web import create_app
from web.auth import public
from web.errors import refusal


def raising(app: APIFlask, error: Exception) -> FlaskClient:
    """A client of an application with one more page, which fails."""

    @app.get("/fails")
    @app.get("/api/v1/fails")
    @public
    def fails() -> str:
        raise error

    return app.test_client()


STATUS = (
    (errors.BadInput("这里有误。", hint="请改正。"), 422),
    (errors.FormProblems([FieldProblem("title", "标题", "form.required", "必填", "is required")]), 422),
    (errors.InvalidProcess([errors.Problem("bpmn.flow", "f1", 3, "连线悬空", "dangling")]), 422),
    (errors.InvalidPackage("包里少文件。"), 422),
    (errors.InvalidLimit("时限不对。"), 422),
    (errors.ExpressionError("表达式不对。"), 422),
    (errors.NotFound("没有找到 FW-2026-0001。"), 404),
    (errors.NotAllowed("您不能办理这件。"), 403),
    (errors.NotAllowed("用户名或密码不正确。", code="auth.failed"), 401),
    (errors.TooSoon(12), 429),
    (errors.AlreadyHandled("赵琳", None, "10:31"), 409),
    (errors.HandedOn("赵琳", "高翔", datetime(2026, 3, 9, 2, 20, tzinfo=UTC), "10:20"), 409),
    (errors.NotOffered("这个环节已经结束。"), 409),
    (errors.ReusedKey("编号用过了。"), 422),
    (errors.Outdated(7), 412),
    (errors.Superseded(7), 412),
    (errors.TooLarge("附件太大。"), 413),
    (errors.Unreachable("目录服务器没有应答。"), 503),
    (errors.BadRows("节假日表", [errors.RowFault(3, "日期", "明天", "不是日期")]), 422),
    (errors.NobodyFound("财务部负责人目前无人任职。"), 409),
    (errors.Incident("流程无法继续。"), 500),
    (errors.StepBudgetExceeded("流程没有停下来。"), 500),
    (errors.Altered("FW-2026-0001 "), 500),
)


@pytest.mark.parametrize(("error", "status"), STATUS, ids=lambda v: type(v).__name__)
def test_every_error_of_the_engine_has_its_status_and_its_words(
    app: APIFlask, error: errors.SanbanError, status: int
) -> None:
    client = raising(app, error)

    page, told = client.get("/fails"), client.get("/api/v1/fails")

    assert (page.status_code, told.status_code) == (status, status)
    assert error.message_zh in page.text
    body = told.get_json()
    assert (body["code"], body["message_zh"], body["hint"]) == (error.reason, error.message_zh, error.hint)
    assert body["request_id"] == told.headers["X-Request-Id"]


def test_every_error_of_the_engine_is_listed_above() -> None:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        own: list[type[Exception]] = [k for k in kind.__subclasses__() if k.__module__ == errors.__name__]
        return {kind, *(found for each in own for found in below(each))}

    covered = {type(error) for error, _ in STATUS}

    assert below(errors.SanbanError) - covered <= {errors.SanbanError, errors.Conflict}


def test_somebody_who_was_faster_is_named_for_programs_too() -> None:
    told = refusal(errors.AlreadyHandled("赵琳", FakeClock()(), "10:31"))

    assert told.facts == {"by": "赵琳", "at": "2026-03-09T01:00:00+00:00"}


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
def test_each_http_error_says_what_happened_and_what_to_do(app: APIFlask, status: int) -> None:
    from werkzeug.exceptions import default_exceptions

    client = raising(app, default_exceptions[status]())

    answer = client.get("/fails")

    assert answer.status_code == status
    assert "E-20260309-" in answer.text
    assert 'href="/"' in answer.text
    assert "Traceback" not in answer.text


def test_a_crash_shows_a_number_and_no_trace(app: APIFlask) -> None:
    client = raising(app, ZeroDivisionError("SELECT secret FROM person"))

    page, told = client.get("/fails"), client.get("/api/v1/fails")

    assert (page.status_code, told.status_code) == (500, 500)
    for answer in (page, told):
        assert "secret" not in answer.text
        assert "ZeroDivisionError" not in answer.text
    assert told.get_json()["code"] == "http.internal_server_error"


def test_a_script_of_a_page_gets_a_message_and_no_page(app: APIFlask) -> None:
    client = raising(app, errors.Conflict("今天已催办过（09:12）。"))

    answer = client.get("/fails", headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert answer.headers["HX-Reswap"] == "none"
    assert 'id="toast"' in answer.text
    assert "今天已催办过（09:12）。" in answer.text
    assert "<html" not in answer.text


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing/here")

    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_a_form_from_an_expired_page_is_explained(client: FlaskClient) -> None:
    answer = client.post("/login", data={"login": "cwb1", "password": PASSWORD})

    assert answer.status_code == 403
    assert "安全验证已过期" in answer.text


def test_without_the_database_a_page_says_so(tmp_path: Path, clock: FakeClock) -> None:
    engine = open_engine("sqlite:////nowhere/at/all/sanban.db", now=clock, settings=Settings(home=tmp_path))
    client = create_app(engine).test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": "1", "_fresh": True, "sid": "x" * 43, "epoch": 0})

    answer = client.get("/inbox")

    assert answer.status_code == 503
    assert "系统正在忙碌或升级" in answer.text


def test_what_a_request_says_is_shown_as_text(app: APIFlask) -> None:
    client = raising(app, errors.NotFound("没有 <script>alert(1)</script>。"))

    answer = client.get("/fails", headers={"Referer": 'http://localhost/inbox"><script>'})

    assert "<script>alert" not in answer.text
    assert '"><script>' not in answer.text
