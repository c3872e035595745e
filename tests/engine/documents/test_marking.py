"""Marks: a page as a picture, a PDF with the mark over each page, and files that are meant to do harm."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops, ImageStat

from engine import documents
from engine.documents import marking
from engine.errors import BadInput, TooSoon
from tests.support.lendings import pdf, png

MARK = "冯雪松 人力资源部 2026-03-09 09:00 借阅 JY-2026-0001"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A PDF of two pages."""
    return put(tmp_path, pdf("First", "Second"))


def put(folder: Path, content: bytes) -> Path:
    place = folder / "file"
    place.write_bytes(content)
    return place


def drawn(place: Path, page: int = 0) -> Image.Image:
    """A page as anybody would see it."""
    document = pdfium.PdfDocument(place)
    seen: Image.Image = document[page].render(scale=1).to_pil().convert("L")
    document.close()
    return seen


def difference(left: Image.Image, right: Image.Image) -> float:
    """Mean difference of two pictures of one size, of 255."""
    return float(ImageStat.Stat(ImageChops.difference(left, right)).mean[0])


def refused(place: Path, kind: str = "pdf") -> str:
    """Why a file cannot be opened or drawn."""
    with pytest.raises(BadInput) as caught:
        documents.show(place, kind, 0, MARK, size=documents.measure(place, kind)[0])
    assert caught.value.reason in documents.UNMARKABLE
    return caught.value.reason


def test_a_page_is_a_picture_with_the_mark_in_its_pixels(kept: Path, tmp_path: Path) -> None:
    sizes = documents.measure(kept, "pdf")

    shown = tmp_path / "shown.jpg"
    shown.write_bytes(documents.show(kept, "pdf", 1, MARK, size=sizes[1]))

    assert [(s.width, s.height) for s in sizes] == [(595, 842), (595, 842)]
    with Image.open(shown) as picture:
        assert (picture.format, picture.width) == ("JPEG", marking.WIDTH)
        seen = picture.convert("L").resize((595, 842))
    plain = drawn(kept, 1)
    assert 0.5 < difference(seen, plain) < 20  # the page, and something over it
    assert ImageStat.Stat(seen.crop((120, 815, 470, 835))).mean[0] < 250  # the line at the foot, where nothing stood


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_marked_copy_is_the_same_document_under_the_mark(tmp_path: Path, turned: int) -> None:
    place = put(tmp_path, pdf("First", "Second", turned=turned))

    copy = tmp_path / "copy.pdf"
    copy.write_bytes(documents.stamp(place, MARK))

    assert documents.measure(copy, "pdf") == documents.measure(place, "pdf")
    for page in (0, 1):
        before, after = drawn(place, page), drawn(copy, page)
        assert 0 < difference(before, after) < 12
        wide, high = after.size
        assert ImageStat.Stat(after.crop((wide // 4, high - 30, wide * 3 // 4, high - 4))).mean[0] < 250
        # what was written is still the darkest there is, and stands where it stood
        assert ImageChops.invert(before).getbbox() is not None
        ink = before.point(lambda value: 255 if value < 60 else 0).getbbox()
        assert ink is not None
        assert ImageStat.Stat(after.crop(ink)).mean[0] == pytest.approx(
            ImageStat.Stat(before.crop(ink)).mean[0], abs=25
        )
    text = pdfium.PdfDocument(copy)[0].get_textpage().get_text_range()
    assert "First" in text
    assert put(tmp_path, pdf("First", "Second", turned=turned)).read_bytes() == place.read_bytes()


def test_a_picture_is_shown_as_one_page(tmp_path: Path) -> None:
    place = put(tmp_path, png(300, 200))

    (size,) = documents.measure(place, "picture")

    assert documents.show(place, "picture", 0, MARK, size=size).startswith(b"\xff\xd8\xff")
    assert (documents.kind_of("扫描.JPG"), documents.kind_of("合同.docx"), documents.kind_of("pdf")) == (
        "picture", None, "pdf",
    )  # fmt: skip


def nested(levels: int = 9) -> bytes:
    """A page that draws a form twenty times, which draws another one twenty times, and so on."""
    parts = [
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R"
        "/Resources<</XObject<</F 5 0 R>>>>>>endobj",
    ]
    for n in range(4, 5 + levels):
        head = "" if n == 4 else f"/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<</XObject<</F {n + 1} 0 R>>>>"
        drawing = "/F Do " * 20 if n < 4 + levels else "0 0 500 500 re f " * 50
        parts.append(f"{n} 0 obj<<{head}/Length {len(drawing)}>>stream\n{drawing}\nendstream endobj")
    return ("%PDF-1.7\n" + "\n".join(parts) + "\ntrailer<</Root 1 0 R>>").encode()


def test_a_file_that_never_ends_drawing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "SECONDS", 1.0)

    assert refused(put(tmp_path, nested())) == "document.too_much"


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (b"%PDF-1.7 nothing", "pdf", "document.damaged"),
        (b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>", "pdf", "document.damaged"),
        (b"\x89PNG\r\n\x1a\nnothing", "picture", "document.damaged"),
        (png(20_000, 4_000), "picture", "document.too_much"),
        (pdf(*["x"] * (marking.MOST_PAGES + 1)), "pdf", "document.too_much"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_words(tmp_path: Path, content: bytes, kind: str, why: str) -> None:
    assert refused(put(tmp_path, content), kind) == why


def test_a_page_as_large_as_a_field_becomes_a_picture_of_bounded_size(tmp_path: Path) -> None:
    place = put(tmp_path, pdf("Far").replace(b"[0 0 595 842]", b"[0 0 200000 90000]"))

    (size,) = documents.measure(place, "pdf")
    shown = tmp_path / "shown.jpg"
    shown.write_bytes(documents.show(place, "pdf", 0, MARK, size=size))

    with Image.open(shown) as picture:
        assert picture.width * picture.height <= 4_000_000


def test_only_so_many_work_at_once_and_the_others_are_told_to_come_again(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "PATIENCE", 0.0)
    held = [marking._places.acquire() for _ in range(marking.AT_ONCE)]

    try:
        with pytest.raises(TooSoon) as caught:
            documents.measure(kept, "pdf")
        assert caught.value.reason == "document.busy"
    finally:
        for _ in held:
            marking._places.release()
    assert len(documents.measure(kept, "pdf")) == 2
