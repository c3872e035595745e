"""Performer rules and substitution chains: from ``post('hegao')`` to the person who is really there (domain.md §7)."""

from engine.org.directory import Directory
from engine.org.facts import Facts, Wish
from engine.org.people import SEALS, Appointment, Charge, Leave, Person, Post, Substitution, Unit
from engine.org.resolve import Evaluate, Resolution, allows, kept_out, resolve
from engine.org.standing import Chain
from engine.org.strangers import Calls, strangers
from engine.org.vacancies import Vacancy, vacancies
from engine.org.wishes import NAMES as FUNCTIONS
from engine.org.wording import in_words

__all__ = [
    "FUNCTIONS",
    "SEALS",
    "Appointment",
    "Calls",
    "Chain",
    "Charge",
    "Directory",
    "Evaluate",
    "Facts",
    "Leave",
    "Person",
    "Post",
    "Resolution",
    "Substitution",
    "Unit",
    "Vacancy",
    "Wish",
    "allows",
    "in_words",
    "kept_out",
    "resolve",
    "strangers",
    "vacancies",
]
