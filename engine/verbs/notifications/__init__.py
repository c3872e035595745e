"""Notices: on their way out, in the centre of a person, what became of each, and what a person wants of them."""

from engine.verbs.notifications.centre import Ledger, Sent, centre, ledger, mark_read, sent, unread
from engine.verbs.notifications.digest import send_digests
from engine.verbs.notifications.first_digest import send_first_digests
from engine.verbs.notifications.sending import send_due
from engine.verbs.notifications.wishing import Wishes, try_out, wish, wishes_of

__all__ = [
    "Ledger",
    "Sent",
    "Wishes",
    "centre",
    "ledger",
    "mark_read",
    "send_digests",
    "send_due",
    "send_first_digests",
    "sent",
    "try_out",
    "unread",
    "wish",
    "wishes_of",
]
