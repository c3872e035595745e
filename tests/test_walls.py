"""Walls that import-linter cannot say: libraries' homes, verbs apart from each other, hooks apart from everything."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"engine", "forms", "web", "processes", "tests"}
HOMES = {
    "SpiffWorkflow": ("engine/bpmn/", "engine/bench/"),
    "lxml": ("engine/bpmn/",),
    "sqlalchemy": ("engine/store/", "engine/bench/"),
    "alembic": ("engine/store/",),
    "apscheduler": ("engine/scheduler",),
    "procrastinate": ("engine/jobs/",),
    "xlsxwriter": ("engine/verbs/reports/", "engine/verbs/registers/", "engine/verbs/supervision/"),
    "python_calamine": ("engine/sheets",),
    "simpleeval": ("engine/bpmn/",),
    "py_mini_racer": ("engine/bpmn/expressions/",),
    "flask": ("web/",),
    "flask_login": ("web/",),
    "flask_wtf": ("web/",),
    "apiflask": ("web/",),
    "werkzeug": ("web/",),
    "jinja2": ("web/", "engine/channels/", "engine/documents/"),
    "typst": ("engine/documents/",),
    "docxtpl": ("engine/documents/",),
}


def modules(*folders: str) -> list[Path]:
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts
    )


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Full names that a module imports, each with its line."""
    return names_in(path.read_text(encoding="utf-8"), path.relative_to(ROOT).parent.parts)


def names_in(code: str, package: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """The same for a text; relative imports made absolute by its package."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = (*package[: len(package) - node.level + 1],) if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            for alias in node.names:
                yield f"{module}.{alias.name}", node.lineno


def test_each_library_stays_in_its_home() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules("engine", "forms", "web", "processes")
        for name, line in imported(path)
        if (homes := HOMES.get(name.split(".")[0])) and not str(path.relative_to(ROOT)).startswith(homes)
    ]

    assert strays == []


def test_no_verb_imports_another() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules("engine/verbs")
        for name, line in imported(path)
        if name.startswith("engine.verbs.") and name.split(".")[2] != unit_of(path)
    ]

    assert strays == []


def unit_of(path: Path) -> str:
    """A verb is a module of engine/verbs or a folder there, whose modules may know each other."""
    return path.relative_to(ROOT / "engine" / "verbs").parts[0].removesuffix(".py")


def test_hooks_of_packages_import_nothing_of_ours() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules("processes")
        for name, line in imported(path)
        if name.split(".")[0] in OURS
    ]

    assert strays == []


def test_nothing_imports_a_package_of_processes() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules("engine", "forms", "web")
        for name, line in imported(path)
        if name.split(".")[0] == "processes"
    ]

    assert strays == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import lxml.etree", "lxml.etree"),
        ("from lxml import etree", "lxml.etree"),
        ("def later():\n    from engine.verbs import work", "engine.verbs.work"),
        ("from .work import decide", "engine.verbs.work.decide"),
        ("from . import work", "engine.verbs.work"),
    ],
)
def test_an_import_is_found_however_it_is_written(code: str, name: str) -> None:
    assert [found for found, _ in names_in(code, ("engine", "verbs"))] == [name]
