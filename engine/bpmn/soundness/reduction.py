"""Makes a net smaller without changing what can go wrong in it, so that large but orderly diagrams cost nothing.

Chains, choices and forks that meet again, and small loops fold into one way, which remembers what it covers.
"""

from dataclasses import dataclass, field, replace

from engine.bpmn.soundness.net import ROOT, Net, Station, Way


def reduced(net: Net) -> Net:
    """A smaller net with the same deadlocks, the same doublings and the same dead stations."""
    small = Net({name: replace(station) for name, station in net.stations.items()}, [replace(way) for way in net.ways])
    while _merge_twins(small) or Round(small).fold():
        pass
    return small


@dataclass(slots=True)
class Round:
    """Takes out stations that do not touch each other, so that one look at the net serves for all of them."""

    net: Net
    out: dict[str, list[Way]] = field(init=False)
    into: dict[str, list[Way]] = field(init=False)
    touched: set[str] = field(default_factory=set)
    gone: set[Way] = field(default_factory=set)
    new: list[Way] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.out, self.into = self.net.out(), self.net.into()

    def fold(self) -> bool:
        """Whether anything became smaller."""
        kept = {ROOT, *(name for station in self.net.stations.values() for name in station.beside)}
        for name, station in list(self.net.stations.items()):
            near = {name, *(w.source for w in self.into[name]), *(w.target for w in self.out[name])}
            loops = any(way.target == name for way in self.out[name])
            if name in kept or station.beside or station.terminates or loops or near & self.touched:
                continue
            if self._can_go(station):
                self._take_out(station)
                self.touched |= near
        self.net.ways = [way for way in self.net.ways if way not in self.gone] + self.new
        return bool(self.gone)

    def _can_go(self, station: Station) -> bool:
        """Whether what comes in may as well go on by itself."""
        into, out = self.into[station.name], self.out[station.name]
        if not station.quiet and all(self.net.stations[way.target].quiet for way in out):
            return False  # the last that notices when it is come to twice
        if len(into) == 1 and len(out) == 1:
            return True
        if len(into) == 1 and out and station.split == "one":
            return self._chooses(into[0])
        merges = len(into) > 1 and len(out) == 1 and station.join == "any"
        return merges and self.net.stations[out[0].target].join == "any"

    def _chooses(self, way: Way) -> bool:
        """Whether a choice right behind this way can be made before it."""
        source = self.net.stations[way.source]
        return source.split == "one" or (len(self.out[way.source]) == 1 and not source.beside)

    def _take_out(self, station: Station) -> None:
        """Every way in, combined with every way out."""
        into, out = self.into[station.name], self.out[station.name]
        if len(out) > 1:
            self.net.stations[into[0].source].split = "one"
        self.new += [_joined(first, station, second, len(out) == 1) for first in into for second in out]
        self.gone |= {*into, *out}
        del self.net.stations[station.name]


def _joined(first: Way, station: Station, second: Way, only: bool) -> Way:
    return Way(
        first.source,
        second.target,
        first.chance if only else "maybe",
        first.trace + station.shown + second.trace,
        first.covers | station.covers | second.covers,
    )


def _merge_twins(net: Net) -> bool:
    """Ways between the same two stations that mean the same become one; a loop back to itself is dropped."""
    kept: dict[tuple[str, str], Way] = {}
    ways: list[Way] = []
    counts = {name: len(found) for name, found in net.out().items()}
    for way in net.ways:
        source, target = net.stations[way.source], net.stations[way.target]
        if way.source == way.target and source.split == "one" and source.join == "any" and counts[way.source] > 1:
            source.covers |= way.covers
            counts[way.source] -= 1
            continue
        twin = kept.get((way.source, way.target))
        if twin is not None and _same(source, target):
            _absorb(twin, way, source)
            continue
        kept.setdefault((way.source, way.target), way)
        ways.append(way)
    changed = len(ways) < len(net.ways)
    net.ways = ways
    for name, into in net.into().items():
        if len(into) < 2:
            net.stations[name].join = "any"  # a join with one way left has nothing to wait for
    return changed


def _same(source: Station, target: Station) -> bool:
    if source.split == "one":
        return target.join != "all"
    return target.join == "some" or (target.join == "all" and source.split == "all")


def _absorb(twin: Way, way: Way, source: Station) -> None:
    twin.covers |= way.covers
    twin.trace = min(twin.trace, way.trace, key=len) if source.split == "one" else twin.trace + way.trace
    twin.chance = "always" if "always" in (twin.chance, way.chance) else "maybe"
