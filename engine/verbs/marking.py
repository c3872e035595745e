"""The mark that exported tables bear: whose they are, and since when."""

from engine.model import Actor
from engine.progress.marks import Mark, mark_of
from engine.runtime import Engine

__all__ = ["Mark", "mark"]


def mark(engine: Engine, actor: Actor | None) -> Mark:
    """Of whoever asks; of the machine itself for a command that names nobody."""
    if actor is None:
        return Mark("系统", "", engine.now().astimezone(engine.zone))
    return mark_of(engine, actor)
