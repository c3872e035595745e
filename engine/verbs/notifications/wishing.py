"""What a person wants to be told, and how: kept with their settings, refused when a robot is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from engine import channels
from engine.channels import ChannelError, robots, wishes
from engine.errors import BadInput
from engine.model import Actor
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import people

DAY = 24 * 60
LONGEST_QUIET = 14 * 60  # minutes: whoever never wants to hear anything switches the channel off


@dataclass(frozen=True, slots=True)
class Wishes:
    """The preferences of a person over the channels that this office has; ``chosen`` is by kind of notice."""

    offered: tuple[str, ...]
    chosen: Mapping[str, tuple[str, ...]]
    robots: Mapping[str, str]
    email: str
    digest: bool
    first_daily: bool  # the steps of the cases one is first contact of, once a day
    quiet: tuple[str, str]  # 22:00, 07:30; empty texts when only the quiet time of the house counts


def wishes_of(engine: Engine, actor: Actor) -> Wishes:
    """What a person has chosen, or what everybody begins with."""
    offered = tuple(name for name in channels.offered(engine.settings) if name not in wishes.HOUSE)
    with engine.store.reading() as tx:
        found = people.account(tx, actor.id)
        settings = found.settings if found else {}
        email = people.email_of(tx, actor.id)
    chosen = settings.get("notify", {}).get("channels", {})
    return Wishes(
        offered=offered,
        chosen={kind: tuple(n for n in offered if n in chosen.get(kind, offered)) for kind in wishes.KINDS},
        robots={name: wishes.robot(settings, name) for name in robots.MAKERS},
        email=email,
        digest=wishes.digest(settings),
        first_daily=wishes.first_daily(settings),
        quiet=(f"{own[0]:%H:%M}", f"{own[1]:%H:%M}") if (own := wishes.quiet(settings)) else ("", ""),
    )


def wish(
    engine: Engine,
    actor: Actor,
    *,
    channels: Mapping[str, Sequence[str]],
    robots: Mapping[str, str],
    digest: bool,
    first_daily: bool = False,
    quiet: tuple[str, str] = ("", ""),
) -> None:
    """Keep a person's choice; a kind that is left out keeps all channels; ``quiet`` is from when to when."""
    kept = {
        "channels": {kind: list(channels[kind]) for kind in wishes.KINDS if kind in channels},
        "robots": {name: _robot(name, text) for name, text in robots.items() if text.strip()},
        "digest": digest,
        "first_daily": first_daily,
        "quiet": _quiet(*quiet),
    }
    with engine.store.transaction() as tx:
        found = people.account(tx, actor.id)
        people.set_settings(tx, actor.id, {**(found.settings if found else {}), "notify": kept})


def try_out(engine: Engine, actor: Actor) -> None:
    """Tell oneself something, through every channel one has chosen for the system's notices."""
    with engine.store.transaction() as tx:
        announce(engine, tx, "T-TEST", {actor.id: {"person": actor.name}}, link="/settings/notify")


def _quiet(since: str, until: str) -> list[str] | None:
    if not since.strip() and not until.strip():
        return None
    try:
        first, last = time.fromisoformat(since.strip()), time.fromisoformat(until.strip())
    except ValueError:
        raise BadInput(
            "免打扰的起止时间须成对，写成 21:00。",
            "quiet hours need two times",
            "请改正，或两个都留空。",
            "notify.quiet",
        ) from None
    length = (last.hour * 60 + last.minute - first.hour * 60 - first.minute) % DAY
    if not 0 < length <= LONGEST_QUIET:
        raise BadInput("免打扰最长 14 小时。", "quiet hours last at most 14 hours", "请缩短时段。", "notify.quiet")
    return [f"{first:%H:%M}", f"{last:%H:%M}"]


def _robot(name: str, text: str) -> str:
    if name not in robots.MAKERS:
        raise BadInput(f"没有“{name}”这种机器人。", f"no robots of {name!r}", "请选择页面上的途径。", "notify.robot")
    try:
        return robots.address(name, text)
    except ChannelError as error:
        raise BadInput(
            error.message_zh, error.message_en, "请从群机器人设置中复制完整的地址。", "notify.robot"
        ) from error
