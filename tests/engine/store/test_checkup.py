"""The questions of the check-up stay answerable when the record has grown for years."""

import pytest

from engine.runtime import Engine
from engine.store import checkup


@pytest.mark.parametrize("code", checkup.CHECKS)
def test_no_question_walks_the_whole_record_for_each_row(sqlite_office: Engine, code: str) -> None:
    with sqlite_office.store.reading() as tx:
        sql = str(checkup.CHECKS[code].compile(tx.connection, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(str(row[-1]) for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))

    assert plan
    assert "SCAN history" not in plan, plan
    # nor all notices of a person for each of their cases
    assert "ix_notification_person_id_not_before" not in plan, plan
