"""The words of an attachment: Word as it is written, plain text in both encodings, and what cannot be read."""

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.lexicon import Unreadable, text_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def made(path: Path, body: str, **more: str) -> Path:
    """A DOCX with this body, as small as one can be."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
        for name, text in more.items():
            archive.writestr(f"word/{name}.xml", text)
    return path


def test_a_word_document_is_read_with_its_tables_heads_and_split_runs(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("核对帐")
    paragraph.add_run("户余额").bold = True
    document.add_table(1, 2).cell(0, 1).text = "表中的词"
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.save(str(tmp_path / "a.docx"))

    text = text_of(tmp_path / "a.docx", "a.docx")

    assert "核对帐户余额\n" in text
    assert "表中的词\n" in text
    assert "页眉" in text


def test_what_was_deleted_under_revision_marks_is_not_read(tmp_path: Path) -> None:
    runs = "<w:del><w:r><w:delText>旧词</w:delText></w:r></w:del><w:ins><w:r><w:t>新词</w:t></w:r></w:ins>"

    text = text_of(made(tmp_path / "b.docx", f"<w:document {W}><w:p>{runs}</w:p></w:document>"), "b.docx")

    assert text == "新词\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_plain_text_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "c.txt").write_bytes("帐户".encode(encoding))

    assert text_of(tmp_path / "c.txt", "说明.TXT") == "帐户"


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("body", [f"{BOMB}<w:document {W}><w:t>&b;</w:t></w:document>", "<w:document", "帐户"])
def test_a_document_with_entities_or_damage_is_not_read(tmp_path: Path, body: str) -> None:
    with pytest.raises(Unreadable):
        text_of(made(tmp_path / "d.docx", body), "d.docx")


def test_scans_other_formats_and_what_is_too_long_are_not_read(tmp_path: Path) -> None:
    for name, content in (
        ("e.pdf", b"%PDF-1.7"),
        ("f.docx", b"PK"),
        ("g.txt", b"\xff\xfe\xff"),
        ("h.txt", b"a" * 500_001),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Unreadable):
            text_of(tmp_path / name, name)


@pytest.mark.parametrize("encoding", ["foo", "gb2312", "utf-7"])
def test_an_encoding_that_the_parser_does_not_know_is_no_text(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Unreadable):
        text_of(made(tmp_path / "e.docx", f'<?xml version="1.0" encoding="{encoding}"?><d/>'), "e.docx")


@settings(deadline=None)
@given(st.data())
def test_a_damaged_document_is_unreadable_and_nothing_worse(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    place = tmp_path_factory.getbasetemp() / "damaged.docx"
    body = "".join(f"<w:p><w:r><w:t>第 {n} 段，请核对 {n * 7919}</w:t></w:r></w:p>" for n in range(120))
    content = bytearray(made(place, f"<w:document {W}>{body}</w:document>").read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[at] ^= data.draw(st.integers(1, 255))
    place.write_bytes(content)

    with suppress(Unreadable):
        assert isinstance(text_of(place, "damaged.docx"), str)
