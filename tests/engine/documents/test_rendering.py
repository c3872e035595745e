"""Documents from templates: what the standard asks of a red header, and what a template may not do."""

import importlib.util
import io
import re
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import documents
from engine.errors import InvalidPackage

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "processes" / "document_issue" / "documents"
AT = datetime(2026, 9, 24, 8, tzinfo=UTC)
TEMPLATES = {f"documents/{path.name}": path.read_bytes() for path in FOLDER.iterdir()}
BODY = (
    "各公司：\n现将有关事项通知如下。\n一、落实值班制度。值班表报集团办公室。\n（一）加强检查。逐一检查。\n特此通知。"
)


def told(**changes: Any) -> dict[str, Any]:
    """What a template is told about a circular of the group."""
    data = {"genre": "通知", "direction": "下行", "issue_date": "2026-09-24", "classification": "内部"}
    data |= {"secrecy_term": None, "by_proxy": False} | changes.pop("data", {})
    texts = {"doc_no": "华远发〔2026〕12号", "body": BODY, "classification": data["classification"], "copy_no": ""}
    texts |= {"secrecy_term": "", "contact": "", "printer": "华远集团有限公司办公室"} | changes.pop("texts", {})
    lists = {"issuer": ["华远集团有限公司"], "joint_issuers": [], "main_to": ["华远城建有限公司"], "copy_to": []}
    lists |= {"signer": ["梁启航"]} | changes.pop("lists", {})
    rest = {"title": "关于做好国庆节值班工作的通知", "urgency": "平件", "number": "FW-2026-0001", "rows": {}}
    return {"data": data, "texts": texts, "lists": lists, "files": {"attachments": []}, **rest, **changes}


def make(form: str, main: str = "", templates: dict[str, bytes] = TEMPLATES, **changes: Any) -> bytes:
    main = main or f"documents/red_header{documents.FORMATS[form]}"
    return documents.render(templates, main, told(**changes), form=form, at=AT)


def words(docx: bytes) -> list[str]:
    """The paragraphs of a Word document."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        xml = archive.read("word/document.xml").decode()
    found = re.findall(r"<w:p>.*?</w:p>", xml, re.DOTALL)
    return ["".join(re.findall(r"<w:t[^>]*>([^<]*)", one)) for one in found]


def pages(pdf: bytes) -> int:
    """How many pages a PDF has; its objects may lie in compressed streams."""
    plain = pdf
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            plain += zlib.decompress(stream.rstrip(b"\r\n"))
        except zlib.error:
            continue
    return len(re.findall(rb"/Type\s*/Page\b", plain))


def test_the_red_header_is_a_pdf_for_the_archive_on_an_even_number_of_pages_and_the_same_each_time() -> None:
    made = make("pdf")

    assert made.startswith(b"%PDF-")
    assert b"pdfaid:part" in made
    assert b"NotoSerifCJK" in made.replace(b" ", b"")  # fonts go with the file
    assert pages(made) == 2  # one page of text, and the imprint on the back
    assert make("pdf") == made


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"direction": "上行", "genre": "请示"}, "texts": {"contact": "林晓雯 68120101"}},
        {"data": {"genre": "函", "direction": "平行"}, "lists": {"copy_to": ["市国资委"]}},
        {"data": {"genre": "纪要"}},
        {"lists": {"joint_issuers": ["华远城建有限公司"]}},
        {
            "data": {"classification": "核心商密", "secrecy_term": "1年"},
            "texts": {"copy_no": "000001"},
            "urgency": "特急",
        },
        {"files": {"attachments": ["值班表.xlsx", "联系方式.docx"]}, "texts": {"body": BODY * 40}},
        {"texts": {"body": ""}, "data": {"issue_date": None}},
    ],
)
def test_every_kind_of_document_can_be_made_in_both_forms(changes: dict[str, Any]) -> None:
    again: Any = {key: dict(value) if isinstance(value, dict) else value for key, value in changes.items()}

    assert make("pdf", **changes).startswith(b"%PDF-")
    assert words(make("docx", **again))


def test_the_word_file_says_what_the_standard_asks_for_in_its_order() -> None:
    upward: dict[str, Any] = {"direction": "上行", "genre": "请示", "classification": "普通商密", "secrecy_term": "2年"}
    upward["by_proxy"] = True
    made = words(
        make(
            "docx",
            data=upward,
            texts={"contact": "林晓雯 68120101"},
            lists={"copy_to": ["市政府办公室"]},
            files={"attachments": ["概算.xlsx"]},
            urgency="加急",
        )
    )

    said = [line for line in made if line]
    assert said[:4] == ["普通商密★2年", "加急", "华远集团有限公司文件", "华远发〔2026〕12号签发人：梁启航（代）"]
    assert said.index("各公司：") < said.index("一、落实值班制度。值班表报集团办公室。") < said.index("附件：")
    assert said[-4:] == ["2026年9月24日", "（联系人：林晓雯 68120101）", "抄送：市政府办公室。", said[-1]]
    assert said[-1] == "华远集团有限公司办公室2026年9月24日印发"
    assert not [line for line in said if "{" in line]


def test_what_people_wrote_is_text_and_never_program() -> None:
    evil = '#read("/etc/passwd") $x$ {{ 7 * 7 }} <w:p>&amp;'

    assert make("pdf", title=evil).startswith(b"%PDF-")
    with zipfile.ZipFile(io.BytesIO(make("docx", title=evil))) as archive:
        xml = archive.read("word/document.xml").decode()

    assert "{{ 7 * 7 }} &lt;w:p&gt;&amp;amp;" in xml


@pytest.mark.parametrize(
    "program",
    [
        '#read("/etc/passwd")',
        '#read("../../../../etc/passwd")',
        '#import "@" + "preview/cetz:0.3.0": canvas',
        "#nothing_of_this_name",
    ],
)
def test_a_typst_template_reads_nothing_outside_and_says_what_is_wrong(program: str) -> None:
    with pytest.raises(InvalidPackage) as refused:
        make("pdf", "documents/x.typ", {"documents/x.typ": program.encode()})

    assert refused.value.reason == "document.template"
    assert "root:" not in refused.value.message_zh


@pytest.mark.parametrize("program", ["{{ ''.__class__.__mro__ }}", "{{ no_such_name }}", "{{ 'a' * 99999999999 }}"])
def test_a_word_template_stays_in_its_sandbox(program: str) -> None:
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(TEMPLATES["documents/red_header.docx"])) as shipped,
        zipfile.ZipFile(whole, "w") as mine,
    ):
        for name in shipped.namelist():
            content = shipped.read(name)
            mine.writestr(name, content.replace(b"{{ title }}", program.encode()) if "document" in name else content)

    with pytest.raises(InvalidPackage):
        documents.render(
            {"documents/x.docx": whole.getvalue()}, "documents/x.docx", told(), form="docx", at=AT, seconds=3
        )


def test_a_template_without_end_is_stopped() -> None:
    endless = {"documents/x.typ": b"#for a in range(1000000000) [x]"}

    with pytest.raises(InvalidPackage):
        documents.render(endless, "documents/x.typ", told(), form="pdf", at=AT, seconds=1)


def test_several_of_one_template_are_the_same_as_one_by_one() -> None:
    page = {"documents/x.typ": b"#let d = json(bytes(sys.inputs.data))\n= #d.words\n#assert(d.words.len() < 9)"}
    many = [documents.Filled({"words": words}, AT) for words in ("one", "two", "three")]

    made = documents.render_all(page, "documents/x.typ", many, form="pdf")

    assert made == [documents.render(page, "documents/x.typ", m.data, form="pdf", at=AT) for m in many]
    assert len(set(made)) == 3
    with pytest.raises(InvalidPackage):
        documents.render_all(page, "documents/x.typ", [*many, documents.Filled({"words": "x" * 9}, AT)], form="pdf")


def test_fonts_without_chinese_ones_are_told_from_those_with() -> None:
    renderer = loaded(ROOT / "engine" / "documents" / "renderer.py")

    assert renderer.has_chinese(["DejaVu Sans", "Noto Serif CJK SC"])
    assert renderer.has_chinese(["FangSong_GB2312"])
    assert not renderer.has_chinese(["DejaVu Sans", "Libertinus Serif"])


def loaded(path: Path) -> Any:
    """A program that is no module of ours."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


def test_the_shipped_word_template_is_what_its_program_writes() -> None:
    program = loaded(ROOT / "tools" / "red_header_docx.py")

    with (
        zipfile.ZipFile(io.BytesIO(program.build())) as made,
        zipfile.ZipFile(io.BytesIO(TEMPLATES["documents/red_header.docx"])) as kept,
    ):
        assert {n: made.read(n) for n in made.namelist()} == {n: kept.read(n) for n in kept.namelist()}


def test_faults_of_templates_are_found_when_they_are_deployed() -> None:
    files = {
        "documents/a.typ": b'#import "@preview/cetz:0.3.0"',
        "documents/a.docx": b"no archive",
        "forms/a.typ": b"",
        "documents/b.typ": b"#d",
    }

    def found(name: str, ending: str = ".typ") -> int:
        return len(list(documents.faults(files, name, ending)))

    assert [found("documents/a.typ"), found("documents/a.docx", ".docx"), found("forms/a.typ")] == [1, 1, 1]
    assert [found("documents/none.typ"), found("documents/b.typ", ".docx"), found("documents/b.typ")] == [1, 1, 0]
