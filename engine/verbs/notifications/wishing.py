"""What a person wants to be told, and how: kept with their settings, refused when a robot is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import channels
from engine.channels import ChannelError, robots, wishes
from engine.errors import BadInput
from engine.model import Actor
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import people


@dataclass(frozen=True, slots=True)
class Wishes:
    """The preferences of a person over the channels that this office has; ``chosen`` is by kind of notice."""

    offered: tuple[str, ...]
    chosen: Mapping[str, tuple[str, ...]]
    robots: Mapping[str, str]
    email: str
    digest: bool


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
    )


def wish(
    engine: Engine,
    actor: Actor,
    *,
    channels: Mapping[str, Sequence[str]],
    robots: Mapping[str, str],
    digest: bool,
) -> None:
    """Keep a person's choice; a kind that is left out keeps all channels."""
    kept = {
        "channels": {kind: list(channels[kind]) for kind in wishes.KINDS if kind in channels},
        "robots": {name: _robot(name, text) for name, text in robots.items() if text.strip()},
        "digest": digest,
    }
    with engine.store.transaction() as tx:
        found = people.account(tx, actor.id)
        people.set_settings(tx, actor.id, {**(found.settings if found else {}), "notify": kept})


def try_out(engine: Engine, actor: Actor) -> None:
    """Tell oneself something, through every channel one has chosen for the system's notices."""
    with engine.store.transaction() as tx:
        announce(engine, tx, "T-TEST", {actor.id: {"person": actor.name}}, link="/settings/notify")


def _robot(name: str, text: str) -> str:
    if name not in robots.MAKERS:
        raise BadInput(f"没有“{name}”这种机器人。", f"no robots of {name!r}", "请选择页面上的途径。", "notify.robot")
    try:
        return robots.address(name, text)
    except ChannelError as error:
        raise BadInput(
            error.message_zh, error.message_en, "请从群机器人设置中复制完整的地址。", "notify.robot"
        ) from error
