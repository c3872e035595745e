"""Hands a template and data to the renderer, which may read nothing but its own folder, and may be killed."""

import base64
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine.child import TooSlow, ask
from engine.errors import BadInput, InvalidPackage

FORMATS: Final[Mapping[str, str]] = {"pdf": ".typ", "docx": ".docx"}  # what is made, and the ending of its template
RENDERER: Final = Path(__file__).with_name("renderer.py")
SECONDS: Final = 30.0
MISSING_EXTRA, MISSING_FONT = 3, 4
LENGTH: Final = 8  # bytes before each document of the answer


@dataclass(frozen=True, slots=True)
class Filled:
    """What one document is filled with, and the time it bears."""

    data: Mapping[str, Any]
    at: datetime


def render(
    templates: Mapping[str, bytes],
    main: str,
    data: Mapping[str, Any],
    *,
    form: str,
    at: datetime,
    fonts: Path | None = None,
    seconds: float = SECONDS,
) -> bytes:
    """The document as bytes. ``templates`` are all files the template may read, ``main`` the one it begins with."""
    (made,) = render_all(templates, main, [Filled(data, at)], form=form, fonts=fonts, seconds=seconds)
    return made


def render_all(
    templates: Mapping[str, bytes],
    main: str,
    documents: Sequence[Filled],
    *,
    form: str,
    fonts: Path | None = None,
    seconds: float = SECONDS,
) -> list[bytes]:
    """Several documents of one template, by one child: what is wrong with one of them is wrong with all."""
    question = {
        "templates": {name: base64.b64encode(content).decode() for name, content in templates.items()},
        "main": main,
        "documents": [{"data": one.data, "at": int(one.at.timestamp())} for one in documents],
        "form": form,
        "fonts": str(fonts.resolve()) if fonts else "",
        "seconds": int(seconds) + 1,
    }
    with tempfile.TemporaryDirectory(prefix="sanban-document-") as folder:
        try:
            out, err, code = ask(RENDERER, json.dumps(question, ensure_ascii=False).encode(), folder, seconds)
        except TooSlow as error:
            raise InvalidPackage(
                f"生成文书超过 {seconds:g} 秒，已终止。",
                f"rendering took more than {seconds:g} s",
                "请流程设计人员检查模板里的循环。",
                "document.too_slow",
            ) from error
    if code == 0:
        return list(_parts(out))
    said = (err.decode(errors="replace").strip() or "?")[-300:]
    if code == MISSING_EXTRA:
        raise missing_extra(said)
    if code == MISSING_FONT:
        raise BadInput(
            "不能生成 PDF：服务器上没有中文字体。",
            "no Chinese font on the server",
            "请运维人员安装：apt-get install fonts-noto-cjk，或用 SANBAN_FONTS 指定字体文件夹。",
            "document.no_font",
        )
    raise InvalidPackage(
        f"模板 {main} 生成失败：{said}", f"template {main}: {said}", "请流程设计人员修改模板。", "document.template"
    )


def missing_extra(what: str) -> BadInput:
    """What to install, when a child finds its library missing."""
    return BadInput(
        f"不能生成文书：缺少 {what}。",
        f"{what} is not installed",
        "请运维人员安装：pip install 'sanban[documents]'。",
        "document.extra",
    )


def _parts(answer: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(answer):
        start = place + LENGTH
        place = start + int.from_bytes(answer[place:start], "big")
        yield answer[start:place]
