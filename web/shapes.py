"""Sentences that the engine has filled in already, known by their shape: 按规则 {0} 由 {1} 办理 (decision 112)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from babel.messages.catalog import Message

from engine.limits.wording import in_english
from web import catalogue

PLACE = re.compile(r"\{(\w+)\}")
HAN = re.compile(r"[\u3400-\u9fff]")
LONGEST = 500  # what is longer was written by somebody
APART = "，；"


@dataclass(frozen=True, slots=True)
class Shape:
    """A sentence with places, and how it is said; without places a word."""

    chinese: str
    english: str

    @property
    def own(self) -> str:
        """The words that are not filled in."""
        return PLACE.sub("", self.chinese)

    @property
    def alone(self) -> bool:
        """Has words enough of its own to be looked for in a whole text, not only in what fills another shape."""
        return len(self.own) > 1 and HAN.search(self.own) is not None

    def say(self, word: Callable[[str], str], found: Sequence[str]) -> str:
        """The English with what was found in the places of the Chinese."""
        filling = dict(zip(PLACE.findall(self.chinese), map(word, found), strict=True))
        return PLACE.sub(lambda place: filling[place[1]], self.english)


@lru_cache(maxsize=4096)
def said(spoken: str, text: str, *, inside: bool = False) -> str:
    """Known as it is, or in a shape: what fills the shape is said in the same way."""
    known = catalogue.texts(spoken).ugettext(text) if text else ""
    if known != text or len(text) > LONGEST or not (inside or HAN.search(text)):
        return str(known)
    clauses = text.split("；") if "；" in text else []
    known_clauses = [said(spoken, clause, inside=inside) for clause in clauses]
    if clauses and all(one != clause for one, clause in zip(known_clauses, clauses, strict=True)):
        return "; ".join(known_clauses)
    for shape, pattern in _all(spoken):
        found = pattern.fullmatch(text) if inside or shape.alone else None
        if found:
            return shape.say(lambda each: said(spoken, each, inside=True), found.groups())
    parts = [said(spoken, part) for part in text.split("、")] if "、" in text else []
    if parts and not HAN.search("".join(parts)):
        return ", ".join(parts)  # a list of known words; one of names stays as somebody wrote it
    return in_english(text) if inside else text


def said_of(spoken: str, text: str, known: Iterable[str]) -> str:
    """The same of these words and shapes alone: elsewhere the text, and what fills it, is somebody's own."""
    for chinese in known:
        found = _pattern(chinese).fullmatch(text)
        if found:
            return _named(spoken, chinese).say(str, found.groups())
    return text


def said_within(spoken: str, text: str, known: Iterable[str]) -> str:
    """A text of clauses with those of them said that are one of these words and shapes; the others are somebody's."""
    for chinese in known:
        found = _clause(chinese).search(text)
        if found:
            words = _named(spoken, chinese).say(lambda each: said(spoken, each), found.groups())
            text = text[: found.start()] + words + text[found.end() :]
    return text


@cache
def _all(spoken: str) -> tuple[tuple[Shape, re.Pattern[str]], ...]:
    """Those with the most words of their own come first."""
    ordered = sorted(catalogue.of_context(spoken, catalogue.SHAPE), key=_own_words)
    shapes = (Shape(str(each.id), str(each.string)) for each in ordered)
    return tuple((shape, _pattern(shape.chinese)) for shape in shapes)


def _own_words(message: Message) -> tuple[int, bool, int]:
    own = PLACE.sub("", str(message.id))
    return -len(HAN.findall(own)), not str(message.id).startswith(own[0]), -len(own)


@cache
def _named(spoken: str, chinese: str) -> Shape:
    texts = catalogue.texts(spoken)
    in_places = PLACE.search(chinese) is not None
    return Shape(chinese, str(texts.upgettext(catalogue.SHAPE, chinese) if in_places else texts.ugettext(chinese)))


@cache
def _pattern(chinese: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, PLACE.split(chinese)[::2])), re.DOTALL)


@cache
def _clause(chinese: str) -> re.Pattern[str]:
    """Finds the shape as a whole clause, or as the bracket at the end of one."""
    start = "" if chinese.startswith("（") else f"(?:^|(?<=[{APART}]))"
    filled = f"([^{APART}（）]+)".join(map(re.escape, PLACE.split(chinese)[::2]))
    return re.compile(f"{start}{filled}(?=$|[{APART}（])")
