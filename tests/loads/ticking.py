"""`python -m tests.loads.ticking URL HOME`: keeps the time of deadlines alone, once there is a line on stdin."""

import sys
from pathlib import Path
from threading import Event

from engine import open_engine, scheduler
from engine.settings import Settings

if __name__ == "__main__":
    engine = open_engine(sys.argv[1], settings=Settings(home=Path(sys.argv[2])))
    only = [duty for duty in scheduler.DUTIES if duty.name == "timers"]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    # without a lock file: all that are started tick at once, as those of several machines do
    scheduler.run(engine, stop_event=Event(), duties=only)
