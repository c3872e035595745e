"""Performer rules and substitution chains: from ``post('hegao')`` to the person who is really there (domain.md §7)."""

from engine.org.directory import Directory
from engine.org.facts import Facts, Wish
from engine.org.people import Appointment, Charge, Person, Post, Substitution, Unit
from engine.org.resolve import Evaluate, Resolution, allows, resolve
from engine.org.strangers import Calls, strangers
from engine.org.wishes import NAMES as FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "Appointment",
    "Calls",
    "Charge",
    "Directory",
    "Evaluate",
    "Facts",
    "Person",
    "Post",
    "Resolution",
    "Substitution",
    "Unit",
    "Wish",
    "allows",
    "resolve",
    "strangers",
]
