"""How fast one person's inbox opens when a whole group of companies has its work in the same table."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, and_, case, insert, literal, null, select, true

from engine.bench.copies import multiply
from engine.bench.laps import Laps
from engine.bench.office import REQUEST, Office, at_work
from engine.bench.sites import Site
from engine.store import tables
from engine.verbs import inbox, instances

ALL_ITEMS = 1_000_000
OWN_ITEMS = 2_000
EACH = 100  # items of one instance: only the first is made by hand, the database makes the others
PAGES = 300
LOGIN = "p01"


def crowded_inbox(site: Site, base: str, scale: float) -> tuple[Laps, int]:
    """First pages of a person with two thousand items among a million open ones; how many of theirs the page names."""
    url, laps = site.copy(base), Laps()
    with at_work(url) as office:
        _fill(office, max(EACH, round(ALL_ITEMS * scale)))
    site.settle(url)
    with at_work(url) as office:
        me = next(actor for actor in office.people.values() if actor.login == LOGIN)
        total = inbox.page(office.engine, me).total
        for _page in range(PAGES):
            with laps.lap("page"):
                inbox.page(office.engine, me)
    return laps, total


def _fill(office: Office, items: int) -> None:
    """Instances with one item each, all for others; then copies of the items, of which a few are of one person."""
    number = instances.start(office.engine, "approval", REQUEST, office.clerk).number
    me = next(actor for actor in office.people.values() if actor.login == LOGIN)
    others = [person for person in office.people if person != me.id]
    pools = sorted({pool for actor in office.people.values() for pool in actor.pools} - set(me.pools))
    holders: list[tuple[int | None, str | None]] = [*((p, None) for p in others), *((None, p) for p in pools)]
    begun, made = office.clock(), items // EACH

    def spread(name: str, n: int, row: dict[str, Any]) -> None:
        if name == "work_item":
            due = begun + timedelta(minutes=(n * 7_919) % 23_000 - 3_000)
            row["performer_id"], row["pool"] = holders[n % len(holders)]
            row["urgency"] = "特急" if n % 11 == 0 else "平件"
            row["visible_at"] = row["arrived_at"]
            row["deadline"] = row["sort_at"] = due

    multiply(office.engine, number, made, spread, history=False)
    original = office.open_items(number)[0].instance_id
    _copy_items(office, me.id, original, items * OWN_ITEMS // ALL_ITEMS)


def _copy_items(office: Office, person_id: int, original: int, own: int) -> None:
    """The open item of each copied instance again by one statement; so many of them belong to this person."""
    table = tables.work_item
    copies = select(literal(1, Integer).label("n")).cte("copies", recursive=True)
    copies = copies.union_all(select(copies.c.n + 1).where(copies.c.n < EACH - 1))
    mine = and_(copies.c.n == 1, table.c.instance_id <= original + own)
    names = [column.name for column in table.c if column.name != "id"]
    changed = {
        "performer_id": case((mine, person_id), else_=table.c.performer_id),
        "pool": case((mine, null()), else_=table.c.pool),
        "row_digest": null(),  # of the original's performer
    }
    rows = select(*(changed.get(name, table.c[name]) for name in names)).select_from(table.join(copies, true()))
    with office.engine.store.transaction() as tx:
        tx.execute(
            insert(table).from_select(names, rows.where(table.c.state == "open", table.c.instance_id > original)), {}
        )
