"""Expressions of other houses: nearly all of their conditions and collections mean something here."""

import os
from pathlib import Path

import pytest

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.source import BPMN, Xml, parse
from engine.bpmn.expressions import compile_expression
from engine.errors import ExpressionError

CORPUS = Path(os.environ.get("SANBAN_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FILES = sorted(path for path in CORPUS.rglob("*") if path.suffix in (".bpmn", ".xml"))
CONDITIONS = [f"{{{BPMN}}}{tag}" for tag in ("conditionExpression", "completionCondition", "condition")]
LOOP = f"{{{BPMN}}}multiInstanceLoopCharacteristics"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FILES, reason=f"no models at {CORPUS}; set SANBAN_CORPUS"),
]


def drawn() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Conditions in JUEL and collections of all files, each once per file."""
    conditions: set[tuple[str, str]] = set()
    collections: set[tuple[str, str]] = set()
    for path in FILES:
        root = parse(path.name, path.read_bytes(), Findings())
        if root is None:
            continue
        for element in root.iter(*CONDITIONS):
            text = "".join(str(part) for part in element.itertext()).strip()
            if text.startswith(("${", "#{")):
                conditions.add((path.name, text))
        for loop in root.iter(LOOP):
            collections |= {(path.name, text) for text in counted(loop)}
    return conditions, collections


def counted(loop: Xml) -> set[str]:
    """What a multi-instance goes through, wherever its dialect says so."""
    found = {str(value) for name, value in loop.attrib.items() if str(name).endswith("}collection")}
    for inner in loop.iter(f"{{{BPMN}}}loopDataInputRef", f"{{{BPMN}}}loopCardinality"):
        found.add("".join(str(part) for part in inner.itertext()).strip())
    found |= {str(inner.get("inputCollection")) for inner in loop.iter() if inner.get("inputCollection")}
    return found


def refused(texts: set[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Texts that mean nothing here, with the file and the reason."""
    found = []
    for name, text in sorted(texts):
        try:
            compile_expression(text)
        except ExpressionError as error:
            found.append((name, text, error.reason))
    return found


def test_ninety_five_of_a_hundred_conditions_and_collections_translate() -> None:
    conditions, collections = drawn()

    assert len(conditions) > 50
    assert len(collections) > 10
    for texts in (conditions, collections):
        failed = refused(texts)
        share = 1 - len(failed) / len(texts)
        print(f"{share:.1%} of {len(texts)}", *failed, sep="\n  ")  # noqa: T201  # shown with -s
        assert share >= 0.95, failed
