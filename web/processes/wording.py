"""What the steps of a process say about performers, completion and limits, in the language of whoever looks."""

import re

from engine.limits import URGENCIES
from engine.package.wording import completion_words, limit_words, performer_words
from web.language import WRITTEN, _, language, told

UNBROKEN = "\u00a0"  # what one urgency has stays in one line
_ROLE = re.compile(r"(.+)\W([a-z]+)\W")  # what whoever has the role is called, and its code in brackets


def performer(rule: str) -> str:
    """Whom a rule names; the rule itself if it is none of the known ones."""
    words = performer_words(rule)
    return rule if words == rule else _("、").join(_called(one) for one in words.split("、"))


def completion(rule: str) -> str:
    """When a step is done."""
    kind, _colon, share = rule.partition(":")
    if kind == "ratio":
        return _("达到 %(share)s%% 同意", share=format(float(share) * 100, "g"))
    return told(completion_words(rule))


def limit(text: str) -> str:
    """A limit, by urgency where it differs."""
    words = limit_words(text)
    if language() == WRITTEN or words == text:
        return told(words)
    return ", ".join(_measure(part).replace(" ", UNBROKEN) for part in words.split("，"))


def _measure(words: str) -> str:
    urgency, _gap, rest = words.partition(" ")
    if urgency in URGENCIES:
        return f"{told(urgency)}: {_measure(rest)}"
    said = told(words)
    return said if said != words else " ".join(map(told, words.split(" ")))


def _called(word: str) -> str:
    said, role = told(word), _ROLE.fullmatch(word)
    return _("%(role)s（%(code)s）", role=told(role[1]), code=role[2]) if role and said == word else said
