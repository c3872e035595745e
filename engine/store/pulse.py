"""Whether the database answers, and what its silence looks like to those who may not know SQLAlchemy."""

from sqlalchemy import exc, text

from engine.store.database import Store

# no connection, a connection that broke, no free one in time, or a lock that was not given in time
LOST: tuple[type[Exception], ...] = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


def alive(store: Store) -> bool:
    """Ask the database for one row."""
    try:
        with store.reading() as tx:
            return bool(tx.scalar(text("SELECT 1")) == 1)
    except LOST:
        return False
