"""``/rooms``: the week of the meeting rooms, what each is taken for and when it is free."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from engine.verbs import occupancy
from web.auth import actor
from web.shell import the_engine

blueprint = Blueprint("rooms", __name__, url_prefix="/rooms")


@blueprint.get("")
def week() -> str:
    """One week; any day of it may be named."""
    found = occupancy.week(the_engine(), actor(), day=request.args.get("day", "").strip())
    return render_template(
        "rooms.html",
        week=found,
        before=found.days[0] - timedelta(days=7),
        after=found.days[0] + timedelta(days=7),
    )
