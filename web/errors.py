"""Errors of the engine and of HTTP translated for people and programs: a page without scripts or database, or JSON."""

import secrets
from dataclasses import dataclass, field, replace
from http.client import responses
from typing import Any

import structlog
from flask import Flask, Response, before_render_template, current_app, g, jsonify, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from engine import errors
from engine.model import Json
from engine.store.pulse import LOST, is_full
from forms import FieldProblem
from web.admission import Full
from web.statuses import TEXTS
from web.words import local

log = structlog.get_logger(__name__)

# the first that fits; what is not here is 422: understood, and refused
STATUS: tuple[tuple[type[errors.SanbanError], int], ...] = (
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (errors.TooSoon, 429),
    (errors.TooLarge, 413),
    (errors.Unreachable, 503),
    (errors.Conflict, 409),
    (errors.NobodyFound, 409),
    (errors.Incident, 500),
    (errors.Altered, 500),
)
BY_REASON = {
    "auth.failed": 401,
    "auth.code": 401,
    "auth.code_needed": 401,
    "auth.token": 401,
    "auth.token_in_address": 400,
    "file.too_big": 413,
    "package.too_big": 413,
    "json.type": 415,
    "idem.missing": 400,
    "request.query": 400,
    "idem.mismatch": 422,
    "instance.changed": 412,
    "object.changed": 412,
}
WATCHED = (401, 403, 429)  # who knocks at doors that are not theirs
INPUT = (400, 413, 415, 422)  # what somebody sent was not what it should be
SOON = 2  # seconds after which a busy house is worth another try
LOGGED = 200  # characters of an address in the log


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as it is told: ``facts`` are for programs only."""

    status: int
    code: str
    message_zh: str
    message_en: str
    hint: str
    facts: dict[str, Json] = field(default_factory=dict)


def install(app: Flask) -> None:
    """Answer every error of the engine, of HTTP, and of ours."""
    app.before_request(_numbered)
    app.after_request(_with_number)
    app.after_request(_input_refused)
    before_render_template.connect(_told_by_a_page, app)
    app.register_error_handler(errors.SanbanError, lambda error: answer(refusal(error), error))
    app.register_error_handler(HTTPException, lambda error: answer(of_http(error), error))
    for lost in (*LOST, OSError):
        app.register_error_handler(lost, lambda error: answer(_plain(_status_of(error)), error))


def refusal(error: errors.SanbanError) -> Refusal:
    """What an error of the engine means to whoever asked."""
    status = next((s for kind, s in STATUS if isinstance(error, kind)), 422)
    status = BY_REASON.get(error.reason, status)
    return Refusal(status, error.reason, error.message_zh, error.message_en, error.hint, _facts(error))


def of_http(error: HTTPException) -> Refusal:
    """What an HTTP error means; an unexpected exception arrives here as 500."""
    original = getattr(error, "original_exception", None)
    if original is not None:
        return _plain(_status_of(original))
    if isinstance(error, CSRFError):
        return Refusal(
            status=403,
            code="http.csrf",
            message_zh="页面停留太久，安全验证已过期，这次操作没有生效。",
            message_en="The page has expired; nothing was done.",
            hint="请返回上一页，刷新后再提交一次。",
        )
    return _plain(error.code or 500)


def _status_of(error: Exception) -> int:
    if is_full(error):
        return 507
    return 503 if isinstance(error, LOST) else 500


def of_status(status: int) -> Refusal:
    """The catalogue's words for an HTTP status."""
    return _plain(status)


def with_facts(refused: Refusal, **facts: Json) -> Refusal:
    """The same refusal, telling programs more."""
    return replace(refused, facts={**refused.facts, **facts})


def answer(refused: Refusal, error: Exception) -> Response:
    """JSON for programs, a message for scripts of our pages, a page for people."""
    if not isinstance(error, Full):  # a line to each of thousands would be one more thing to do
        _write_down(refused, error)
    g.refused = refused.code
    if _for_programs():
        body = jsonify(as_json(refused))
    elif request.headers.get("HX-Request") == "true":
        body = Response(_render("errors/message.html", refused), mimetype="text/html")
        body.headers["HX-Reswap"] = "none"  # only the message at the foot of the page, never the place of the list
    else:
        body = Response(_render("errors/page.html", refused), mimetype="text/html")
    body.status_code = refused.status
    wait = refused.facts.get("retry_after", SOON if refused.status == 503 else None)
    if wait is not None:
        body.headers["Retry-After"] = str(wait)
    return body


def _write_down(refused: Refusal, error: Exception) -> None:
    if refused.status >= 500:
        cause = _cause(error)
        log.error("request failed", number=number(), method=request.method, path=request.path[:LOGGED], exc_info=cause)
    elif refused.status in WATCHED:
        log.warning("refused", number=number(), method=request.method, path=request.path[:LOGGED], code=refused.code,
                    status=refused.status, person=g.get("who"), address=request.remote_addr)  # fmt: skip


def as_json(refused: Refusal) -> dict[str, Json]:
    """The one shape of errors of the HTTP API."""
    told = {"code": refused.code, "message_zh": refused.message_zh, "message_en": refused.message_en}
    return {**told, "hint": refused.hint, "request_id": number(), **refused.facts}


def number() -> str:
    """The number of this request, for the log and for the person on the telephone."""
    if "request_id" not in g:
        _numbered()
    return str(g.request_id)


def _numbered() -> None:
    today = local(current_app.extensions["sanban"].now())
    g.request_id = f"E-{today:%Y%m%d}-{secrets.token_hex(3).upper()}"


def _with_number(response: Response) -> Response:
    if _for_programs():
        response.headers["X-Request-Id"] = number()
    return response


def _told_by_a_page(_app: Flask, *, context: dict[str, Any], **_more: Any) -> None:
    """Pages that tell a refusal themselves are given it by one name or another; the log wants its code."""
    for value in context.values():
        if isinstance(value, errors.SanbanError):
            g.refused = value.reason


def _input_refused(response: Response) -> Response:
    """A line by number and code, also where a page tells it itself; never what was sent."""
    if response.status_code in INPUT:
        log.info("input refused", number=number(), method=request.method, path=request.path[:LOGGED],
                 code=g.get("refused", ""), status=response.status_code, person=g.get("who"),
                 address=request.remote_addr)  # fmt: skip
    return response


def _plain(status: int) -> Refusal:
    known = status if status in TEXTS else 400 if status < 500 else 500
    words = TEXTS[known]
    return Refusal(status, f"http.{_name(status)}", words.message_zh, words.message_en, words.hint)


def _name(status: int) -> str:
    return responses.get(status, "error").lower().replace(" ", "_").replace("-", "_")


def _facts(error: errors.SanbanError) -> dict[str, Json]:
    if isinstance(error, errors.FormProblems):
        return {"problems": [_field(problem) for problem in error.problems]}
    if isinstance(error, errors.InvalidProcess):
        return {"problems": [of_problem(problem) for problem in error.problems]}
    if isinstance(error, errors.InvalidPackage):
        problem = errors.Problem(error.reason, None, None, error.message_zh, error.message_en, error.hint)
        return {"problems": [of_problem(problem)]}
    if isinstance(error, errors.TooSoon):
        return {"retry_after": error.seconds}
    if isinstance(error, errors.Conflict) and (error.by or isinstance(error, errors.AlreadyHandled)):
        return {"by": error.by, "at": error.at.isoformat() if error.at else None}
    return {}


def _field(problem: FieldProblem) -> dict[str, Json]:
    names = ("path", "label", "code", "message_zh", "message_en")
    return {name: getattr(problem, name) for name in names}


def of_problem(problem: errors.Problem) -> dict[str, Json]:
    """A finding about an uploaded file as the HTTP API and the canvas of the designer tell it."""
    names = ("element", "line", "code", "message_zh", "message_en", "severity", "file")
    return {**{name: getattr(problem, name) for name in names}, "fix": problem.fix_zh}


def _for_programs() -> bool:
    return request.path.startswith("/api/") or request.path in ("/healthz", "/readyz", "/metrics")


def _cause(error: Exception) -> Exception:
    return getattr(error, "original_exception", None) or error


def _render(template: str, refused: Refusal) -> str:
    """Without Flask's context processors: they ask the database, which may be what is missing."""
    environment = current_app.jinja_env
    about: dict[str, Any] = {
        "refused": refused,
        "number": number(),
        "organisation": current_app.extensions["sanban"].settings.organisation,
        "back": _back(),
        "search": _offers("/search"),
    }
    return environment.get_template(template).render(about)


def _back() -> str:
    """The page of ours that the person came from, otherwise the start page."""
    came = request.referrer or ""
    try:
        here = request.host_url
    except SecurityError:  # the Host header is what was wrong
        return "/"
    return came if came.startswith(here) and came != request.url else "/"


def _offers(path: str) -> bool:
    try:
        return current_app.url_map.bind("").test(path, "GET")
    except HTTPException:
        return False
