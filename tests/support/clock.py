"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class FakeClock:
    """Call it for the time: an aware UTC datetime, as ``engine.now()`` gives."""

    def __init__(self, local: str = "2026-03-09 09:00") -> None:
        self._now = shanghai(local)

    def __call__(self) -> datetime:
        return self._now

    def set(self, iso: str) -> datetime:
        """Go to an ISO 8601 instant; one without a zone is refused, because it would be read differently by others."""
        moment = datetime.fromisoformat(iso)
        if moment.tzinfo is None:
            raise ValueError(f"{iso} has no zone; use at() for office time")
        self._now = moment.astimezone(UTC)
        return self._now

    def at(self, local: str) -> datetime:
        """Go to an office time such as ``2026-03-09 09:00``, meant in Asia/Shanghai."""
        self._now = shanghai(local)
        return self._now

    def advance(self, step: timedelta) -> datetime:
        """Go on by a duration."""
        self._now += step
        return self._now


def shanghai(local: str) -> datetime:
    """The UTC instant of an office time such as ``2026-03-09 09:00``."""
    return datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC)
