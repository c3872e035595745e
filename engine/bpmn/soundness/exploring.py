"""Goes through all markings of a net, breadth first, and remembers the first way to everything that goes wrong."""

from collections import deque
from dataclasses import dataclass, field
from itertools import combinations

from engine.bpmn.soundness.net import ROOT, Net, Station, Way

MOST_SUBSETS = 10  # ways out of an inclusive choice whose combinations are all tried

Trace = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A join that waits in vain: for tokens from ``missing``, after ``trace``."""

    join: str
    missing: tuple[str, ...]
    trace: Trace


@dataclass(slots=True)
class Outcome:
    """What was found. ``complete`` is False if the limit was reached or a doubling was not followed further."""

    deadlocks: list[Waiting] = field(default_factory=list)
    doubled: dict[str, Trace] = field(default_factory=dict)
    alive: set[str] = field(default_factory=set)
    states: int = 0
    complete: bool = True
    beyond_limit: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One way a station may go on; bits of markings."""

    clears: int
    sets: tuple[tuple[int, str], ...]
    trace: Trace
    covers: frozenset[str]


class Explorer:
    """Markings are whole numbers: one bit per place."""

    def __init__(self, net: Net, limit: int) -> None:
        self.net, self.limit = net, limit
        self.out, self.into = net.out(), net.into()
        self.bits: dict[object, int] = {}
        self.places: dict[str, int] = {}  # all bits of a station
        self.armed = 0
        self.hosts = {other: [s.name] for s in net.stations.values() for other in s.beside}
        self.outcome = Outcome()
        self._lay_out()
        self.moves = {name: self._moves(station) for name, station in net.stations.items()}
        self.sources = {
            name: {self.bits[way]: self._upstream(way) for way in self.into[name]}
            for name, station in net.stations.items()
            if station.join == "some"
        }

    # ------------------------------------------------------------ places and moves

    def _lay_out(self) -> None:
        for name, station in self.net.stations.items():
            keys: list[object] = [name] if station.join == "any" else list(self.into[name])
            for key in keys:
                self.bits[key] = 1 << len(self.bits)
            self.places[name] = sum(self.bits[key] for key in keys)
        for name, station in self.net.stations.items():
            for other in station.beside:
                self.bits[name, other] = 1 << len(self.bits)
                self.armed |= self.bits[name, other]

    def _guards(self, station: Station) -> int:
        """The bits that say which boundary events of a station have not fired yet."""
        return sum(self.bits[station.name, other] for other in station.beside)

    def _moves(self, station: Station) -> list[Move]:
        if station.terminates:
            return [Move(-1, (), station.shown, station.covers)]
        clears = self.places[station.name] | self._guards(station)
        moves = [
            Move(
                clears,
                tuple((self._entering(way), way.target) for way in ways),
                station.shown + tuple(name for way in ways for name in way.trace),
                frozenset().union(station.covers, *(way.covers for way in ways)),
            )
            for ways in self._choices(station)
        ]
        return moves or [Move(clears, (), station.shown, station.covers)]

    def _entering(self, way: Way) -> int:
        return self.bits[way if self.net.stations[way.target].join != "any" else way.target]

    def _choices(self, station: Station) -> list[tuple[Way, ...]]:
        out = self.out[station.name]
        if station.split == "one":
            return [(way,) for way in out]
        if station.split == "all" or not out:
            return [tuple(out)] if out else []
        always = tuple(way for way in out if way.chance == "always")
        maybe = [way for way in out if way.chance == "maybe"]
        default = tuple(way for way in out if way.chance == "default")
        sizes = range(len(maybe) + 1)
        if len(maybe) > MOST_SUBSETS:
            sizes = range(2)
            self.outcome.complete, self.outcome.beyond_limit = False, True
        chosen = [always + some for size in sizes for some in combinations(maybe, size)]
        return [some or default for some in chosen if some or default]

    def _upstream(self, way: Way) -> frozenset[str]:
        """Stations from which a token may still come by this way, without passing its join."""
        seen: set[str] = set()
        todo = [way.source]
        while todo:
            name = todo.pop()
            if name not in seen and name != way.target:
                seen.add(name)
                todo.extend(other.source for other in self.into[name])
                todo.extend(self.hosts.get(name, ()))
        return frozenset(seen)

    # ------------------------------------------------------------ going through

    def explore(self) -> Outcome:
        """All markings from the start, up to the limit."""
        begin = self.bits[ROOT]
        before: dict[int, tuple[int, Trace]] = {begin: (0, ())}
        todo = deque([begin])
        while todo:
            marking = todo.popleft()
            followed = False
            for sets, trace in self._steps(marking, before):
                followed = True
                if sets is None or sets in before:
                    continue
                if len(before) >= self.limit:
                    self.outcome.complete, self.outcome.beyond_limit = False, True
                    todo.clear()
                    break
                before[sets] = (marking, trace)
                todo.append(sets)
            if not followed and marking & ~self.armed:
                self._note_deadlock(marking, before)
        self.outcome.states = len(before)
        return self.outcome

    def _steps(self, marking: int, before: dict[int, tuple[int, Trace]]) -> list[tuple[int | None, Trace]]:
        """The markings that may follow; None for one that is not followed, because something is there twice."""
        found: list[tuple[int | None, Trace]] = []
        for name, place in self.places.items():
            if marking & place and self._may_leave(name, marking):
                station = self.net.stations[name]
                for move in self.moves[name]:
                    cleared = 0 if move.clears == -1 else marking & ~move.clears
                    found.append((self._enter(cleared, move, marking, before), move.trace))
                    self.outcome.alive |= move.covers
                found += self._beside(station, marking, before)
        return found

    def _beside(
        self, station: Station, marking: int, before: dict[int, tuple[int, Trace]]
    ) -> list[tuple[int | None, Trace]]:
        """Boundary events that fire while their activity goes on, each once."""
        found: list[tuple[int | None, Trace]] = []
        for other in station.beside:
            guard = self.bits[station.name, other]
            if marking & guard:
                move = Move(guard, ((self.places[other], other),), station.shown, frozenset())
                found.append((self._enter(marking & ~guard, move, marking, before), move.trace))
        return found

    def _enter(self, cleared: int, move: Move, marking: int, before: dict[int, tuple[int, Trace]]) -> int | None:
        for bit, target in move.sets:
            station = self.net.stations[target]
            if cleared & bit and not station.quiet:
                shown = station.shown or move.trace[-1:]
                trace = self._trace(marking, before) + move.trace + station.shown
                for name in shown:
                    self.outcome.doubled.setdefault(name, trace)
                self.outcome.complete = False
                return None
            cleared |= bit | self._guards(station)
        return cleared

    def _may_leave(self, name: str, marking: int) -> bool:
        station = self.net.stations[name]
        place = self.places[name]
        if station.join == "any":
            return True
        if station.join == "all":
            return marking & place == place
        filled = {bit for bit in self.sources[name] if marking & bit}
        for other, there in self.places.items():
            if other != name and marking & there:
                reachable = {bit for bit, stations in self.sources[name].items() if other in stations}
                if reachable - filled and not reachable & filled:
                    return False
        return True

    # ------------------------------------------------------------ telling

    def _note_deadlock(self, marking: int, before: dict[int, tuple[int, Trace]]) -> None:
        known = {waiting.join for waiting in self.outcome.deadlocks}
        for name, place in self.places.items():
            station = self.net.stations[name]
            if not marking & place or name in known or not station.shown:
                continue
            missing = [way for way in self.into[name] if not marking & self.bits[way]]
            from_ = tuple(
                dict.fromkeys((way.trace or self.net.stations[way.source].shown or ("",))[-1] for way in missing)
            )
            self.outcome.deadlocks.append(Waiting(name, from_, self._trace(marking, before) + station.shown))

    @staticmethod
    def _trace(marking: int, before: dict[int, tuple[int, Trace]]) -> Trace:
        """The elements passed on the way to a marking."""
        parts: list[Trace] = []
        while marking in before and before[marking][0]:
            marking, trace = before[marking]
            parts.append(trace)
        return tuple(name for part in reversed(parts) for name in part)
