"""What differs from what was written and was found to be right: it counts from now on, and the house keeps why."""

from engine.errors import BadInput, Conflict
from engine.runtime import Engine
from engine.store import Tx, accepting, house_record, instances


def accept(engine: Engine, what: str, why: str) -> int:
    """Let an instance (its number), a line of a register (``seal#3``) or a row (``person:12``) count as it stands.

    Answers how many rows differed.

    A history that was changed cannot be accepted: its chain would have to be written anew.
    """
    if not why.strip():
        raise BadInput("请写明核实情况。", "say why it is right", "例如：--why 已与备份核对。", "doctor.why")
    with engine.store.transaction() as tx:
        accepted = _accepted(tx, what)
        if not accepted:
            raise Conflict(f"{what} 与写入时一致，无须确认。", f"{what} is as it was written", "", "doctor.sound")
        detail = {"what": what, "why": why.strip()[:400]}
        house_record.append(tx, "accepted", engine.now(), actor_id=None, detail=detail)
    return accepted


def _accepted(tx: Tx, what: str) -> int:
    register, mark, ordinal = what.rpartition("#")
    if mark and ordinal.isdecimal():
        return accepting.accept_line(tx, register, int(ordinal))
    table, mark, row = what.rpartition(":")
    if mark and row.isdecimal() and accepting.is_table(table):
        return accepting.accept_row(tx, table, int(row))
    return accepting.accept_instance(tx, instances.by_number(tx, what, lock=True, judged=False))
