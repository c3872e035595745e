"""``/search``: instances by what is written in them, people and processes by name or initials; all in the address."""

from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.model import ProcessCard
from engine.verbs import definitions, inbox, instances, people
from web.auth import actor
from web.language import N_
from web.shell import the_engine
from web.start.choosing import searched
from web.whole_numbers import whole

PAGE = 50
MOST = 500
STATES = {"running": N_("办理中"), "ended": N_("已结束")}
PEOPLE = 6


def search() -> ResponseReturnValue:
    """A page of results; an exact number opens at once."""
    words = request.args.get("q", "").strip()[:80]
    if _exact(words):
        return redirect(url_for("instances.overview", number=words.upper()))
    process, state = request.args.get("process", "")[:60], request.args.get("state", "")
    state = state if state in STATES else ""
    limit = request.args.get("limit", "")
    shown = min(whole(limit) or PAGE, MOST)
    engine, me = the_engine(), actor()
    found = inbox.search(engine, words, me, process=process or None, state=state or None, limit=shown)

    def url(**changes: Any) -> str:
        pairs = {"q": words, "process": process, "state": state, "limit": shown if shown != PAGE else "", **changes}
        return f"/search?{urlencode({name: value for name, value in pairs.items() if value})}"

    titles = {row.key: row.title for row in definitions.all_current(engine)}
    return render_template(
        "inbox/search.html",
        words=words,
        found=found,
        process=process,
        state=state,
        states=STATES,
        kinds=[(key, titles.get(key, key), n) for key, n in sorted(found.kinds.items(), key=lambda pair: -pair[1])],
        url=url,
        people=people.search(engine, words, me, limit=PEOPLE) if words else (),
        cards=_cards(words),
    )


def _exact(words: str) -> bool:
    """Whether this is the number of an instance that may be opened."""
    if not words or words.count("-") < 2 or " " in words:
        return False
    try:
        instances.seen(the_engine(), words.upper(), actor())
    except NotFound:
        return False
    return True


def _cards(words: str) -> list[ProcessCard]:
    """Processes to start, by title, initials or code."""
    wanted = "".join(words.split()).lower()
    if not wanted:
        return []
    cards = definitions.cards(the_engine(), actor())
    holding = searched(cards)
    return [card for card in cards if wanted in holding[card.key]]
