"""What may stand in the repository, and how large its pieces may grow."""

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 300_000
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
CODE = ("engine", "forms", "web")

BUILT = re.compile(
    r"(^|/)(node_modules|dist|build|__pycache__|\.venv|var)/|\.min\.(js|css)$|\.(pyc|whl|jar|woff2?|ttf|otf|ttc|db|sqlite3?)$"
)
# split, so that this file does not find itself
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npm" + "mirror.com",
    "mirrors" + ".",
    "/simple" + "/",
]
MACHINE = ["/work" + "/", "/root" + "/", "/opt" + "/pypi"]
# needed by name only: a database URL, a program that is started, a data file
NOT_IMPORTED = {"psycopg", "gunicorn", "tzdata"}
# the face of these libraries is part of Flask's or Flask-WTF's own
WITH_FLASK = {"werkzeug", "markupsafe", "itsdangerous", "wtforms"}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file that a clone would hold."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in answer.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_no_file_is_large(tracked: list[Path]) -> None:
    assert named([file for file in tracked if file.stat().st_size > LARGEST]) == []


def test_nothing_built_or_foreign_is_kept(tracked: list[Path]) -> None:
    assert named([file for file in tracked if BUILT.search(str(file.relative_to(ROOT)))]) == []


def test_no_file_names_a_registry_or_a_machine(tracked: list[Path]) -> None:
    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for file in tracked
        if file.suffix not in {".png", ".jpg", ".ico"}
        for word in (*HOSTS, *MACHINE)
        if word in text_of(file)
    ]

    assert found == []


def to_be_read(tracked: list[Path]) -> list[Path]:
    """Our modules without the schema's history, which is written by a tool and never read again."""
    return [file for file in python_of_the_product(tracked) if "versions" not in file.parts]


def python_of_the_product(tracked: list[Path]) -> list[Path]:
    return [file for file in tracked if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in CODE]


def test_modules_stay_readable(tracked: list[Path]) -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in to_be_read(tracked)
        if (lines := text_of(file).count("\n")) > LONGEST_MODULE
    }

    assert long == {}


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text_of(file))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_stay_readable(tracked: list[Path]) -> None:
    long = {
        f"{file.relative_to(ROOT)}:{function.name}": lines
        for file in to_be_read(tracked)
        for function in functions(file)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }

    assert long == {}


def test_every_module_opens_with_one_sentence(tracked: list[Path]) -> None:
    silent = [
        file
        for file in python_of_the_product(tracked)
        if text_of(file).strip() and not ast.get_docstring(ast.parse(text_of(file)))
    ]

    assert named(silent) == []


def test_nothing_of_ours_is_mocked_or_hidden_from_coverage(tracked: list[Path]) -> None:
    words = re.compile("unittest" + r"\.mock|Magic" + "Mock|pragma: no" + " cover")

    assert named([file for file in tracked if file.suffix == ".py" and words.search(text_of(file))]) == []


def imported_names(files: list[Path]) -> set[str]:
    names: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(text_of(file))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_is_declared_is_used_and_what_is_used_is_declared(tracked: list[Path]) -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    lines = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    declared = {plain(re.split(r"[^\w.-]", line)[0]) for line in lines}
    homes = packages_distributions()

    used = {
        plain(distribution)
        for name in imported_names(python_of_the_product(tracked))
        for distribution in homes.get(name, [])
        if name not in CODE
    }

    assert declared - used - NOT_IMPORTED == set(), "declared, imported nowhere"
    assert used - declared - WITH_FLASK == set(), "imported, declared nowhere"


def test_every_front_end_package_is_used(tracked: list[Path]) -> None:
    frontend = ROOT / "web" / "frontend"
    declared = json.loads(text_of(frontend / "package.json"))
    sources = "".join(
        text_of(file) for file in tracked if file.is_relative_to(frontend) and file.suffix in {".js", ".mjs", ".css"}
    )

    assert [name for name in (*declared["dependencies"], *declared["devDependencies"]) if name not in sources] == []


def test_front_end_packages_are_pinned_exactly() -> None:
    declared = json.loads(text_of(ROOT / "web" / "frontend" / "package.json"))
    versions = {**declared["dependencies"], **declared["devDependencies"]}

    assert {name: version for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == {}


def test_styles_use_nothing_that_chromium_88_lacks(tracked: list[Path]) -> None:
    # esbuild would keep these as they are; domestic browsers of Chromium 88 and 102 would drop the rules
    missing = re.compile(
        r":has\(|color-mix\(|@layer\b|@container\b|light-dark\(|oklch\(|@starting-style|\btext-wrap: *pretty"
    )
    found = [
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in tracked
        if file.suffix == ".css"
        for match in missing.finditer(re.sub(r"/\*.*?\*/", "", text_of(file), flags=re.DOTALL))
    ]

    assert found == []


def test_an_image_takes_nothing_along_that_is_not_of_the_source() -> None:
    def named(file: str) -> set[str]:
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        return {line.removeprefix("**/").strip("/") for line in lines if line and line[0] != "#"}

    assert named(".gitignore") - named(".dockerignore") == set()
    assert ".git" in named(".dockerignore")
