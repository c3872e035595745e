"""What a caller says they have read before they change it, for things that are no cases: drafts, packages, bindings."""

import hashlib
from datetime import UTC, datetime, timedelta

from engine.errors import Superseded
from engine.model import Actor

NONE = 0  # the revision of what is not there
EPOCH, STEP = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
BYTES = 7  # of a digest: as many digits as an ETag may have


def revision_at(moment: datetime | None) -> int:
    """The revision of what is replaced whole: the instant it was written, in microseconds."""
    return NONE if moment is None else (moment - EPOCH) // STEP


def revision_of(*facts: object) -> int:
    """The revision of several things together: another number as soon as one of them is another."""
    return int.from_bytes(hashlib.sha256(repr(facts).encode()).digest()[:BYTES]) if facts else NONE


def require_unchanged(actor: Actor | None, revision: int) -> None:
    """Refuse a change that was meant for something else than what is there now."""
    if actor is not None and actor.seen is not None and actor.seen != revision:
        raise Superseded(revision)
