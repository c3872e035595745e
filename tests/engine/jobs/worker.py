"""A worker in a process of its own, for tests that kill it and do not wait half a minute for its leases."""

import sys
import threading
from datetime import timedelta
from time import sleep

from engine import jobs, open_engine
from engine.jobs import running
from engine.settings import Settings

SECONDS = 2.0


def main(how: str) -> None:
    """Work until killed: ``here`` as `sanban work` does it, or ``procrastinate``."""
    running.LEASE, running.RENEW_SECONDS = timedelta(seconds=SECONDS), SECONDS / 3
    engine = open_engine(settings=Settings())
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    if how == "here":
        while True:
            jobs.perform_due(engine)
            sleep(0.05)
    distributed = jobs.distributed()
    distributed.SILENT_SECONDS, distributed.LOOK_SECONDS = SECONDS, 1.0
    distributed.work(engine, threading.Event())


if __name__ == "__main__":
    main(sys.argv[1])
