"""The child that renders documents of a template: JSON in, bytes out. Started as a script, it knows nothing of ours."""

import base64
import datetime
import io
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

MISSING_EXTRA, MISSING_FONT = 3, 4
LENGTH = 8  # bytes that say how long a document is
MOST_MEMORY = 4 << 30  # fonts are mapped into memory; what a template makes of it is bounded with them
CHINESE = re.compile(r"CJK|Song|Fang|Hei|Kai|宋|黑|楷|WenQuanYi|WenKai|Source Han", re.IGNORECASE)
try:
    import typst
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment
except ModuleNotFoundError as missing:
    sys.stderr.write(str(missing.name))
    sys.exit(MISSING_EXTRA)


def main(folder: Path) -> None:
    """Answer the one question that standard input holds: each document with its length before it."""
    question = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (question["seconds"], question["seconds"]))
    for name, content in question["templates"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
    try:
        made = (_pdfs if question["form"] == "pdf" else _docxs)(folder, question)
    except Exception as error:  # noqa: BLE001 - whatever a template does wrong is told in one line
        sys.stderr.write(str(getattr(error, "message", "") or error) or type(error).__name__)
        sys.exit(1)
    for one in made:
        sys.stdout.buffer.write(len(one).to_bytes(LENGTH, "big") + one)


def _pdfs(folder: Path, question: dict[str, Any]) -> list[bytes]:
    """Typst reads nothing outside its root; the data is text to it and never program. Fonts are looked at once."""
    paths = [question["fonts"]] if question["fonts"] else []
    families = typst.Fonts(include_system_fonts=True, font_paths=paths).families()
    if not has_chinese(families):
        sys.exit(MISSING_FONT)
    compiler = typst.Compiler(
        str(folder / question["main"]),
        root=str(folder),
        font_paths=paths,
        package_path=str(folder / "no-packages"),
        package_cache_path=str(folder / "no-packages"),
    )
    return [_pdf(compiler, one) for one in question["documents"]]


def _pdf(compiler: Any, document: dict[str, Any]) -> bytes:
    made, _warnings = compiler.compile_with_warnings(
        format="pdf",
        sys_inputs={"data": json.dumps(document["data"], ensure_ascii=False)},
        pdf_standards="a-2b",
        timestamp=document["at"],
    )
    if not isinstance(made, bytes):
        raise TypeError("the template makes no single file")
    return made


def has_chinese(families: list[str]) -> bool:
    """Whether any of these fonts can be expected to hold Chinese characters."""
    return any(CHINESE.search(family) for family in families)


def _docxs(folder: Path, question: dict[str, Any]) -> list[bytes]:
    return [_docx(folder / question["main"], one["data"]) for one in question["documents"]]


def _docx(template: Path, data: dict[str, Any]) -> bytes:
    """Jinja in a sandbox: a template is an upload, and what it fills in is escaped."""
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters.update({"paragraphs": paragraphs, "level": level, "chinese_date": chinese_date})
    document = DocxTemplate(template)
    document.render(data, jinja_env=environment, autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def paragraphs(text: str | None) -> list[str]:
    """The lines of a long text that say something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def level(line: str) -> int:
    """1 for 一、 2 for （一） and 0 for anything else: the heads of GB/T 9704 have types of their own."""
    if re.match(r"[一二三四五六七八九十百]+、", line):
        return 1
    return 2 if re.match(r"[（(][一二三四五六七八九十百]+[）)]", line) else 0


def chinese_date(text: str | None) -> str:
    """2026年9月24日."""
    if not text:
        return ""
    day = datetime.date.fromisoformat(text[:10])
    return f"{day.year}年{day.month}月{day.day}日"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
