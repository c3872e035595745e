"""How lines of the log are written: one JSON object per event, or words for whoever watches a terminal.

Nobody's words go into it: of a fault it says the kind and the way through the program; what a database or the system
answers is told too, because it is about them; other messages may hold a title, a name or an opinion.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from engine.store.pulse import words_of_database

LONGEST = 500  # characters of one value
FRAMES = 30  # of the way to a fault, counted from where it happened


def set_up(style: str) -> None:
    """Write our lines and those of libraries to standard error; for whoever is the program, not for its guests."""
    shape(style)
    handler = logging.StreamHandler()
    handler.setFormatter(for_libraries(style))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def shape(style: str, stream: TextIO | None = None) -> None:
    """Our lines to ``stream`` (standard error): ``json``, ``text``, or ``auto``, which is text on a terminal."""
    structlog.configure(
        processors=[*_known(), _of_faults, _in_bounds, _renderer(style)],
        # asked for each line: whoever captures standard error has another one
        logger_factory=lambda *_names: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def for_libraries(style: str) -> logging.Formatter:
    """What gives lines of the standard library's loggers the same shape."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_known(), structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _of_faults,
            _in_bounds,
            _renderer(style),
        ],
    )


def _known() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderer(style: str) -> Processor:
    watched = sys.stderr.isatty()
    if style == "text" or (style == "auto" and watched):
        return structlog.dev.ConsoleRenderer(colors=watched)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _of_faults(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """``exc_info`` becomes the kinds of the fault and its causes, and the way to it, innermost last."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    fault = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    if fault is None:
        return event
    event["error"] = " <- ".join(_kind(each) for each in _causes(fault))
    event["trace"] = [_place(frame) for frame in traceback.extract_tb(fault.__traceback__)[-FRAMES:]]
    return event


def _causes(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = fault
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _kind(fault: BaseException) -> str:
    kind = type(fault).__qualname__
    words = str(fault) if isinstance(fault, OSError) else words_of_database(fault)
    return f"{kind}: {words}" if words else kind


def _place(frame: traceback.FrameSummary) -> str:
    return f"{frame.filename}:{frame.lineno} {frame.name}"


def _in_bounds(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: _bounded(value) for key, value in event.items()}


def _bounded(value: Any) -> Any:
    """A text that ends, and stays in its line."""
    if isinstance(value, str):
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in value[:LONGEST])
    if isinstance(value, list | tuple):
        return [_bounded(each) for each in value]
    return value
