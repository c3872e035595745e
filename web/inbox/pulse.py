"""What an open inbox asks for once a minute: numbers, lights, what came or went; no reason to stay signed in."""

from flask import jsonify, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from engine.verbs import inbox
from web.auth import actor
from web.language import span
from web.lists.boxes import BOXES, Filters
from web.shell import counts, in_background, the_engine


def here() -> Response:
    """Answers a page that is about to send what somebody typed: the session lives, and this is its token."""
    in_background()
    return jsonify(csrf=generate_csrf())


def pulse() -> Response:
    """Answers 304 while nothing has changed."""
    in_background()
    filters = Filters.read(BOXES["todo"], request.args)
    page = inbox.page(the_engine(), actor(), box="todo", **filters.query())
    answer = jsonify(
        counts=counts(),
        total=page.total,
        items=[
            {"id": row.id, "light": row.light, "remaining": span(row.remaining), "read": row.opened is not None}
            for row in page.rows
        ],
    )
    answer.add_etag()
    return answer.make_conditional(request)
