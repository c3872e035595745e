"""Checks an upload in a child process with limits on time and memory, so that no file can hold up the server."""

import base64
import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.bpmn.compiler import check
from engine.bpmn.expressions import Office, isolate, office, settle
from engine.bpmn.office_order import read_order
from engine.bpmn.values import Report, Stub
from engine.errors import Problem

ROOT = Path(__file__).resolve().parents[2]
CHILD = "from engine.bpmn.isolation import answer; answer()"


def check_isolated(
    files: Mapping[str, bytes],
    main: str | None = None,
    *,
    order: str | None = None,
    seconds: float = 5,
    megabytes: int = 200,
) -> Report:
    """Like ``check``; a file that needs more time or memory is refused instead. ``order`` are order rules as TOML."""
    if order is not None:
        read_order(order)  # whose fault it is must not be told as one of the files
    encoded = {name: base64.b64encode(content).decode() for name, content in files.items()}
    limits = {"megabytes": megabytes, "seconds": int(seconds) + 1}
    settled = {"zone": office().zone.key, "feel": office().feel}
    question = json.dumps({"files": encoded, "main": main, "order": order, "office": settled, **limits})
    command = [sys.executable, "-c", CHILD]
    try:
        child = subprocess.run(
            command, input=question.encode(), capture_output=True, timeout=seconds, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        return _refused("bpmn.too_slow", f"检查超过 {seconds:g} 秒", f"checking took more than {seconds:g} seconds")
    if child.returncode != 0:
        return _refused("bpmn.too_costly", f"检查超出 {megabytes} MB 内存", f"checking failed within {megabytes} MB")
    return _report(json.loads(child.stdout))


def answer() -> None:
    """The child: read a question from standard input, write the report to standard output."""
    question = json.load(sys.stdin)
    chosen = Office(ZoneInfo(question["office"]["zone"]), question["office"]["feel"])
    settle(chosen)
    memory = (question["megabytes"] << 20) + (_reserved() if chosen.feel == "feelin" else 0)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (question["seconds"], question["seconds"]))
    files = {name: base64.b64decode(content) for name, content in question["files"].items()}
    order = read_order(question["order"]) if question["order"] is not None else None
    json.dump(asdict(check(files, main=question["main"], order=order)), sys.stdout)


def _reserved() -> int:
    """Bytes of addresses that V8 takes for itself: far more than it ever writes to, and with limits of its own."""
    before = _addresses()
    isolate.begin()
    return _addresses() - before


def _addresses() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def _report(stored: dict[str, Any]) -> Report:
    problems = tuple(_problem(problem) for problem in stored.pop("problems"))
    warnings = tuple(_problem(problem) for problem in stored.pop("warnings"))
    adaptations = tuple(stored.pop("adaptations"))
    stubs = tuple(Stub(**stub) for stub in stored.pop("stubs"))
    return Report(problems=problems, warnings=warnings, adaptations=adaptations, stubs=stubs, **stored)


def _problem(stored: dict[str, Any]) -> Problem:
    return Problem(**{**stored, "trace": tuple(stored["trace"])})


def _refused(code: str, zh: str, en: str) -> Report:
    problem = Problem(code, None, None, zh, en, "请简化或拆分流程图。", "Simplify or split the diagram.")
    return Report(ok=False, problems=(problem,))
