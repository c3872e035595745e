"""The start page: frequent processes first, then all by category; found by title, initials or code."""

from collections.abc import Sequence
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.model import ProcessCard
from engine.pinyin import searchable
from engine.verbs import definitions, inbox
from web.auth import actor
from web.language import N_
from web.shell import the_engine

FREQUENT = 4
RECENT = 5
ORDER = (N_("公文"), N_("用印"), N_("会议"), N_("督办"), N_("行政"))


def index() -> ResponseReturnValue:
    """All processes this person may start."""
    cards = definitions.cards(the_engine(), actor())
    words = request.args.get("q", "").strip().lower()[:40]
    holding = searched(cards)
    found = [card for card in cards if not words or words in holding[card.key]]
    return render_template(
        "start/index.html",
        words=words,
        frequent=[card for card in cards if card.frequent][:FREQUENT] or list(cards[:FREQUENT]),
        groups=_by_category(found),
        searched=holding,
        recent=_recent(cards),
        total=len(found),
    )


def searched(cards: Sequence[ProcessCard]) -> dict[str, str]:
    """Everything a search may hit, by key: title, syllables and initials of the title, code, key."""
    typed = searchable([card.title for card in cards])
    return {
        card.key: " ".join((card.title.lower(), syllables, card.code.lower(), card.key, card.summary.lower()))
        for card, syllables in zip(cards, typed, strict=True)
    }


def _by_category(cards: list[ProcessCard]) -> list[tuple[str, list[ProcessCard]]]:
    def rank(card: ProcessCard) -> tuple[int, str]:
        return (ORDER.index(card.category) if card.category in ORDER else len(ORDER), card.category)

    return [(name, list(part)) for (_, name), part in groupby(sorted(cards, key=rank), key=rank)]


def _recent(cards: tuple[ProcessCard, ...]) -> list[tuple[str, str, str]]:
    """What I started last, to copy from: number, title, process."""
    keys = {card.key for card in cards}
    rows = inbox.page(the_engine(), actor(), box="mine", limit=RECENT).rows
    return [(row.number, row.title, row.process) for row in rows if row.process in keys]
