"""Documentation says everything: what no reference page names, be it command, setting, error or key, fails here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel
from sqlalchemy import Column

import engine.errors
from engine.cli import main
from engine.package.manifest import Manifest
from engine.settings import Settings
from engine.store.tables import metadata
from engine.verbs.files import ALLOWED

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def reference() -> str:
    """All reference pages as one text."""
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted(REFERENCE.glob("*.md")))


def unnamed(names: Iterator[str] | set[str], reference: str) -> list[str]:
    """Names that stand nowhere between backticks, alone or at the start of a longer piece of code."""
    return [name for name in sorted(set(names)) if not re.search(rf"`{re.escape(name)}(?![\w-])", reference)]


def commands(group: click.Command, path: str) -> Iterator[str]:
    if not isinstance(group, click.Group):
        yield path
        return
    for name, command in group.commands.items():
        if not command.hidden:
            yield from commands(command, f"{path} {name}")


def test_every_command_is_documented(reference: str) -> None:
    assert unnamed(commands(main, "sanban"), reference) == []


def test_every_setting_is_documented(reference: str) -> None:
    names = {f"SANBAN_{name.upper()}" for name in Settings.model_fields}

    assert unnamed(names, reference) == []


CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
NO_CODE = ("id", "json", "toml", "typ")  # columns and names of files


def error_codes() -> Iterator[str]:
    """The code of each error class, and every finer one: a text of that shape that begins as some code does."""
    kinds = {kind for kind in vars(engine.errors).values() if isinstance(kind, type)}
    errors = {kind.__name__: kind for kind in kinds if issubclass(kind, engine.errors.SanbanError)}
    yield from (kind.code for kind in errors.values())
    known, texts = set(), set()
    for path in [*(ROOT / "engine").rglob("*.py"), *(ROOT / "forms").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                texts.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors:
                given = (*node.args, *(keyword.value for keyword in node.keywords))
                known |= {str(one.value).partition(".")[0] for one in given if isinstance(one, ast.Constant)}
    yield from (text for text in texts if text.split(".")[0] in known and text.split(".")[-1] not in NO_CODE)


def test_every_error_code_is_documented(reference: str) -> None:
    verifying = (ROOT / "docs" / "how-to" / "verify-an-archive.md").read_text(encoding="utf-8")  # without an office
    found = set(error_codes())

    assert len(found) > 300
    assert unnamed({code for code in found if "." in code or code == "not_found"}, reference + verifying) == []


def test_every_type_of_attachment_is_documented(reference: str) -> None:
    assert unnamed(set(ALLOWED), reference) == []


def parts(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation such as ``dict[str, Series]`` or ``WholeLimit | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from parts(argument)


def manifest_keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name
        for part in parts(field.annotation):
            yield from manifest_keys(part)


def test_every_key_of_a_manifest_is_documented(reference: str) -> None:
    assert unnamed(manifest_keys(Manifest), reference) == []


def properties() -> Iterator[str]:
    """Names that our code asks of a diagram's properties: ``p.get("limit")``, ``element.properties.get("ladder")``."""
    for path in [*(ROOT / "engine" / "package").glob("*.py"), *(ROOT / "engine" / "bpmn").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(
                        attr="get", value=ast.Attribute(attr="properties") | ast.Name(id="p" | "properties")
                    ),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    yield name


def test_every_property_of_a_diagram_is_documented(reference: str) -> None:
    asked = set(properties())

    assert {"performer", "completion", "limit", "outcomes"} <= asked, "the search for properties finds nothing any more"
    assert unnamed(asked, reference) == []


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in documents():
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path = target.split("#")[0]
            if path and "://" not in path and not path.startswith("mailto:") and not (page.parent / path).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert broken == []


def proven() -> list[Path]:
    return [ROOT / "docs" / "explanation" / "promises.md", ROOT / "docs" / "security" / "asvs.md", *rule_pages()]


def rule_pages() -> list[Path]:
    return [page for page in sorted((REFERENCE / "rules").glob("*.md")) if page.name != "README.md"]


def test_every_test_that_a_promise_names_is_there() -> None:
    defined = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    named = {name for page in proven() for name in re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8"))}

    assert len(named) > 100
    assert sorted(named - defined) == []


def test_every_table_that_names_a_person_is_classified() -> None:
    named = {t.name for t in metadata.sorted_tables if t.name == "person" or any(map(_is_of_a_person, t.columns))}
    said = (ROOT / "docs" / "security" / "personal-data.md").read_text(encoding="utf-8")

    assert len(named) > 20
    assert sorted(name for name in named if f"`{name}`" not in said) == []


def _is_of_a_person(column: Column[Any]) -> bool:
    return any(key.column.table.name == "person" for key in column.foreign_keys)


def test_every_promise_stands_with_procedure_figure_and_test() -> None:
    lines = re.findall(r"^\| (P\d+) \|(.*)\|$", proven()[0].read_text(encoding="utf-8"), re.MULTILINE)

    assert [number for number, _ in lines] == [f"P{n}" for n in range(1, 23)]
    for _number, line in lines:
        assert [cell.strip() for cell in line.split(" | ")].count("") == 0
        assert "`test_" in line.split(" | ")[-1]


def test_every_line_of_the_security_table_is_met_excused_or_open() -> None:
    rows = [
        line for line in proven()[1].read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+\.\d+\.\d+ ", line)
    ]

    assert len(rows) > 120
    numbers = [row.split("|")[1].split()[0] for row in rows]
    assert numbers == sorted(set(numbers), key=lambda text: [int(part) for part in text.split(".")])
    for row in rows:
        state = row.split("|")[3].strip()
        assert re.match(r"(`test_\w+`|not applicable: .+|open: .+)", state), row


def test_every_rule_of_the_office_names_where_it_stands_and_its_tests() -> None:
    pages = rule_pages()

    assert len(pages) >= 1
    for page in pages:
        rows = [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in page.read_text(encoding="utf-8").splitlines()
            if line.startswith("| ") and not line.startswith(("| line |", "|---"))
        ]
        assert len(rows) > 5, page.name
        lines = [row[0] for row in rows]
        assert sorted({line for line in lines if lines.count(line) > 1}) == [], page.name
        for row in rows:
            assert len(row) == 4, (page.name, row)
            assert all(row[:2]), (page.name, row)
            assert re.search(r"`test_\w+`|^(?:otherwise|left out): .{12,}", row[3]), (page.name, row)
            for path in re.findall(r"`([\w./-]+/[\w./-]*)`", row[2]):
                assert (ROOT / path).exists(), (page.name, row[0], path)


def blocks() -> Iterator[tuple[str, str]]:
    """Lines of code in the how-tos and of the files they ship, each with where it stands."""
    for page in sorted((ROOT / "docs" / "how-to").rglob("*")):
        if page.is_file():
            text = page.read_text(encoding="utf-8")
            parts = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) if page.suffix == ".md" else [text]
            yield from ((page.name, line) for part in parts for line in part.splitlines())


def test_every_command_of_a_how_to_is_one() -> None:
    known = set(commands(main, "sanban")) | {f"sanban {name}" for name in main.commands}
    # at the start of a line or after a prompt, from a folder of programs, or as the command of a container
    called = re.compile(r"(?:^ *|\$ |/bin/|:/var/lib/sanban )(sanban (?!-)[a-z]+(?: (?:verify|anchor|release)\b)?)")
    asked = {(page, found) for page, line in blocks() for found in called.findall(line)}

    assert len(asked) > 10
    assert sorted((page, found) for page, found in asked if found not in known) == []


def test_every_make_target_and_setting_of_a_how_to_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = {f"SANBAN_{name.upper()}" for name in Settings.model_fields}
    reference_of_others = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    text = [(page, line) for page, line in blocks()]

    made = {(page, t) for page, line in text for t in re.findall(r"(?:^|\$ )make(?: -C \S+)? ([a-z]+)", line)}
    named = {(page, name) for page, line in text for name in re.findall(r"\bSANBAN_[A-Z_]+\b", line)}

    assert sorted((page, t) for page, t in made if t not in targets) == []
    assert sorted((page, n) for page, n in named if n not in known and f"`{n}`" not in reference_of_others) == []


def test_every_metric_is_documented(reference: str) -> None:
    source = (ROOT / "web" / "api" / "health.py").read_text(encoding="utf-8")
    metrics = set(re.findall(r'"(sanban_[a-z_]+)"', source))

    assert len(metrics) >= 7
    assert unnamed(metrics, reference) == []
