"""The lists of a person and full-text search; every count comes from the query that lists."""

from engine.verbs.inbox.boxes import BOXES, by_process, counts, page
from engine.verbs.inbox.searching import Found, catch_up, search

__all__ = ["BOXES", "Found", "by_process", "catch_up", "counts", "page", "search"]
