"""What long work there is: one table from the kind of a job to the function that does one of its parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.model import Actor
from engine.runtime import Engine
from engine.store.jobs import JobItem
from engine.verbs import work

# Does one part for whoever asked for the job (None: the system) and says in words what came of it. Called again if its
# process died, so it must be safe to repeat: by ``item.key`` as idempotency key, or by ``queue.settle`` in its own
# transaction.
Perform = Callable[[Engine, JobItem, Actor | None], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work."""

    name: str
    perform: Perform


def table(*kinds: Kind) -> Mapping[str, Kind]:
    """Kinds by name."""
    return MappingProxyType({kind.name: kind for kind in kinds})


KINDS = table(
    Kind("decide", work.decide_part),
)
