"""The year of the demo: ordinary work at the volumes of domain.md §1.1, drawn with a fixed seed."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from engine.demo.clock import Diary
from engine.demo.office import Cast
from engine.demo.story import Story, told
from engine.demo.year import following, matters, papers, sealing, sittings
from engine.demo.year.days import LENGTH

__all__ = ["LENGTH", "casts", "stories"]


def stories(diary: Diary, folder: Path, share: float = 1) -> Iterator[Story]:
    """What the other stories do not tell of the year, or a share of it; ``folder`` holds the packages."""
    for module in (papers, sealing, sittings, matters):
        yield from module.stories(diary, share)
    yield from following.stories(diary, folder, share)


def casts() -> Mapping[str, Cast]:
    """How people answer in the packages that follow their own examples."""
    small = told("small")
    names = dict.fromkeys([*(row["process"] for row in small["small"]), *small["started"]])
    return {
        name: Cast(following.answer, when=following.when, adopted=partial(following.adopted, name)) for name in names
    }
