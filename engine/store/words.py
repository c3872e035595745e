"""Text as words for full-text search: pairs of Chinese characters, whole runs of letters and digits; and queries.

Chinese has no blanks. Pairs that follow each other find every piece of two characters or more; one character is found
as the beginning of a pair, and the last one of a run stands alone too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

MOST_WORDS = 16_000  # PostgreSQL knows no positions beyond
MOST_PHRASES = 8
LONGEST_WORD = 60
BORDER = "ǀ"  # between two texts, so that no phrase reaches from one into the other
_HAN = r"㐀-䶿一-鿿豈-﫿぀-ヿ"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")


def words(texts: Iterable[str]) -> list[str]:
    """The words of several texts in their order."""
    found: list[str] = []
    for text in texts:
        found += [*_of(text), BORDER]
        if len(found) > MOST_WORDS:
            break
    return found[:MOST_WORDS]


def _of(text: str) -> Iterator[str]:
    for run in _RUN.findall(_plain(text)):
        if _is_han(run):
            yield from (run[n : n + 2] for n in range(len(run)))
        else:
            yield run[:LONGEST_WORD]


def phrases(query: str) -> list[list[str]]:
    """One list of words for each piece between blanks; the last word of a list stands for what begins with it."""
    found = [phrase for part in _plain(query).split() if (phrase := _phrase(part))]
    return found[:MOST_PHRASES]


def _phrase(part: str) -> list[str]:
    runs = _RUN.findall(part)
    found: list[str] = []
    for n, run in enumerate(runs):
        if not _is_han(run):
            found.append(run[:LONGEST_WORD])
            continue
        pairs = [run[at : at + 2] for at in range(len(run) - 1)]
        # inside a piece the run ends where it ends in the text, and there its last character stands alone
        found += pairs if pairs and n == len(runs) - 1 else [*pairs, run[-1]]
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _is_han(run: str) -> bool:
    return re.match(rf"[{_HAN}]", run) is not None


def for_sqlite(query: str) -> str:
    """An FTS5 query for all phrases of what somebody typed."""
    return " AND ".join(f'"{" ".join(phrase)}" *' for phrase in phrases(query))


def for_postgresql(query: str) -> str:
    """A tsquery for the same."""
    return " & ".join("(" + " <-> ".join(_quoted(phrase)) + ")" for phrase in phrases(query))


def _quoted(phrase: list[str]) -> list[str]:
    return [*(f"'{word}'" for word in phrase[:-1]), f"'{phrase[-1]}':*"]
