"""用词检查 on a page: what was found beside each field, and the panel in which it is ticked off."""

from typing import Any

from flask import request

from engine.lexicon import Allowance, Checked, Finding
from engine.verbs import people
from web.shell import the_engine

TICKED, REASON = "_word", "_word_reason"


def panel(checked: Checked | None) -> dict[str, Any]:
    """What the templates need; the same names, empty, for a page that looks through nothing."""
    beside: dict[str, list[Finding]] = {}
    for one in checked.findings if checked else ():
        if not one.verdict:
            beside.setdefault(one.field, []).append(one)
    directory = people.directory(the_engine()) if checked and checked.findings else None
    logins = {one.by for one in checked.findings if one.by} if checked else set()
    found = {login: directory.person(login) for login in logins} if directory else {}
    return {
        "words": checked,
        "found_at": beside,
        "searched": checked.fields if checked else (),
        "words_said_by": {login: person.name if person else login for login, person in found.items()},
        "words_ticked": request.form.getlist(TICKED),
        "words_reason": request.form.get(REASON, ""),
    }


def allowance() -> Allowance | None:
    """What the page let stand, with the reason for it."""
    keys = tuple(request.form.getlist(TICKED))
    return Allowance(keys, request.form.get(REASON, "")) if keys else None
