"""``/diaries``: the week of the leaders, what each is engaged in and who acts for them; the same on paper."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from engine.verbs import diaries
from web.auth import actor
from web.shell import the_engine
from web.words import WEEKDAYS

blueprint = Blueprint("diaries", __name__, url_prefix="/diaries")


@blueprint.get("")
def week() -> str:
    """One week; any day of it may be named."""
    return _page("diaries/week.html")


@blueprint.get("/print")
def print_week() -> str:
    """The same for paper."""
    return _page("diaries/print.html")


def _page(template: str) -> str:
    found = diaries.week(the_engine(), actor(), day=request.args.get("day", "").strip())
    return render_template(
        template,
        week=found,
        weekdays=WEEKDAYS,
        before=found.days[0] - timedelta(days=7),
        after=found.days[0] + timedelta(days=7),
    )
