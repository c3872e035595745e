"""Applications for a seal in the year."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from engine.demo import seals
from engine.demo.clock import Diary
from engine.demo.story import Story, told
from engine.demo.year.days import Days, mishaps, volume, weighted, worded

ORDINAL = 1000
AMOUNTS = (8, 12, 18, 26, 35, 48, 64, 80, 96, 98)  # thousands; what is more goes through more hands


def stories(diary: Diary, share: float) -> Iterator[Story]:
    """All of them in the order of time."""
    random = Random("year:seals")
    for ordinal, (_back, at) in enumerate(Days(diary).draw(volume("seal", share), random), ORDINAL):
        yield seals.story(_row(diary, at, random), at, ordinal, diary)


def _row(diary: Diary, at: datetime, random: Random) -> dict[str, Any]:
    year = told("year")
    paper, goods = weighted(year["paper"], random), year["goods"]
    row: dict[str, Any] = {
        "by": f"{random.choice(paper['units'])}{random.choice('12')}",
        "file": worded(random.choice(paper["files"]), diary, at, goods=random.choice(goods["names"])),
        "kind": paper["kind"],
        "seal": paper["seal"],
        "copies": random.choice((2, 4, 4, 6)) if "to" not in paper else random.choice((1, 1, 2, 3)),
        "quick": random.uniform(0.3, 1.6),
        **mishaps(seals.PROCESS, random),
    }
    if "to" in paper:
        return row | {"to": random.choice(paper["to"]), "why": random.choice(paper["why"])}
    large = random.random() < 0.12
    amount = random.choice(AMOUNTS) * (10 if large else 1) * 1000
    return row | {"with": random.choice(goods["partners"]), "amount": f"{amount}.00", "straddle": row["copies"] > 2}
