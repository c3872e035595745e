"""Files that came in while the scanner was away are asked about again; what dead uploads left behind is removed."""

import time

import structlog

from engine import channels
from engine.runtime import Engine
from engine.store import files, house, shelf

log = structlog.get_logger(__name__)

TOGETHER = 100
STALE_SECONDS = 60  # an upload writes its file at once; what is older belongs to nobody


def keep_clean(engine: Engine) -> None:
    """Clear away what interrupted uploads have left, and ask the scanner about what waits for it."""
    shelf.sweep(engine.settings.home, before=time.time() - STALE_SECONDS)
    if engine.settings.scanner:
        rescan(engine)


def rescan(engine: Engine) -> int:
    """Ask about everything that waits; how many files were judged. Stops when the scanner is away."""
    with engine.store.reading() as tx:
        waiting = {row.digest: row for row in files.waiting(tx, TOGETHER)}
    judged = 0
    for digest, row in waiting.items():
        try:
            found = channels.scan(engine.settings.scanner, shelf.path_of(engine.settings.home, digest))
        except channels.ChannelError as error:
            log.warning("scanner gives no verdict", file=row.id, code=error.reason)
            break
        with engine.store.transaction() as tx:
            judged += files.judge(tx, digest, "infected" if found else "passed")
            if found:
                house.open_incident(
                    tx,
                    kind="file",
                    message=f"附件“{row.name}”查出病毒 {found}，已隔离。",
                    at=engine.now(),
                    instance_id=row.instance_id,
                    facts={"file": row.id, "found": found},
                )
    return judged
