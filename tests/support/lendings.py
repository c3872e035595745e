"""An ended case with a PDF in its archive package, and a lending of it for reading on the screen."""

import zlib
from datetime import timedelta

from engine.model import Json
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import archives, definitions, files, instances, people, registers, work
from tests.support.clock import FakeClock
from tests.support.memo import FORM, diagram, end, flow, manifest, task

FILE_NO = "HY-2026-D10-0001"
LISTED = ("rlb1", "rlb_head")
FIELDS = """
[[field]]
id = "papers"
type = "files"
label = "附件"
[[field]]
id = "access_list"
type = "persons"
label = "知悉范围"
"""
REPORT = {
    "process.toml": manifest("report", "情况报告").replace(
        b'form = "form"', b'form = "form"\nknown_to = "access_list"'
    ),
    "forms/form.toml": (FORM + FIELDS).encode(),
    "main.bpmn": diagram(
        "report",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Done"),
    ),
}


def pdf(*pages: str, turned: int = 0) -> bytes:
    """A PDF of our own, one line of Latin letters to a page."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    parts = [
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        f"2 0 obj<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>endobj",
        "3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
    ]
    for n, words in enumerate(pages):
        drawn = f"BT /F 36 Tf 60 700 Td ({words}) Tj ET"
        about = f"/MediaBox[0 0 595 842]/Rotate {turned}/Resources<</Font<</F 3 0 R>>>>/Contents {5 + 2 * n} 0 R"
        parts.append(f"{4 + 2 * n} 0 obj<</Type/Page/Parent 2 0 R{about}>>endobj")
        parts.append(f"{5 + 2 * n} 0 obj<</Length {len(drawn)}>>stream\n{drawn}\nendstream endobj")
    return ("%PDF-1.7\n" + "\n".join(parts) + "\ntrailer<</Root 1 0 R>>\n%%EOF").encode()


def png(width: int = 60, height: int = 40) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def ended(office: Engine, clock: FakeClock, *, secret: bool = False) -> str:
    """A report of the personnel department with its package made, in the catalogue under FILE_NO; its number."""
    definitions.deploy(office, REPORT)
    if "archive_lending" not in {row.key for row in definitions.all_current(office)}:
        definitions.deploy(office, definitions.read_folder(SHIPPED / "archive_lending"))
    drafter = people.actor(office, "rlb1")
    given = [("报告.pdf", pdf("Report", "Second")), ("照片.png", png()), ("数据.csv", b"a,b\n")]
    papers: list[Json] = [files.put(office, name, [content], drafter).id for name, content in given]
    data: dict[str, Json] = {"title": "培训情况报告", "papers": papers}
    data |= {"access_list": list(LISTED)} if secret else {}
    number = instances.start(office, "report", data, drafter).number
    clock.advance(timedelta(minutes=20))
    assert archives.make_due(office) == 1
    line: dict[str, Json] = {"file_no": FILE_NO, "name": "培训情况报告", "origin_unit": "rlb", "kind": "一般档案"}
    line |= {"secrecy": "商密" if secret else "一般", "retention": "10 年", "case_no": number}
    registers.add(office, "archive", line, people.actor(office, "dangan_a"))
    return number


def asked(office: Engine, login: str = "rlb2", *, secrecy: str = "一般", until: str = "2026-03-20") -> str:
    """A lending that waits for the head of the borrower's department; its number."""
    data: dict[str, Json] = {
        "archive": FILE_NO, "title": "培训情况报告", "origin_unit": "rlb", "kind": "一般档案", "secrecy": secrecy,
        "count": 1, "purpose": "编写总结", "way": "在线阅览", "until": until, "urgency": "平件",
    }  # fmt: skip
    return instances.start(office, "archive_lending", data, people.actor(office, login)).number


def agree(office: Engine, number: str, *logins: str, data: dict[str, Json] | None = None) -> None:
    """Each of them does the first outcome of the item they have."""
    for login in logins:
        actor = people.actor(office, login)
        item = work.mine(office, number, actor)
        assert item is not None, login
        first = work.view(office, item, actor).outcomes[0].code
        work.decide(office, item, first, actor, data=data)


def opened(office: Engine, clock: FakeClock, login: str = "rlb2", **more: str) -> str:
    """A lending of an ordinary report that is open for reading until 2026-03-20."""
    ended(office, clock)
    number = asked(office, login, **more)
    agree(office, number, "rlb_head", "dangan_a")
    return number
