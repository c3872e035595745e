"""The examples of packages, played: the tests run them, the demo uses them, the documentation shows them."""

from engine.examples.player import advance, play
from engine.examples.stage import Played

__all__ = ["Played", "advance", "play"]
