"""Names of built files and icons, as templates ask for them."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, current_app
from markupsafe import Markup

DIST = Path(__file__).resolve().parent / "static" / "dist"


def install(app: Flask) -> None:
    """Give templates ``asset('app.css')`` and ``icon('check')``; let browsers keep hashed files for a year."""
    app.jinja_env.globals.update(asset=asset, icon=icon)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000


def asset(name: str) -> str:
    """URL of a built file; its hash changes with its content."""
    return f"{current_app.static_url_path}/dist/{_manifest(_stamp()).get(name, name)}"


def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; decoration unless it has a label."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(spoken, asset("sprite.svg"), name)


def _stamp() -> float:
    """When the files were built; looked up on each call only while debugging, where a build may come in between."""
    return (DIST / "manifest.json").stat().st_mtime if current_app.debug and DIST.exists() else 0.0


@cache
def _manifest(stamp: float) -> dict[str, str]:
    path = DIST / "manifest.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
