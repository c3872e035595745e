"""The blueprint of the HTTP interface: who calls, and JSON that is what it seems to be, before any view runs."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast

from apiflask import APIBlueprint
from flask import Response, current_app, g, request

from engine.errors import BadInput, NotAllowed
from engine.model import Actor, Json
from engine.verbs import repeating
from engine.verbs.people import tokens
from web.api import bodies
from web.shell import the_engine

MOST_BYTES = 2_000_000
DEEPEST = 20
LONGEST_KEY = 100
LONGEST_REVISION = 18  # digits
PUBLIC = ("api.issue_token",)
CHANGES_NOTHING = ("api.preview_move", "api.preview_change", "api.preview_checklist", "api.check_definition")
KEYLESS = (
    *PUBLIC,
    "api.revoke_token",
    "api.end_token",
    *CHANGES_NOTHING,
)  # a token is issued anew each time, and ended once
READING = ("GET", "HEAD", "OPTIONS")
IN_ADDRESS = ("access_token", "token", "api_key")
JSON = "application/json"
PDF, ZIP = "application/pdf", "application/zip"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

api = APIBlueprint("api", __name__, url_prefix="/api/v1")


def file_as(kind: str) -> dict[int, Any]:
    """For ``api.doc(responses=...)``: the answer is a file."""
    return {200: {"description": "The file", "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}


def caller() -> Actor:
    """The person whose token came with the request."""
    return cast(Actor, g.caller)


def token() -> tokens.Bearer | None:
    """The token that came with the request; nothing for the call that issues one."""
    return cast(tokens.Bearer | None, g.get("token"))


def said() -> str:
    """The words of a call that needs no body: ``{"opinion": …}``, if there is one."""
    return bodies.Opinion.model_validate(request.get_json()).opinion if request.get_data().strip() else ""


def idempotency_key() -> str:
    """What makes a repeated call harmless; every call that changes something has one."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise BadInput(
            "这个调用会改变数据，缺少请求编号（Idempotency-Key）。",
            "a call that changes something needs an Idempotency-Key",
            "请为每次操作生成一个编号（如 UUID）放入 Idempotency-Key 头；重试时沿用同一个编号。",
            "idem.missing",
        )
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise BadInput(
            f"Idempotency-Key 至多 {LONGEST_KEY} 个可见字符。",
            "Idempotency-Key is too long",
            "请换一个，如 UUID。",
            "idem.key",
        )
    return key


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give a call whose verb keeps no key the same promise: repeated, it is answered as before and not done again."""

    @wraps(view)
    def answered(**given: Any) -> Response:
        engine, actor, key = the_engine(), caller(), idempotency_key()
        known = repeating.begin(engine, actor, key, _asked())
        if known is not None:
            return Response(known["text"], known["status"], content_type=known["type"])
        done = False
        try:
            answer = current_app.make_response(view(**given))
            text = answer.get_data(as_text=True)
            repeating.keep(engine, actor, key, {"text": text, "status": answer.status_code, "type": answer.mimetype})
            done = True
        finally:
            if not done:
                repeating.give_back(engine, actor, key)
        return answer

    return answered


def _asked() -> bytes:
    """All that makes this request another one than the next."""
    parts = [request.method.encode(), request.path.encode(), request.get_data(parse_form_data=True)]
    for name, upload in sorted(request.files.items(multi=True), key=lambda one: one[0]):
        parts += [name.encode(), (upload.filename or "").encode(), upload.read()]
        upload.seek(0)
    parts += [f"{name}={value}".encode() for name, value in sorted(request.form.items(multi=True))]
    return b"\0".join(hashlib.sha256(part).digest() for part in parts)


@api.before_request
def recognise() -> None:
    """Find the person behind the bearer token; cookies count for nothing here."""
    if request.endpoint in PUBLIC:
        return
    if not request.args.keys().isdisjoint(IN_ADDRESS):
        # addresses stand in logs and histories, so a token in one is known to others already
        raise BadInput(
            "访问令牌不能放在网址里。",
            "a token in the address is refused",
            "请放入 Authorization 头，并作废这个令牌。",
            "auth.token_in_address",
        )
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise NotAllowed(
            "请提供访问令牌。",
            "a bearer token is required",
            "先用 POST /api/v1/tokens 获取，再放入 Authorization 头。",
            "auth.token",
        )
    g.token = tokens.bearer(the_engine(), text.strip())
    g.caller = replace(g.token.actor, seen=_seen())
    g.who = g.caller.id


@api.before_request
def require_key() -> None:
    """A change that cannot be repeated safely is not begun."""
    if request.method not in READING and request.endpoint not in KEYLESS:
        idempotency_key()


def _seen() -> int | None:
    """The revision that a change is meant for; ``*`` and calls that change nothing ask for none."""
    told = request.headers.get("If-Match", "").strip()
    if request.method in READING or told in ("", "*"):
        return None
    digits = told.removeprefix('"').removesuffix('"')
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_REVISION):
        raise BadInput(
            "If-Match 应为读取时得到的 ETag。",
            "If-Match must be the ETag of what was read",
            "请从 GET 的 ETag 头或 revision 取值。",
            "request.if_match",
        )
    if not {"item", "number", "pause", "key"} & set(request.view_args or ()) and request.endpoint != "api.deploy":
        # who says what they have read relies on it: better a refusal than a promise nobody keeps
        raise BadInput(
            "这个调用没有可比对的版本，不接受 If-Match。",
            "this call changes nothing that has a revision",
            "请去掉 If-Match 头。",
            "request.if_match",
        )
    return int(digits)


def etag(revision: int) -> dict[str, str]:
    """The header that says which state an answer tells of."""
    return {"ETag": f'"{revision}"'}


@api.before_request
def look_at_json() -> None:
    """Refuse a body that is no JSON, or that two readers could read differently."""
    if request.method != "POST" or request.mimetype == "multipart/form-data":
        return
    request.max_content_length = MOST_BYTES
    text = request.get_data()
    if not text.strip():
        return  # some calls need no body; the others miss their fields
    if request.mimetype != JSON or request.content_encoding:
        raise BadInput(
            "请求体应为未压缩的 JSON。", "the body must be plain JSON", f"请设 Content-Type: {JSON}。", "json.type"
        )
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except RecursionError:
        raise _too_deep() from None
    except (ValueError, UnicodeDecodeError):
        raise BadInput(
            "请求体不是合法的 JSON。", "the body is not JSON", "请检查引号、逗号和编码（UTF-8）。", "json.invalid"
        ) from None
    _measure(found)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput("JSON 中有重复的键。", "a key appears twice", "每个键只能出现一次。", "json.duplicate_key")
    return found


def _no_number(name: str) -> Json:
    raise BadInput(f"JSON 中不能有 {name}。", f"{name} is not JSON", "请改为数字或 null。", "json.invalid")


def _too_deep() -> BadInput:
    return BadInput("JSON 嵌套过深。", "the JSON is nested too deeply", f"至多 {DEEPEST} 层。", "json.too_deep")


def _measure(found: Any) -> None:
    waiting = [(found, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep()
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(one, depth + 1) for one in inside if isinstance(one, (dict, list))]
