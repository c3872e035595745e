"""The job runner: long work done part by part, beside the scheduler or on workers of other machines."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from engine.errors import BadInput
from engine.jobs.kinds import KINDS, Kind, table
from engine.jobs.running import perform, perform_due
from engine.runtime import Engine

__all__ = ["KINDS", "Kind", "distributed", "on_workers", "perform", "perform_due", "table"]


def distributed() -> Any:
    """The part that needs the extra ``jobs``."""
    try:
        return import_module("engine.jobs.distributed")
    except ModuleNotFoundError as missing:
        raise BadInput(
            f"缺少 {missing.name}。",
            f"{missing.name} is not installed",
            "请安装：pip install 'sanban[jobs]'。",
            "settings.extra",
        ) from missing


@contextmanager
def on_workers(engine: Engine, stop: threading.Event) -> Iterator[None]:
    """With SANBAN_JOBS=procrastinate, be one of the workers until the event is set."""
    if engine.settings.jobs != "procrastinate":
        yield
        return
    thread = threading.Thread(target=distributed().work, args=(engine, stop), name="jobs")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
