"""Rows as a damaged disk, or a hand in the database, leaves them."""

from typing import Any

from sqlalchemy import text

from engine.runtime import Engine
from engine.store import house
from engine.verbs import doctor, watching


def change(office: Engine, statement: str, **values: Any) -> None:
    """Change rows behind the back of the program; at least one."""
    with office.store.transaction() as tx:
        assert tx.execute(text(statement), values).rowcount > 0
    office.forget()


def noticed(office: Engine) -> set[str]:
    """Codes of the rows that are not as they were written: the check-up tells the same as the watch of the night."""
    codes = {row.code for row in watching.altered(office)}
    office.forget()
    found = {f.code for f in doctor.examine(office).findings}
    assert codes <= found
    watching.look(office)
    with office.store.reading() as tx:
        incidents = {str(one["facts"].get("code")) for one in house.open_incidents(tx) if one["kind"] == watching.KIND}
    assert codes <= incidents
    return codes
