"""The HTTP interface under /api/v1: the same verbs as the pages, for programs."""

import re
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, current_app
from pydantic import ValidationError
from werkzeug.routing import Rule

from engine.errors import BadInput
from engine.model import Json
from web import errors
from web.api import (
    accounts,
    archives,
    bindings,
    cases,
    checklists,
    definitions,
    drafts,
    health,
    moving,
    pauses,
    people,
    reach,
    replanning,
    reports,
    searching,
    shapes,
    stopping,
    together,
    tokens,
    words,
    work,
    year,
)
from web.api.blueprint import KEYLESS, api
from web.auth import public

__all__ = [
    "accounts",
    "archives",
    "bindings",
    "blueprint",
    "cases",
    "checklists",
    "definitions",
    "drafts",
    "install",
    "moving",
    "pauses",
    "people",
    "reach",
    "replanning",
    "reports",
    "searching",
    "stopping",
    "together",
    "tokens",
    "words",
    "work",
    "year",
]

blueprint = api
METHODS = frozenset({"get", "post", "delete"})
# how any call may refuse, and how those do that change something; every refusal is an Error
REFUSALS = {
    "400": "It cannot be read, or lacks its Idempotency-Key",
    "401": "No token, or one that is over",
    "403": "This person, or this token, may not do that",
    "404": "No such thing, or none this person may know of",
    "422": "Understood and refused",
    "429": "Too much at once; Retry-After says when to come again",
    "500": "It did not work out, or something is not stored as it was written; nothing was changed",
    "503": "The database is away or busy; try again",
}
OF_CHANGES = {
    "409": "Somebody or something was faster",
    "412": "If-Match names what is over",
    "413": "More bytes than there is room for",
    "415": "Another kind of body than JSON, or than a form where files are sent",
    "507": "The disk is full",
}
# how pydantic's findings are said; {} is filled from the context of the finding
WORDS = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "dict_type": "应为对象",
    "list_type": "应为列表",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "literal_error": "只能是 {expected} 之一",
    "string_too_long": "至多 {max_length} 个字符",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "value_error": "{error}",
}


def install(app: APIFlask) -> None:
    """Keep CSRF tokens and cookies out, describe the calls, and say pydantic's findings in our words."""
    app.extensions["csrf"].exempt(api)
    app.register_blueprint(health.blueprint)
    app.register_error_handler(HTTPError, _refused)
    app.config.update(
        SECURITY_SCHEMES={"bearer": {"type": "http", "scheme": "bearer"}},
        HTTP_ERROR_SCHEMA=shapes.Error.model_json_schema(),
        VALIDATION_ERROR_SCHEMA=shapes.Error.model_json_schema(),
        AUTO_SERVERS=False,
    )
    app.spec_processor(_described)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    public(app.view_functions["openapi.spec"])


def _refused(error: HTTPError) -> Response:
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return errors.answer(errors.of_status(error.status_code), error)
    code = "request.query" if "query" in error.detail else "request.invalid"
    problems = [_problem(one, code) for one in cause.errors()]
    told = "；".join(f"{one['path']}：{one['message_zh']}" for one in problems[:5])
    said = BadInput(told, "; ".join(f"{p['path']}: {p['message_en']}" for p in problems[:5]), "", code)
    refusal = errors.refusal(said)
    return errors.answer(errors.with_facts(refusal, problems=problems), error)


def _problem(found: Any, code: str) -> dict[str, Json]:
    words = WORDS.get(found["type"], "不合规")
    zh = words.format(**{key: str(value) for key, value in found.get("ctx", {}).items()})
    path = "/".join(map(str, found["loc"]))
    return {"path": path, "label": path, "code": code, "message_zh": zh, "message_en": found["msg"]}


def _described(spec: Any) -> Any:
    """Only the calls of this interface, with the headers that changing ones understand and how they refuse."""
    spec["info"]["description"] = (
        "三办 Sanban: documents, meetings, seals and supervision. See docs/reference/http-api.md."
    )
    spec["paths"] = {path: calls for path, calls in spec["paths"].items() if path.startswith("/api/v1/")}
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 100}}
    seen = {"name": "If-Match", "in": "header", "schema": {"type": "string", "maxLength": 20}}
    free = {_templated(rule) for rule in current_app.url_map.iter_rules() if rule.endpoint in KEYLESS}
    for path, calls in spec["paths"].items():
        for method, call in calls.items():
            if method in METHODS:
                told = REFUSALS if method == "get" else REFUSALS | OF_CHANGES
                call["responses"] = _refusals(told) | call["responses"]  # its own words say more
            if method in ("post", "delete") and path not in free:
                call.setdefault("parameters", []).extend((key, seen))
    return spec


def _refusals(told: dict[str, str]) -> Json:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPError"}}}
    return {status: {"description": words, "content": content} for status, words in told.items()}


def _templated(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
