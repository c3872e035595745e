"""Dates in registers that come near: who looks after a record is told in time, once for each step."""

from datetime import date

from engine import org
from engine.package import Register
from engine.package.register import Remind
from engine.progress.notices import announce
from engine.runtime import Engine, evaluate
from engine.store import Tx, definitions, registers
from engine.store.registers import RecordRow

TEMPLATE = "T-RECORD"


def remind(engine: Engine) -> None:
    """Once a day: look through the registers that ask for it. Safe to call twice."""
    with engine.store.transaction() as tx:
        seen: set[str] = set()
        for row in definitions.all_current(tx):
            for name, shape in engine.package(tx, row.id).registers.items():
                if shape.remind and name not in seen:
                    _look_through(engine, tx, name, shape)
                seen.add(name)


def _look_through(engine: Engine, tx: Tx, name: str, shape: Register) -> None:
    today = engine.calendar(tx).local(engine.now()).date()
    for row in registers.standing(tx, name):
        for rule in shape.remind:
            step = _step(rule, row, today)
            if step is not None and (not rule.states or row.state in rule.states):
                _tell(engine, tx, name, shape, rule, row, step)


def _step(rule: Remind, row: RecordRow, today: date) -> int | None:
    """The nearest of the rule's days that has come; None while it is too early."""
    try:
        left = (date.fromisoformat(str(row.data.get(rule.column))[:10]) - today).days
    except ValueError:
        return None
    return min((days for days in rule.days if left <= days), default=None)


def _tell(engine: Engine, tx: Tx, name: str, shape: Register, rule: Remind, row: RecordRow, step: int) -> None:
    known = {**row.data, "label": row.label}
    found = org.resolve(
        rule.to, org.Facts(variables=known), engine.directory(tx), engine.now(), evaluate=evaluate, needed=False
    )
    facts = {
        "register": shape.title,
        "record": row.label,
        "day": str(row.data[rule.column])[:10],
        "column": next(c.label for c in shape.column if c.id == rule.column),
        "text": rule.text,
    }
    once = f"record:{name}:{row.label}:{facts['day']}:{step}"
    announce(
        engine, tx, TEMPLATE, {p.id: facts for p in found.performers}, link=f"/registers/{name}/{row.id}", once=once
    )
