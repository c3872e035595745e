"""Where an example is played: the engine, its clock, and what was found to differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.model import Actor, Json, OpenItem
from engine.runtime import Engine
from engine.store import instances as instance_rows
from engine.verbs import instances

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Played:
    """What became of an example: ``faults`` is empty if everything was as stated."""

    number: str = ""
    faults: list[str] = field(default_factory=list)
    refused: str = ""  # code of the error that refused the start, if one was expected


@dataclass(slots=True)
class Stage:
    engine: Engine
    set_clock: Callable[[datetime], None]
    script: Mapping[str, Any]
    played: Played
    zone: Any
    since: datetime = LONG_AGO  # the last time before this one at which something was stated
    at: datetime = LONG_AGO

    def arrive(self, at: datetime) -> None:
        """Notices are asked for from the last stated time on."""
        if at > self.at:
            self.since, self.at = self.at, at

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC)

    def fault(self, where: str, what: str, wanted: Json, found: Json) -> None:
        self.played.faults.append(f"{where}: {what}: expected {wanted!r}, found {found!r}")


def watcher() -> Actor:
    """Somebody who may read everything."""
    return Actor(0, "", "", frozenset({"auditor"}))


def open_items(stage: Stage) -> list[OpenItem]:
    view = instances.get(stage.engine, stage.played.number, watcher())
    return [i for i in view.items if i.state == "open"]


def meant(stage: Stage, event: Mapping[str, Any]) -> Sequence[str]:
    """The instance itself, or with ``of`` those of that process that it has started, with ``having`` in their data."""
    if "of" not in event:
        return [stage.played.number]
    with stage.engine.store.reading() as tx:
        row = instance_rows.by_number(tx, stage.played.number)
        found = [instance_rows.by_number(tx, number) for number, _state in instance_rows.children(tx, row.id)]
    wanted = event.get("having", {}).items()
    return [
        child.number
        for child in found
        if child.process == event["of"] and all(child.variables.get(name) == value for name, value in wanted)
    ]
