"""The first-contact duty (首问责任) of a leaver goes with their work, each case in its own transaction."""

from dataclasses import replace

from engine.model import Actor
from engine.progress import load, save
from engine.progress.first_contact import hand
from engine.progress.knowing import UNTOLD, on_list
from engine.runtime import Engine
from engine.store import Tx, first_contacts, instances
from engine.store.absences import HandoverRow
from engine.verbs.people.moving import Moved

DUTY = "首问责任"


def duties_of(tx: Tx, person_id: int) -> tuple[Moved, ...]:
    """The running cases that a person is the first contact of, as the list of a hand-over shows them."""
    rows = first_contacts.running_of(tx, person_id)
    return tuple(Moved(0, r.number, UNTOLD if r.known_to else r.title, DUTY) for r in rows)


def hand_duties(engine: Engine, slip: HandoverRow, actor: Actor | None) -> list[Moved]:
    """Make the receiver the first contact; of a secret case only one who may know it."""
    with engine.store.reading() as tx:
        wanted = duties_of(tx, slip.person_id)
    return [_hand(engine, one, slip, actor) for one in wanted]


def _hand(engine: Engine, one: Moved, slip: HandoverRow, actor: Actor | None) -> Moved:
    with engine.store.transaction() as tx:
        case = load(engine, tx, instances.by_number(tx, one.number, lock=True), engine.now(), actor)
        receiver = case.directory.person(slip.receiver_id)
        if case.row.first_contact_id != slip.person_id or receiver is None:
            return replace(one, reason="已经不是本人的首问件")
        if not on_list(case.row, receiver.login) and case.row.initiator_id != receiver.id:
            return replace(one, reason="接收人不在知悉范围内，请另选接收人")
        hand(case, receiver.id, handover=slip.id)
        save(case)
        return replace(one, to=receiver.login, to_name=receiver.name, done=True)
