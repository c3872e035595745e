"""The log: one line per event that programs read, and nobody's words in it."""

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from psycopg.errors import UniqueViolation
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from engine import log_lines

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Where lines go, as JSON; afterwards everything is as it was."""
    before = structlog.get_config()
    lines = io.StringIO()
    log_lines.shape("json", lines)
    yield lines
    structlog.configure(**before)


def last(lines: io.StringIO) -> dict[str, object]:
    return dict(json.loads(lines.getvalue().splitlines()[-1]))


def test_a_line_says_what_how_grave_and_when_in_utc(written: io.StringIO) -> None:
    structlog.get_logger().warning("refused", person=7)

    line = last(written)
    at = datetime.fromisoformat(str(line.pop("timestamp")))
    assert line == {"event": "refused", "person": 7, "level": "warning"}
    assert at.utcoffset() == UTC.utcoffset(None)


def test_a_fault_is_told_by_kind_and_way_without_anybodys_words(written: io.StringIO) -> None:
    opinion = "关于某人的处分意见"
    try:
        try:
            told: dict[str, str] = {}
            told[opinion]
        except KeyError as error:
            raise ValueError(opinion) from error
    except ValueError:
        structlog.get_logger().exception("duty failed", duty="timers")

    line = last(written)
    assert line["error"] == "ValueError <- KeyError"
    assert str(line["trace"]).count("test_log_lines.py") == 1
    assert opinion not in written.getvalue()


def test_what_the_database_says_is_told_and_what_was_sent_to_it_is_not(written: io.StringIO) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("create table person (login text unique)"))
        connection.execute(text("insert into person values (:login)"), {"login": "zhangsan"})
        with pytest.raises(IntegrityError) as told:
            connection.execute(text("insert into person values (:login)"), {"login": "zhangsan"})
    structlog.get_logger().error("request failed", exc_info=told.value)

    assert "UNIQUE constraint failed: person.login" in str(last(written)["error"])
    assert "zhangsan" not in written.getvalue()


def test_the_lines_after_the_first_of_a_database_are_left_out(written: io.StringIO) -> None:
    said = UniqueViolation("duplicate key\nDETAIL: Key (login)=(zhangsan) already exists.")
    fault = IntegrityError("insert", {}, said)
    structlog.get_logger().error("request failed", exc_info=fault)

    assert last(written)["error"] == "IntegrityError: duplicate key"


def test_a_value_stays_in_its_line_and_ends() -> None:
    before = structlog.get_config()
    lines = io.StringIO()
    try:
        log_lines.shape("text", lines)
        structlog.get_logger().warning("refused", path="/d/a\r\n2026-01-01 forged \x1b[31m" + "A" * 10_000)
    finally:
        structlog.configure(**before)

    assert lines.getvalue().count("\n") == 1
    assert "\x1b[31m" not in lines.getvalue()
    assert len(lines.getvalue()) < 2 * log_lines.LONGEST


def test_lines_of_libraries_have_the_same_shape() -> None:
    record = logging.LogRecord("gunicorn.error", logging.ERROR, __file__, 1, "worker %s died", (7,), None)

    line = json.loads(log_lines.for_libraries("json").format(record))

    assert (line["event"], line["level"], line["logger"]) == ("worker 7 died", "error", "gunicorn.error")


def test_a_fault_that_a_library_tells_is_told_without_its_words() -> None:
    fault = ValueError("关于某人的处分意见")
    record = logging.LogRecord("apscheduler", logging.ERROR, __file__, 1, "job failed", (), (ValueError, fault, None))

    line = json.loads(log_lines.for_libraries("json").format(record))

    assert (line["event"], line["error"], line["trace"]) == ("job failed", "ValueError", [])


def test_every_event_stands_in_the_reference() -> None:
    told = (ROOT / "docs/reference/log.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| `([^`]+)` \|", told, re.MULTILINE))
    sources = [
        p.read_text(encoding="utf-8") for part in ("engine", "web", "forms") for p in (ROOT / part).rglob("*.py")
    ]
    written = {
        event
        for source in sources
        for event in re.findall(r"\blog(?:ger)?\.(?:debug|info|warning|error|exception)\(\s*\"([^\"]+)\"", source)
    }

    assert len(written) > 15
    assert written == known
