"""What the calendar does to people: leaves that begin and end, posts that change hands; called again and again."""

import structlog

from engine.errors import SanbanError
from engine.runtime import Engine
from engine.store import absences
from engine.verbs.people.handing_over import carry_out
from engine.verbs.people.leaves import begin_leave, settle_leave

log = structlog.get_logger(__name__)


def keep_up(engine: Engine) -> int:
    """Begin and settle leaves and carry out rotations that are due; how many. Each may be interrupted and repeated."""
    with engine.store.reading() as tx:
        moment = engine.now()
        leaves, handovers = absences.due_leaves(tx, moment), absences.due_handovers(tx, moment)
    done = 0
    for row in leaves:
        try:
            if row.until <= moment:
                settle_leave(engine, row.id)
            else:
                begin_leave(engine, row.id)
            done += 1
        except SanbanError as error:
            log.error("leave not settled", leave=row.id, code=error.reason)
    for slip in handovers:
        try:
            carry_out(engine, slip.id)
            done += 1
        except SanbanError as error:
            log.error("hand-over not done", handover=slip.id, code=error.reason)
    return done
