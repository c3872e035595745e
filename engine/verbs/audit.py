"""The record shows every change made by hand: links over all instances, anchored outside, and their verification."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from engine.archives.chain import link_hash
from engine.runtime import Engine
from engine.store import Tx, checkup, history, house_record, instances, links
from engine.store.links import LinkRow

log = structlog.get_logger(__name__)

HOUSE = "house"  # what stands for the number of an instance where the record of the house is meant
SETTLED = timedelta(seconds=60)  # no transaction lasts that long


@dataclass(frozen=True, slots=True)
class Tampering:
    """A change by hand: the instance and its first bad entry, or the link or line of the whole chain that fails."""

    kind: str  # entry | link | anchor
    instance: str
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and everything that does not hold."""

    instances: int
    links: int
    anchors: int
    tampered: tuple[Tampering, ...]


def anchor(engine: Engine) -> bool:
    """Cover what is new by a link, and write its digest where no user of the database can; False if nothing is new."""
    now = engine.now()
    with engine.store.transaction() as tx:
        made = links.add(tx, now, now - SETTLED)
    if made is None:
        return False
    path = anchors(engine)
    with path.open("a", encoding="ascii") as file:
        file.write(f"{made.at.isoformat()} {made.id} {made.digest}\n")
        file.flush()
        os.fsync(file.fileno())
    log.info("record anchored", link=made.id, digest=made.digest)
    return True


def anchors(engine: Engine) -> Path:
    """The file of anchors, beside the keys."""
    return engine.settings.home / "audit.log"


def verify(engine: Engine) -> Verification:
    """Compute every chain anew and compare it with what lies outside the database."""
    path = anchors(engine)
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    with engine.store.steady() as tx:
        return verified(tx, lines)


def verified(tx: Tx, lines: list[str]) -> Verification:
    """The same inside an open transaction, with the lines of the file of anchors."""
    everybody, chain = checkup.ids(tx, alive=False), links.all_of_them(tx)
    found = [*_entries(tx, everybody), *_house(tx), *_covered(tx, chain), *_linked(tx, chain), *_anchored(chain, lines)]
    return Verification(len(everybody), len(chain), len(lines), tuple(dict.fromkeys(found)))


def _entries(tx: Tx, everybody: list[int]) -> Iterator[Tampering]:
    for instance_id in everybody:
        row = instances.by_id(tx, instance_id)
        seq = history.broken_at(tx, instance_id, row.history_hash)
        if seq is not None:
            yield Tampering("entry", row.number, seq, "chain")


def _house(tx: Tx) -> Iterator[Tampering]:
    seq = house_record.broken_at(tx)
    if seq is not None:
        yield Tampering("entry", HOUSE, seq, "chain")


def _covered(tx: Tx, chain: list[LinkRow]) -> Iterator[Tampering]:
    """What a link has seen must still be there: this finds an end that was cut off together with its head."""
    there, numbers = links.entries_at(tx), _numbers(tx)
    for each in chain:
        for instance_id, (seq, digest) in each.heads.items():
            key = (int(instance_id), int(seq))
            if there.get(key) != digest:
                cut = max((s for i, s in there if i == key[0]), default=0)
                number = numbers.get(key[0], f"#{instance_id}")
                yield Tampering("entry", number, min(key[1], cut + 1), f"link {each.id}")


def _numbers(tx: Tx) -> dict[int, str]:
    return {i: instances.by_id(tx, i).number for i in checkup.ids(tx, alive=False)} | {house_record.AS_INSTANCE: HOUSE}


def _linked(tx: Tx, chain: list[LinkRow]) -> Iterator[Tampering]:
    previous = ""
    for each in chain:
        if link_hash(tx.audit_key, previous, each.at, each.through, each.heads) != each.digest:
            yield Tampering("link", "", each.id, "digest")
            return
        previous = each.digest


def _anchored(chain: list[LinkRow], lines: list[str]) -> Iterator[Tampering]:
    """Every line has its link; a link may lack its line, because another node wrote it or died in between."""
    known = {each.id: each.digest for each in chain}
    for line in lines:
        _at, number, digest = line.split(" ")
        if known.get(int(number)) != digest:
            yield Tampering("anchor", "", int(number), line)
            return
