"""The only place with SQL: tables, transactions, repositories and migrations."""

from engine.store.database import Store, Tx

__all__ = ["Store", "Tx"]
