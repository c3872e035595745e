"""What a person wants to be told and how: their settings under ``notify``, and what everybody begins with."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from engine.channels.robots import MAKERS

KINDS = ("todo", "chase", "copy", "system")
HOUSE = ("webhook",)  # the operator's own way, which no person chooses

Json = Any


def wanted(settings: Mapping[str, Json], kind: str, offered: Iterable[str]) -> list[str]:
    """Which of the channels on offer carry this kind of notice to this person; on the pages it appears anyhow."""
    chosen = _notify(settings).get("channels", {}).get(kind)
    return [
        name
        for name in offered
        if name in HOUSE or ((chosen is None or name in chosen) and (name not in MAKERS or robot(settings, name)))
    ]


def robot(settings: Mapping[str, Json], name: str) -> str:
    """The address of a person's own robot, or nothing."""
    return str(_notify(settings).get("robots", {}).get(name, ""))


def digest(settings: Mapping[str, Json]) -> bool:
    """Whether a person wants the list of the day on working mornings."""
    return bool(_notify(settings).get("digest", True))


def first_daily(settings: Mapping[str, Json]) -> bool:
    """Whether a first contact hears of the steps of their cases once a day, not at each of them."""
    return bool(_notify(settings).get("first_daily", False))


def quiet(settings: Mapping[str, Json]) -> tuple[time, time] | None:
    """From when to when a person wants to hear nothing, besides the quiet time of the house."""
    kept = _notify(settings).get("quiet")
    return (time.fromisoformat(kept[0]), time.fromisoformat(kept[1])) if kept else None


def _notify(settings: Mapping[str, Json]) -> Mapping[str, Json]:
    kept = settings.get("notify")
    return kept if isinstance(kept, dict) else {}
