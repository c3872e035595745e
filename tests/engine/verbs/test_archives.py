"""The archive: an ending asks for one package, it is made once, and only who may know the case finds it."""

import json
import signal
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.archives import examine
from engine.errors import Altered, BadInput, NotAllowed, NotFound
from engine.runtime import Engine
from engine.store import archives as rows
from engine.store import history, house, judging, knowers
from engine.store import instances as stored
from engine.verbs import archives, audit, definitions, doctor, files, instances, stopping, watching, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change
from tests.support.joint import at
from tests.support.memo import FORM, HEAD, end, flow, task

MANIFEST = """
key = "filed"
title = "留存件"
diagram = "filed.bpmn"
form = "filed"
first = "P1"
[archive]
retention = "10年"
retention_field = "kept"
paper = true
paper_no = "shelf_no"
paper_place = "shelf"
filed_at = "P2"
"""
FIELDS = """
[[field]]
id = "kept"
type = "select"
label = "保管期限"
options = ["永久", "30 年", "10 年"]
[[field]]
id = "shelf_no"
type = "text"
label = "归档号"
[[field]]
id = "shelf"
type = "text"
label = "位置"
[[field]]
id = "papers"
type = "files"
label = "附件"
"""
DIAGRAM = (
    HEAD
    + '<bpmn:process id="filed" isExecutable="true"><bpmn:startEvent id="S" />'
    + task("P1", "起草", performer="initiator()", limit="none", outcomes="submit:提交", fields="*:write")
    + task(
        "P2", "归档", performer="post('wenshu', 'bgs')", limit="none",
        fields="kept:write, shelf_no:write, shelf:write", outcomes="done:归档",
    )
    + end("E")
    + flow("S", "P1") + flow("P1", "P2") + flow("P2", "E")
    + "</bpmn:process></bpmn:definitions>"
)  # fmt: skip
PACKAGE = {
    "process.toml": MANIFEST.encode(),
    "filed.bpmn": DIAGRAM.encode(),
    "forms/filed.toml": (FORM + FIELDS).encode(),
}
ROOT = Path(__file__).resolve().parents[3]
PAPER = {"kept": "30 年", "shelf_no": "WS-30-0001", "shelf": "一库 2 架"}


def filed(office: Engine, who: Login, content: str = "品名,价\n", **data: object) -> str:
    """A case with an attachment that has just ended."""
    definitions.deploy(office, PACKAGE)
    paper = files.put(office, "报价单.csv", [content.encode()], who("rlb1")).id
    number = instances.start(office, "filed", {"title": "关于购置的签报", "papers": [paper]}, who("rlb1")).number
    item = at(office, who, number, "P2").id
    work.decide(office, item, "done", who("wenshu_a"), opinion="已核，归档。", data=data)
    return number


def packed(office: Engine, clock: FakeClock) -> int:
    """A few minutes later, with the record anchored as the scheduler would."""
    clock.advance(timedelta(minutes=2))
    audit.anchor(office)
    clock.advance(timedelta(minutes=2))
    return archives.make_due(office)


def place(office: Engine, number: str, who: Login) -> Path:
    kept = archives.package(office, archives.of_instance(office, number, who("auditor"))[-1].id, who("auditor"))[1]
    assert isinstance(kept, Path)  # the sealed original, as it lies on the shelf
    return kept


def test_an_ended_case_becomes_one_package_that_holds_all_of_it(office: Engine, who: Login, clock: FakeClock) -> None:
    number = filed(office, who, **PAPER)
    assert archives.make_due(office) == 0  # a decision may still be undone

    assert packed(office, clock) == 1
    assert packed(office, clock) == 0

    file = place(office, number, who)
    with zipfile.ZipFile(file) as package:
        names = package.namelist()
        manifest, opinions = (json.loads(package.read(n)) for n in ("manifest.json", "opinions.json"))
        assert package.read("处理单.pdf").startswith(b"%PDF")
        assert package.read("attachments/001-报价单.csv") == "品名,价\n".encode()
        assert package.read("model/filed.bpmn") == DIAGRAM.encode()
    assert {"form.json", "history.json", "chain.json", "说明.txt", "seal.txt"} <= set(names)
    assert (manifest["case"]["number"], manifest["retention"], manifest["keep_until"]) == (number, "30年", "2056-12-31")
    assert [(o["step"], o["outcome"], o["opinion"]) for o in opinions][-1] == ("归档", "归档", "已核，归档。")
    found = examine(file, key=office.settings.audit_secret(), anchors=audit.anchors(office).read_text().splitlines())
    assert (found.faults, found.proven, found.anchored, found.covered) == ((), True, True, found.entries)
    with office.store.reading() as tx:
        last = history.of_instance(tx, stored.by_number(tx, number).id)[-1]
    assert (last.verb, last.detail["digest"]) == ("archive", file.name)
    assert audit.verify(office).tampered == ()


def test_the_register_says_which_half_is_missing(office: Engine, who: Login, clock: FakeClock) -> None:
    number = filed(office, who, kept="永久", shelf_no="WS-1")
    line = archives.of_instance(office, number, who("auditor"))[0]
    assert (line.state, line.retention, line.keep_until) == ("纸质、电子都缺", "永久", None)

    packed(office, clock)
    assert archives.of_instance(office, number, who("auditor"))[0].state == "缺纸质"
    assert archives.page(office, who("auditor"), archives.Chosen(lacks="paper")).counts["paper"] == 1

    archives.file_paper(office, line.id, who("wenshu_a"), number="WS-1", place="全宗 1—2026—永久—3 盒—7")
    line = archives.of_instance(office, number, who("auditor"))[0]
    assert (line.state, line.filed_by) == ("双套齐全", who("wenshu_a").name)
    assert archives.page(office, who("auditor"), archives.Chosen(lacks="either")).lines == ()
    assert "WS-1" in archives.export(office, who("auditor"), archives.Chosen(year=2026)).decode("utf-8-sig")
    assert archives.export(office, who("auditor"), archives.Chosen(year=2025)).decode("utf-8-sig").count("\n") == 1


def test_who_files_paper_at_the_step_stands_in_the_register(office: Engine, who: Login) -> None:
    number = filed(office, who, **PAPER)

    line = archives.of_instance(office, number, who("auditor"))[0]

    assert (line.paper_no, line.paper_place, line.filed_by) == ("WS-30-0001", "一库 2 架", who("wenshu_a").name)
    assert (line.lacks_paper, line.lacks_package) == (False, True)
    assert line.keep_until == date(2056, 12, 31)


@pytest.mark.parametrize(
    ("login", "number", "place_", "error"),
    [("rlb1", "1", "一库", NotAllowed), ("wenshu_a", " ", "一库", BadInput), ("wenshu_a", "1", "x" * 121, BadInput)],
)
def test_a_wrong_paper_entry_changes_nothing(
    office: Engine, who: Login, login: str, number: str, place_: str, error: type[Exception]
) -> None:
    case = filed(office, who)
    before = archives.of_instance(office, case, who("auditor"))

    with pytest.raises(error):
        archives.file_paper(office, before[0].id, who(login), number=number, place=place_)

    assert archives.of_instance(office, case, who("auditor")) == before


def test_what_is_stopped_has_no_file_and_what_goes_on_waits_for_its_next_end(
    office: Engine, who: Login, admin: object, clock: FakeClock
) -> None:
    definitions.deploy(office, PACKAGE)
    gone = instances.start(office, "filed", {"title": "撤回的"}, who("rlb1")).number
    instances.withdraw(office, gone, who("rlb1"), reason="不用了")
    number = filed(office, who)
    stopping.reopen(office, number, who("admin"), reason="重办", to="P2")

    assert packed(office, clock) == 0
    assert archives.of_instance(office, gone, who("auditor")) == ()
    assert archives.of_instance(office, number, who("auditor")) == ()

    work.decide(office, at(office, who, number, "P2").id, "done", who("wenshu_a"))
    assert packed(office, clock) == 1
    stopping.reopen(office, number, who("admin"), reason="再办", to="P2")
    work.decide(office, at(office, who, number, "P2").id, "done", who("wenshu_a"))
    first = archives.of_instance(office, number, who("auditor"))[0]
    assert packed(office, clock) == 1

    editions = archives.of_instance(office, number, who("auditor"))
    assert [line.edition for line in editions] == [1, 2]
    assert (editions[0].digest, editions[0].made_at) == (first.digest, first.made_at)
    assert editions[0].digest != editions[1].digest


def test_only_who_may_read_the_case_finds_and_fetches_its_package(office: Engine, who: Login, clock: FakeClock) -> None:
    number = filed(office, who)
    packed(office, clock)
    line = archives.of_instance(office, number, who("rlb1"))[0]

    assert archives.page(office, who("cwb1")).counts["total"] == 0
    with pytest.raises(NotFound):
        archives.package(office, line.id, who("cwb1"))
    with pytest.raises(NotFound):
        archives.of_instance(office, number, who("cwb1"))
    assert [found.number for found in archives.page(office, who("rlb1")).lines] == [number]
    with office.store.transaction() as tx:  # a secret case: not even those whose office it is to look
        row = stored.by_number(tx, number)
        knowers.put(tx, row.id, ",gm,")
    assert archives.page(office, who("auditor")).lines == ()
    with pytest.raises(NotFound):
        archives.package(office, line.id, who("auditor"))
    assert archives.page(office, who("gm")).lines[0].secret


def test_what_cannot_be_made_says_why_and_is_made_later(office: Engine, who: Login, clock: FakeClock) -> None:
    number = filed(office, who)
    digest = files.of_instance(office, number, who("auditor"))[0].digest
    lost = office.settings.home / "files" / digest[:2] / digest
    content = lost.read_bytes()
    lost.unlink()

    assert packed(office, clock) == 0
    assert "报价单.csv" in archives.of_instance(office, number, who("auditor"))[0].error
    clock.advance(timedelta(days=2))
    assert ("archive.late", number) in [(f.code, f.instance) for f in doctor.examine(office).findings]

    lost.write_bytes(content)
    assert archives.make_due(office) == 1
    assert archives.of_instance(office, number, who("auditor"))[0].error == ""


def test_packages_are_made_together_and_one_that_cannot_be_stops_no_other(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    numbers = [filed(office, who, content) for content in ("甲", "乙", "丙")]
    clock.advance(timedelta(minutes=20))
    lost = files.of_instance(office, numbers[1], who("auditor"))[0].digest
    (office.settings.home / "files" / lost[:2] / lost).unlink()

    assert archives.make_due(office) == 2

    found = {n: archives.of_instance(office, n, who("auditor"))[0] for n in numbers}
    assert [bool(found[n].error) for n in numbers] == [False, True, False]
    assert [bool(found[n].digest) for n in numbers] == [True, False, True]


KILLED = """
import os, signal, sys
from datetime import datetime
from engine import open_engine
from engine.settings import Settings
from engine.store import shelf
from engine.verbs.archives import making
from pathlib import Path
home, url, now = sys.argv[1:]
keep = shelf.keep
def die(*given):
    keep(*given)  # the bytes are there, and nobody knows of them
    os.kill(os.getpid(), signal.SIGKILL)
shelf.keep = die
engine = open_engine(now=lambda: datetime.fromisoformat(now), settings=Settings(home=Path(home), database_url=url))
making.make_due(engine)
"""


def test_a_killed_worker_leaves_one_package_and_no_half_of_one(office: Engine, who: Login, clock: FakeClock) -> None:
    number = filed(office, who)
    clock.advance(timedelta(minutes=20))
    command = [sys.executable, "-c", KILLED, str(office.settings.home), office.settings.url(), clock().isoformat()]

    died = subprocess.run(command, check=False, cwd=ROOT, capture_output=True)

    assert died.returncode == -signal.SIGKILL, died.stderr
    assert archives.make_due(office) == 0  # its lease still runs
    clock.advance(timedelta(minutes=11))
    assert archives.make_due(office) == 1
    assert archives.make_due(office) == 0
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        made = [e for e in history.of_instance(tx, row.id) if e.verb == "archive"]
        lines = rows.of_instance(tx, row.id)
    assert (len(made), len(lines), lines[0].digest) == (1, 1, made[0].detail["digest"])
    kept = office.settings.home / "files" / made[0].detail["digest"][:2] / made[0].detail["digest"]
    assert examine(kept, key=office.settings.audit_secret()).faults == ()


def test_of_many_lines_the_older_ones_count_until_a_night_has_found_them(
    office: Engine, who: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        filed(office, who)
    monkeypatch.setattr(judging, "SUMMED", 1)
    change(office, "UPDATE archive SET paper_no = '二' WHERE id = (SELECT min(id) FROM archive)")

    before = archives.page(office, who("auditor")).counts
    watching.look(office)
    after = archives.page(office, who("auditor")).counts

    assert (before["lines"], before["total"], before["package"]) == (3, 3, 3)
    assert (after["lines"], after["total"], after["package"]) == (3, 2, 2)


def test_a_line_that_is_not_as_it_was_written_is_packed_when_it_is_mended(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = filed(office, who)
    with office.store.reading() as tx:
        kept = rows.of_instance(tx, stored.by_number(tx, number).id)[0].retention
    change(office, "UPDATE archive SET retention = '99年'")

    assert packed(office, clock) == 0
    line = archives.of_instance(office, number, who("auditor"))[0]
    with pytest.raises(Altered):
        archives.package(office, line.id, who("auditor"))
    with pytest.raises(Altered):
        archives.file_paper(office, line.id, who("wenshu_a"), number="HY-1", place="一号柜")
    with office.store.reading() as tx:
        told = [one["facts"]["code"] for one in house.open_incidents(tx)]
    change(office, f"UPDATE archive SET retention = '{kept}'")
    clock.advance(timedelta(hours=1))

    assert (line.retention, line.state, told) == ("", "数据与写入时不一致", ["archive.altered"])
    assert archives.make_due(office) == 1
