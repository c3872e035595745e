"""A dictionary of words that are not to stand in a paper, and where they stand in a text: one pass, longest first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

KINDS: Final = ("错别字", "不规范", "敏感", "禁用")
BANNED: Final = "禁用"
AROUND: Final = 12  # characters shown on each side of a hit
# letters and signs are the same word in both widths and cases; every sign stays one sign, so that places stay true
_PLAIN: Final = {0xFF01 + n: chr(0x21 + n) for n in range(94)} | {0x3000: " "}
_FOLDED: Final = _PLAIN | {
    **{code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)},
    **{0xFF21 + n: chr(0x61 + n) for n in range(26)},
}


@dataclass(frozen=True, slots=True)
class Word:
    """One entry: ``unless`` are longer words in which it is right (截止 is wrong, 截止日期 is not)."""

    text: str
    kind: str
    suggestion: str = ""
    note: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A word where it stands, with a little of the text around it."""

    word: Word
    before: str
    found: str
    after: str


class Lexicon:
    """Words by their first two signs, so that a text is gone through once however many words there are."""

    def __init__(self, words: Iterable[Word] = ()) -> None:
        entries: dict[str, Word | None] = {}
        kept = [word for word in words if word.text]
        for word in kept:
            entries.update({_fold(one): None for one in word.unless if one})
        entries |= {_fold(word.text): word for word in kept}
        index: dict[str, list[tuple[str, Word | None]]] = {}
        for text, one in sorted(entries.items(), key=lambda entry: -len(entry[0])):
            index.setdefault(text[:2], []).append((text, one))
        self.size = len(kept)
        self._index: Mapping[str, list[tuple[str, Word | None]]] = MappingProxyType(index)

    def hits(self, text: str) -> Iterator[Hit]:
        """Every word of the dictionary in its order in the text; of two that begin together the longer one."""
        folded, index, at = _fold(text), self._index, 0
        single = any(len(key) == 1 for key in index)
        for place in range(len(folded) if index else 0):
            # most signs begin no word: for them nothing but this line runs
            if place < at or (folded[place : place + 2] not in index and not (single and folded[place] in index)):
                continue
            length, word = self._at(folded, place)
            at = place + length
            if word is not None:
                before, after = text[max(0, place - AROUND) : place], text[at : at + AROUND]
                yield Hit(word, _line(before), text[place:at], _line(after))

    def _at(self, folded: str, at: int) -> tuple[int, Word | None]:
        """The longest entry that begins here: how far it reaches, and the word unless it is right there."""
        for key in (folded[at : at + 2], folded[at]):
            for text, word in self._index.get(key, ()):
                if folded.startswith(text, at):
                    return len(text), word
        return 1, None


def _fold(text: str) -> str:
    return text.translate(_FOLDED)


def _line(text: str) -> str:
    return " ".join(text.split())
