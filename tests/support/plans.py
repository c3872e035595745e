"""The plan of a statement as the database tells it."""

from typing import Any

import psycopg

from engine.store import Tx


def plan(tx: Tx, sql: str, bound: Any) -> str:
    """How the database would find the rows of a statement that was watched, in its own words."""
    if tx.dialect == "sqlite":
        return _told(tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", bound).all())
    # a table of three thousand rows is read at a glance; what counts is that no part of it has to be
    tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    if "$1" not in sql:
        return _told(tx.connection.exec_driver_sql(f"EXPLAIN {sql}", bound).all())
    driver: Any = tx.connection.connection.driver_connection
    return _told(psycopg.RawCursor(driver).execute(f"EXPLAIN {sql}".encode(), bound).fetchall())


def _told(rows: Any) -> str:
    return "\n".join(str(row[-1]) for row in rows)
