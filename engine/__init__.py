"""Sanban's workflow engine: what a caller needs to open it; the verbs live in engine.verbs."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.runtime import Engine, open_engine

__all__ = ["Engine", "open_engine"]


def __getattr__(name: str) -> Any:
    # lazily, so that the pure parts (engine.bpmn, engine.limits) can be used without a database driver
    if name in __all__:
        from engine import runtime  # noqa: PLC0415 - that is the point

        return getattr(runtime, name)
    raise AttributeError(name)
