"""Performer rules and substitution chains: from ``post('hegao')`` to the person who is really there (domain.md §7)."""

from engine.org.differences import KEPT_BY_HAND, Difference, after, before_today, compare, last_post, seats_of
from engine.org.directory import Directory
from engine.org.facts import Facts, Wish
from engine.org.people import SEALS, Appointment, Charge, Leave, Person, Post, Substitution, Unit
from engine.org.reading_roster import read_roster
from engine.org.resolve import Evaluate, Resolution, allows, kept_out, resolve
from engine.org.roster import COLUMNS, Member, Roster, Seat, UnitEntry
from engine.org.standing import Chain
from engine.org.strangers import Calls, strangers
from engine.org.vacancies import Vacancy, vacancies
from engine.org.wishes import NAMES as FUNCTIONS
from engine.org.wishes import unnamed
from engine.org.wording import ROLE_NAMES, in_words

__all__ = [
    "COLUMNS",
    "FUNCTIONS",
    "KEPT_BY_HAND",
    "ROLE_NAMES",
    "SEALS",
    "Appointment",
    "Calls",
    "Chain",
    "Charge",
    "Difference",
    "Directory",
    "Evaluate",
    "Facts",
    "Leave",
    "Member",
    "Person",
    "Post",
    "Resolution",
    "Roster",
    "Seat",
    "Substitution",
    "Unit",
    "UnitEntry",
    "Vacancy",
    "Wish",
    "after",
    "allows",
    "before_today",
    "compare",
    "in_words",
    "kept_out",
    "last_post",
    "read_roster",
    "resolve",
    "seats_of",
    "strangers",
    "unnamed",
    "vacancies",
]
