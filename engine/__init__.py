"""Sanban's workflow engine: what a caller needs to open it; the verbs live in engine.verbs."""

from engine.runtime import Engine, open_engine

__all__ = ["Engine", "open_engine"]
