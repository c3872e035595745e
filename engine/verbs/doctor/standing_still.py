"""Cases that stand still and nobody would hear of: looked for all the time, each one incident (P19)."""

from engine.runtime import Engine
from engine.store import Tx, case_checkup, house, instances
from engine.verbs.doctor.cases import standstill
from engine.verbs.doctor.findings import TEXTS

KIND = "stuck"
MOST = 200  # cases to one look; where more wait for something outside, the next look goes on behind them
MARK = "standing still"


def watch(engine: Engine) -> int:
    """Open an incident for each case that cannot go on by itself and of which nobody has been told; how many."""
    with engine.store.reading() as tx:
        after = int(house.last_mark(tx, MARK)[1].get("after", 0))
        ids = case_checkup.idle(tx, after, MOST)
        standing = [found for found in ids if _why(engine, tx, found) is not None]
    told = sum(_tell(engine, instance_id) for instance_id in standing)
    reached = ids[-1] if len(ids) == MOST else 0
    if reached != after:
        with engine.store.transaction() as tx:
            house.beat(tx, MARK, engine.now(), {"after": reached})
    return told


def _tell(engine: Engine, instance_id: int) -> bool:
    """It may have gone on meanwhile, so it is looked at again while nobody can move it."""
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, instance_id, lock=True, judged=False)
        code = _why(engine, tx, instance_id) if row.state == "running" else None
        if code is None:
            return False
        words = TEXTS[code]
        message = f"流程停住：{words['zh']}。{words['repair_zh']}"
        house.open_incident(tx, kind=KIND, message=message, at=engine.now(), instance_id=row.id, facts={"code": code})
    return True


def _why(engine: Engine, tx: Tx, instance_id: int) -> str | None:
    """The code of the check-up for what is wrong; one whose rows cannot be read must not hide the others."""
    try:
        found = standstill(engine, tx, instance_id)
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return "instance.snapshot"
    return found.code if found else None
