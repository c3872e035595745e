"""One case of a package, decided step by step by whoever has it, for plays that a script of examples cannot tell."""

from dataclasses import dataclass
from typing import Any

from engine.model import Actor, InstanceView, OpenItem
from engine.runtime import Engine
from engine.verbs import instances, notifications, people, timers, work
from tests.support.clock import FakeClock


@dataclass(frozen=True, slots=True)
class Desk:
    """The office, its clock and the number of the case."""

    office: Engine
    clock: FakeClock
    number: str

    def who(self, login: str) -> Actor:
        return people.actor(self.office, login)

    def view(self) -> InstanceView:
        return instances.get(self.office, self.number, self.who("auditor"))

    def open(self) -> list[str]:
        return sorted({i.element for i in self.view().items if i.state == "open"})

    def item(self, element: str, login: str, kind: str = "decide") -> OpenItem:
        """The open part of a step that somebody has, or may claim."""
        actor = self.who(login)
        found = [i for i in self.view().items if (i.element, i.kind, i.state) == (element, kind, "open")]
        mine = [i for i in found if i.performer_id == actor.id or (i.pool and i.pool in actor.pools)]
        assert mine, (element, login, [(i.element, i.kind, i.performer) for i in found])
        return mine[0]

    def decide(self, element: str, login: str, outcome: str, opinion: str = "", **data: Any) -> None:
        item = self.item(element, login)
        work.decide(self.office, item.id, outcome, self.who(login), opinion=opinion, data=data)

    def until(self, at: str) -> None:
        """Let time pass, and do what is due."""
        self.clock.at(at)
        while timers.fire_due(self.office):
            pass

    def told(self, event: str) -> list[str]:
        """The logins of those who were told of this event, in order."""
        sent = notifications.sent(self.office, self.number, self.who("admin"))
        return sorted(one.person for one in sent if one.notice.event == event)


def began(office: Engine, clock: FakeClock, process: str, data: dict[str, Any], login: str) -> Desk:
    """A case that somebody begins now."""
    return Desk(office, clock, instances.start(office, process, data, people.actor(office, login)).number)
