"""One case tells another of the same kind: I am merged into you and wait for your end, or you have earned a slip.

The other one is locked by its own commands, so a timer that is due now carries the word and its own tick takes it in.
"""

from collections.abc import Mapping
from typing import Final

from engine.errors import BadInput, NotFound
from engine.model import Json
from engine.progress.case import Case, log
from engine.progress.lamps import mark
from engine.store import instances, timers
from engine.store.instances import InstanceRow

JOINED: Final = "joined"  # kind of the timer
WAITING: Final = "joined_by"  # variable: who waits for the end of this one, and at which of their nodes
INTO: Final = "merged_into"  # variable of the one that is merged: the number of the other
GOING: Final = ("running", "suspended")


def join(case: Case, named: str, field: str, node: str) -> None:
    """Merge this case into the one whose number stands in a field: it keeps a line there, and waits at ``node``."""
    other = _find(case, named)
    if other is None or not _takes_in(other, case.row):
        number = case.row.variables.get(named)
        raise BadInput(
            f"“{number}”不是可以并入的在办件。", f"{number} is no case under way", "请填写在办件的编号。", "form.rule"
        )
    known = case.row.variables
    line: dict[str, Json] = {
        "file_no": case.row.number,
        "source": known.get("source"),
        "source_ref": known.get("superior_no") or known.get("source_ref"),
        "at": case.calendar.local(case.now).isoformat(),
    }
    case.row.variables = known | {INTO: other.number}
    _send(case, other, {"field": field, "line": line, "from": case.row.id, "wait": node})
    case.final = f"已并入 {other.number}"


def _takes_in(other: InstanceRow, row: InstanceRow) -> bool:
    """Whether a case may be merged into that one: another of its own process, under way, and not merged itself."""
    alike = other.id != row.id and other.process == row.process
    return alike and other.state in GOING and not other.variables.get(INTO)


def issued(case: Case, named: str, word: str) -> None:
    """Keep with the case named in a field that a slip was issued on it; one it has issued itself is kept already."""
    other = _find(case, named)
    if other is not None and other.state in GOING and other.id != case.row.parent_id and word:
        _send(case, other, {"mark": word, "file_no": case.row.number})


def hear(case: Case, facts: Mapping[str, Json]) -> None:
    """Take in what another case has said."""
    if facts.get("mark"):
        mark(case, [str(facts["mark"])])
        log(case, "issued", detail={"opinion": str(facts["file_no"]), "mark": facts["mark"]})
        return
    line, field = dict(facts["line"]), str(facts["field"])
    waiting = [*(case.row.variables.get(WAITING) or []), [facts["from"], facts["wait"]]]
    lines = [*(case.row.variables.get(field) or []), line]
    case.row.variables = case.row.variables | {field: lines, WAITING: waiting}
    said = "，".join(str(line[name]) for name in ("file_no", "source", "source_ref") if line[name])
    log(case, "joined", detail={"opinion": said, "from": line["file_no"]})


def release_joined(case: Case) -> None:
    """The end of a case lets go on whoever was merged into it, also those whose word has not been taken in yet."""
    if b"join:" not in case.package.xml:
        return
    for waiter, node in case.row.variables.get(WAITING) or []:
        release_one(case, waiter, node)
    for late in timers.of_instance(case.tx, case.row.id):
        if late.kind == JOINED and late.state == "waiting" and "wait" in late.facts:
            release_one(case, int(late.facts["from"]), str(late.facts["wait"]))


def release_one(case: Case, waiter: int, node: str) -> None:
    """Let one of them go on."""
    facts = {"wait": node, "child": case.row.number, "state": case.row.state}
    row = {"instance_id": waiter, "kind": "release", "level": "child", "rung": f"child-{case.row.id}"}
    timers.arm(case.tx, [row | {"due": case.now, "facts": facts}])


def _find(case: Case, named: str) -> InstanceRow | None:
    try:
        return instances.by_number(case.tx, str(case.row.variables.get(named) or ""))
    except NotFound:
        return None


def _send(case: Case, other: InstanceRow, facts: dict[str, Json]) -> None:
    row = {"instance_id": other.id, "kind": JOINED, "level": "child", "rung": f"joined-{case.row.id}"}
    timers.arm(case.tx, [row | {"due": case.visible_at, "facts": facts}])
