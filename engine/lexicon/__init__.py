"""PURE: the words a house does not want in its papers, found in texts; knows no case and no register."""

from engine.lexicon.dictionary import BANNED, KINDS, Hit, Lexicon, Word
from engine.lexicon.findings import ALLOWED, WAIVED, Allowance, Checked, Finding, Place, find, open_ones
from engine.lexicon.texts import Unreadable, text_of

__all__ = [
    "ALLOWED",
    "BANNED",
    "KINDS",
    "WAIVED",
    "Allowance",
    "Checked",
    "Finding",
    "Hit",
    "Lexicon",
    "Place",
    "Unreadable",
    "Word",
    "find",
    "open_ones",
    "text_of",
]
