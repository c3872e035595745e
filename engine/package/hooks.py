"""``hooks.py`` of a package on disk: where it lies and which functions it offers, read without running anything.

It is no part of a version and never comes out of the database: what runs is the operator's file in SANBAN_PROCESSES.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.errors import InvalidPackage, Problem
from engine.package.package import Package

FILE: Final = "hooks.py"
OURS: Final = frozenset({"engine", "forms", "web", "processes"})


def find_hooks(processes: Path, key: str) -> Path | None:
    """The hooks of the package with this key among those of the house; None if it has none."""
    for manifest in sorted(processes.glob("*/process.toml")):
        path = manifest.with_name(FILE)
        if path.is_file() and _key(manifest) == key:
            return path
    return None


def read_hooks(path: Path) -> tuple[str, ...]:
    """Names of its public functions, in their order; raises ``InvalidPackage`` if the file may not or cannot run."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidPackage(
            f"{path} 无法读取：{error}", f"{path}: {error}", "请修改 hooks.py。", "package.hooks"
        ) from error
    strays = sorted(name for name in _imported(tree) if name.split(".")[0] in OURS)
    if strays:
        raise InvalidPackage(
            f"{path} 引用了系统内部模块 {strays[0]}。",
            f"{path} imports {strays[0]}",
            "hooks.py 只收发字典，不得引用系统的模块。",
            "package.hooks",
        )
    return tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:1] != "_")


def missing_hooks(package: Package, processes: Path) -> tuple[Problem, ...]:
    """Warnings about hooks that the diagram names and nobody has written: instances would stop there."""
    asked = [stub for stub in package.process.stubs if stub.kind == "hook"]
    path = find_hooks(processes, package.manifest.key) if asked else None
    try:
        offered = read_hooks(path) if path is not None else ()
    except InvalidPackage as error:
        return (Problem(error.reason, None, None, error.message_zh, error.message_en, error.hint, severity="warning"),)
    return tuple(
        Problem(
            "package.no_hook",
            stub.element,
            stub.line,
            f"hooks.py 中没有函数 {stub.wanted}，件会停在这里。",
            f"there is no function {stub.wanted} in hooks.py; instances stop here",
            f"请在 {processes} 下该流程包的文件夹中的 hooks.py 里写这个函数，或由管理员绑定。",
            "write the function in hooks.py of the package's folder, or bind the step",
            severity="warning",
            file=stub.file,
        )
        for stub in asked
        if stub.wanted not in offered
    )


def _key(manifest: Path) -> str:
    try:
        return str(tomllib.loads(manifest.read_text(encoding="utf-8-sig")).get("key", ""))
    except (OSError, ValueError):
        return ""


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "engine"  # a relative import can only mean a neighbour
