"""The child that opens a PDF or picture of somebody else's: measures it, draws a page, or writes a marked copy.

Started as a script, it knows nothing of ours. What a hostile file does to PDFium happens here and ends here.
"""

import io
import json
import resource
import sys
from pathlib import Path
from typing import Any

MISSING_EXTRA, LOCKED, BROKEN, TOO_MUCH = 3, 5, 6, 7
MOST_MEMORY = 1 << 30
MOST_PIXELS = 4_000_000  # of a page as it is shown
MOST_SOURCE_PIXELS = 60_000_000  # of a picture before it is made smaller
POINTS = 72 / 150  # a picture is taken for a scan of 150 dots to the inch
QUALITY = 82
try:
    import pypdfium2 as pdfium
    from PIL import Image
except ModuleNotFoundError as missing:
    sys.stderr.write(str(missing.name))
    sys.exit(MISSING_EXTRA)


def main(folder: Path) -> None:
    """Answer the one question that standard input holds."""
    question = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (question["seconds"], question["seconds"]))
    Image.MAX_IMAGE_PIXELS = MOST_SOURCE_PIXELS
    act = {"measure": _measure, "show": _show, "stamp": _stamp}[question["act"]]
    try:
        answer = act(folder, question)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        sys.exit(TOO_MUCH)
    except pdfium.PdfiumError as error:
        sys.stderr.write(str(error))
        sys.exit(LOCKED if "password" in str(error).lower() else BROKEN)
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow says of pictures that are none
        sys.stderr.write(str(error))
        sys.exit(BROKEN)
    sys.stdout.buffer.write(answer)


def _document(question: dict[str, Any]) -> Any:
    """The PDF; one with more pages than asked for is not walked through."""
    found = pdfium.PdfDocument(question["file"])
    if not 0 < len(found) <= question["pages"]:
        sys.exit(TOO_MUCH if len(found) else BROKEN)
    found.init_forms()  # what was filled in is part of what is seen
    return found


def _picture(question: dict[str, Any]) -> Any:
    with Image.open(question["file"], formats=("JPEG", "PNG")) as found:
        if found.width * found.height > MOST_SOURCE_PIXELS:
            sys.exit(TOO_MUCH)
        return found.convert("RGB")


def _measure(_folder: Path, question: dict[str, Any]) -> bytes:
    """Width and height of each page in points, as it is seen."""
    if question["kind"] == "picture":
        seen = _picture(question)
        sizes = [(seen.width * POINTS, seen.height * POINTS)]
    else:
        document = _document(question)
        sizes = [document.get_page_size(n) for n in range(len(document))]
    return json.dumps([[max(round(w, 1), 1), max(round(h, 1), 1)] for w, h in sizes]).encode()


def _show(folder: Path, question: dict[str, Any]) -> bytes:
    """One page as a JPEG with the mark in its pixels: nothing that could be taken off again."""
    if question["kind"] == "picture":
        shown = _picture(question)
        shown.thumbnail((question["width"], question["width"] * 2))
    else:
        page = _document(question)[question["page"]]
        wide, high = page.get_size()
        shown = page.render(scale=_scale(wide, high, question["width"])).to_pil().convert("RGB")
    mark = pdfium.PdfDocument(folder / "mark-0.pdf")[0]
    over = mark.render(scale=shown.width / mark.get_width(), fill_color=(255, 255, 255, 0), maybe_alpha=True).to_pil()
    over = over.convert("RGBA").resize(shown.size)
    shown.paste(over, (0, 0), over)
    made = io.BytesIO()
    shown.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _scale(wide: float, high: float, most: int) -> float:
    """As wide as a screen, and never more pixels than a page may have, whatever the file calls a page."""
    wide, high = max(wide, 1), max(high, 1)
    return float(min(most / wide, (MOST_PIXELS / (wide * high)) ** 0.5, 8000 / high))


def _stamp(folder: Path, question: dict[str, Any]) -> bytes:
    """A copy with the mark over every page. Each old page is put into a new one as a closed picture of itself.

    So whatever state its drawing leaves behind, the mark lies over it; comments, stamps and form fields are drawn in.
    """
    source, made = _document(question), pdfium.PdfDocument.new()
    marks: dict[int, Any] = {}
    for number, which in enumerate(question["marks"]):
        if which not in marks:
            marks[which] = pdfium.PdfDocument(folder / f"mark-{which}.pdf").page_as_xobject(0, dest_pdf=made)
        page = source[number]
        pdfium.raw.FPDFPage_Flatten(page, pdfium.raw.FLAT_NORMALDISPLAY)
        page.close()  # what was flattened is read when the page is taken over
        old = source[number]
        left, bottom, right, top = old.get_cropbox()
        turned = old.get_rotation()
        old.set_rotation(0)  # it is turned when it is taken over, and the new page would turn it again
        new = made.new_page(right - left, top - bottom)
        new.set_mediabox(*old.get_mediabox())
        new.set_cropbox(left, bottom, right, top)
        new.set_rotation(turned)
        new.insert_obj(source.page_as_xobject(number, dest_pdf=made).as_pageobject())
        over = marks[which].as_pageobject()
        over.set_matrix(pdfium.PdfMatrix(*_placed(turned, left, bottom, right, top)))
        new.insert_obj(over)
        new.gen_content()
        new.close()
        old.close()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _placed(turned: int, left: float, bottom: float, right: float, top: float) -> tuple[float, ...]:
    """How a mark of the size that is seen comes to lie upright on a page that is shown turned clockwise."""
    match turned:
        case 90:
            return (0, 1, -1, 0, right, bottom)
        case 180:
            return (-1, 0, 0, -1, right, top)
        case 270:
            return (0, -1, 1, 0, left, top)
        case _:
            return (1, 0, 0, 1, left, bottom)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
