"""`python -m tests.loads.migrating URL N`: upgrades once there is a line on stdin; dies at its n-th statement."""

import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from engine.store import Store
from engine.store.migrations import upgrade

if __name__ == "__main__":
    store, last = Store(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    statements = 0

    def heard(*_args: Any) -> None:
        global statements
        statements += 1
        if statements == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.engine, "before_cursor_execute", heard)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    upgrade(store)
    sys.stdout.write(f"{statements}\n")
