"""What must be true when the storm is over: ledger, mailbox and check-up agree with the database."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select

from engine.channels import MOST_TRIES
from engine.store import Tx
from engine.store.tables import delivery, history, incident, instance, notification, person, timer
from engine.verbs import doctor
from tests.chaos.clients import Ledger
from tests.chaos.mailbox import POISONED, Mailbox
from tests.chaos.office import Office

TOLD = ("decide", "return", "retract", "transfer")


def violations(office: Office, ledger: Ledger, mailbox: Mailbox) -> list[str]:
    """One line to each thing that is not as it must be."""
    with office.engine.store.reading() as tx:
        found = [*_ledger(tx, ledger), *_timers(tx), *_mail(tx, mailbox), *_ended(tx)]
    found += [f"answer {crash}" for crash in ledger.crashes[:20]]
    return found + [f"{f.code} {f.instance} {f.what}" for f in doctor.examine(office.engine).violations]


def _ledger(tx: Tx, ledger: Ledger) -> Iterator[str]:
    """Every acknowledgement is one act, and every act was acknowledged; a repeated request heard the same."""
    yield from (f"unanswered {e.verb} {e.subject}" for e in ledger.unanswered)
    for verb in TOLD:
        rows = tx.all(select(history.c.item_id, func.count()).where(history.c.verb == verb).group_by(history.c.item_id))
        acts = Counter({str(r[0]): int(r[1]) for r in rows})
        promised = ledger.acknowledged(verb)
        for subject in sorted(set(acts) | set(promised)):
            if acts[subject] != promised[subject]:
                yield f"{verb} of {subject}: acknowledged {promised[subject]}, done {acts[subject]}"
    started, asked = int(tx.scalar(select(func.count()).select_from(instance))), ledger.acknowledged("start")["storm"]
    if started != asked:
        yield f"start: acknowledged {asked}, done {started}"
    for entry in ledger.entries:
        if any(answer != entry.answers[0] for answer in entry.answers[1:]):
            yield f"{entry.verb} of {entry.subject}: two answers to one key"


def _timers(tx: Tx) -> Iterator[str]:
    early = tx.all(select(timer.c.id).where(timer.c.state.in_(("fired", "merged")), timer.c.fired_at < timer.c.due))
    yield from (f"timer {r[0]} fired early" for r in early)
    dead = int(tx.scalar(select(func.count()).where(timer.c.state == "dead")))
    if dead:
        yield f"{dead} timers are dead"


def _mail(tx: Tx, mailbox: Mailbox) -> Iterator[str]:
    """Delivered covers sent, nothing was invented, and poison is tried so often and then given up, visibly."""
    known = {int(r[0]) for r in tx.all(select(notification.c.id))}
    sent = {int(r[0]) for r in tx.all(select(delivery.c.notification_id).where(delivery.c.state == "sent"))}
    yield from (f"notice {n} was sent and never came" for n in sorted(sent - mailbox.notices()))
    yield from (f"notice {n} came and was never written" for n in sorted(mailbox.notices() - known))
    if "unknown" in mailbox.taken:
        yield "a letter came that no notice asked for"
    waiting = int(tx.scalar(select(func.count()).where(delivery.c.state == "waiting")))
    if waiting:
        yield f"{waiting} deliveries still wait"
    yield from _poison(tx, mailbox)


def _poison(tx: Tx, mailbox: Mailbox) -> Iterator[str]:
    """What is never taken is tried so often and then given up, in one incident, and holds up nobody else (P10)."""
    dead = tx.all(
        select(delivery.c.id, delivery.c.attempts, person.c.login)
        .join_from(delivery, notification, notification.c.id == delivery.c.notification_id)
        .join(person, person.c.id == notification.c.person_id)
        .where(delivery.c.state == "dead")
    )
    if not dead:
        yield "no letter was poisoned: this run proves nothing about them"
    yield from (f"delivery {r.id} given up after {r.attempts} tries" for r in dead if r.attempts != MOST_TRIES)
    yield from (f"delivery {r.id} to {r.login} given up: nobody refused it" for r in dead if r.login != POISONED)
    yield from (f"{key} was tried {n} times" for key, n in mailbox.refused.items() if n > MOST_TRIES)
    if dead and not mailbox.passed_by:
        yield "no letter of others came while the poisoned ones were tried"
    seen = int(tx.scalar(select(func.count()).where(incident.c.kind == "delivery", incident.c.resolved_at.is_(None))))
    if seen != bool(dead):
        yield f"{len(dead)} dead deliveries and {seen} incidents"


def _ended(tx: Tx) -> Iterator[str]:
    rows = tx.all(select(instance.c.number).where(instance.c.state.not_in(("completed", "rejected"))))
    yield from (f"{r[0]} did not come to its end" for r in rows)
