"""Real models of other houses are accepted with a report, or refused naming the element; none crashes or hangs."""

import os
from pathlib import Path

import pytest

from engine import bpmn
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import NODES
from engine.bpmn.diagram.source import local, parse
from tests.support.effort import within

CORPUS = Path(os.environ.get("SANBAN_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
MODELS = sorted([*CORPUS.glob("deploy/*"), *CORPUS.glob("miwg/*")])

pytestmark = pytest.mark.corpus


@pytest.mark.skipif(not MODELS, reason=f"no models at {CORPUS}; set SANBAN_CORPUS")
@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_real_model_is_accepted_or_refused_by_name_and_loses_no_node(model: Path) -> None:
    content = model.read_bytes()

    report = within(2, lambda: bpmn.check({model.name: content}))

    if not report.ok:
        assert report.problems
        assert all(p.code and p.element and p.line for p in report.problems)
        assert all(p.message_zh and p.message_en and p.fix_zh and p.fix_en for p in report.problems)
        return
    process = bpmn.compile({model.name: content})
    root = parse(model.name, content, Findings())
    assert root is not None
    drawn = {str(node.get("id")) for node in root.iter() if local(node) in NODES and node.get("id")}
    assert drawn == {element for element in process.elements if element in drawn}
