"""Whether this installation works: for load balancers, and as numbers for Prometheus. No login, no names."""

from hmac import compare_digest
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from engine.verbs import health
from web.shell import the_engine

blueprint = Blueprint("health", __name__)
HERE = ("127.0.0.1", "::1")
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP")  # set by a proxy: whoever asks is not on this machine


@blueprint.get("/healthz")
def healthz() -> Any:
    """200 while the database answers, somebody ticks and due timers are served, else 503; says what is wrong."""
    state = health.state(the_engine())
    return jsonify(
        status="ok" if state.ok else "failing",
        database=state.database,
        clock={"ok": state.ticking, "late_seconds": state.late_seconds, "silent_seconds": state.silent_seconds},
        queues={"timers": state.timers, "notifications": state.notifications, "incidents": state.incidents},
    ), 200 if state.ok else 503


@blueprint.get("/readyz")
def readyz() -> Any:
    """Whether requests may come to this node: a worker that is away is no reason to send people elsewhere."""
    ready = health.reachable(the_engine())
    return jsonify(status="ok" if ready else "failing", database=ready), 200 if ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """The same as numbers, for a collector on this machine or one that knows the token."""
    if not _may_collect():
        abort(404)
    state, registry = health.state(the_engine()), CollectorRegistry()
    for name, told, value in (
        ("sanban_database_up", "1 while the database answers", int(state.database)),
        ("sanban_timer_late_seconds", "How long the oldest due timer has been waiting", state.late_seconds),
        ("sanban_clock_silent_seconds", "How long nobody has ticked", state.silent_seconds or 0),
        ("sanban_timers_due", "Timers that are due and not served", state.timers),
        ("sanban_notifications_waiting", "Deliveries that wait to be sent", state.notifications),
        ("sanban_incidents_open", "Incidents nobody has resolved", state.incidents),
        ("sanban_work_items_open", "Open work items", state.open_items),
        ("sanban_instances_running", "Running instances", state.running),
    ):
        Gauge(name, told, registry=registry).set(value)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_collect() -> bool:
    token = the_engine().settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and compare_digest(given.encode(), token.encode()):
        return True
    return request.remote_addr in HERE and not any(name in request.headers for name in PASSED_ON)
