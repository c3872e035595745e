"""Who keeps the system without reading what people write in it: the roles, and what such a person may see of a case."""

from collections.abc import Collection
from typing import Final

CARETAKERS: Final = frozenset({"admin", "security"})  # 系统管理员、安全管理员 (decision 094)
LOOKING: Final = frozenset({"clerk", "leader", "supervisor", "auditor"})  # offices that read in their own right
RUNNERS: Final = frozenset({"admin"})  # of a case they see what it takes to run it


def only_keeps(roles: Collection[str]) -> bool:
    """Whether somebody administers and has no office besides that reads the work of others."""
    return bool(CARETAKERS.intersection(roles)) and not LOOKING.intersection(roles)
