"""Hands a template and data to the renderer, which may read nothing but its own folder, and may be killed."""

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine.errors import BadInput, InvalidPackage

FORMATS: Final[Mapping[str, str]] = {"pdf": ".typ", "docx": ".docx"}  # what is made, and the ending of its template
RENDERER: Final = Path(__file__).with_name("renderer.py")
SECONDS: Final = 30.0
# a template that wants a package of the network finds nobody at the other end
NOBODY: Final = "http://127.0.0.1:9"
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
        out, err, code = _ask(json.dumps(question, ensure_ascii=False).encode(), folder, seconds)
    if code == 0:
        return list(_parts(out))
    said = (err.decode(errors="replace").strip() or "?")[-300:]
    if code == MISSING_EXTRA:
        raise BadInput(
            f"不能生成文书：缺少 {said}。",
            f"{said} is not installed",
            "请运维人员安装：pip install 'sanban[documents]'。",
            "document.extra",
        )
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


def _parts(answer: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(answer):
        start = place + LENGTH
        place = start + int.from_bytes(answer[place:start], "big")
        yield answer[start:place]


def _ask(question: bytes, folder: str, seconds: float) -> tuple[bytes, bytes, int]:
    command = [sys.executable, "-I", "-B", "-X", "utf8", str(RENDERER), folder]
    # the homes of fonts are needed, secrets of ours are not
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("SANBAN_") and "PROXY" not in k.upper()}
    surroundings |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), NOBODY)
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=surroundings,
        start_new_session=True,
    ) as child:
        try:
            out, err = child.communicate(question, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(child.pid, signal.SIGKILL)
            raise InvalidPackage(
                f"生成文书超过 {seconds:g} 秒，已终止。",
                f"rendering took more than {seconds:g} s",
                "请流程设计人员检查模板里的循环。",
                "document.too_slow",
            ) from error
    return out, err, child.returncode
