"""Every shipped package is whole: it compiles, names only what exists, and can be read as a drawing."""

import re
import tomllib
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest

import forms
from engine import limits, org
from engine.bpmn.expressions import Expression, compile_expression
from engine.model import URGENCIES
from engine.package import Package, read_package
from engine.progress.lookups import HOUSE_FUNCTIONS, NAMES
from engine.verbs.definitions import read_folder
from tests.processes.drawing import Drawing, Shape, read_drawing, text_width

FOLDER = Path(__file__).resolve().parents[2] / "processes"
KEYS = sorted(p.parent.name for p in FOLDER.glob("*/process.toml"))
CONSTANTS = frozenset(
    {
        "outcome",
        "outcomes",
        "results",
        "initiator",
        "initiator_unit",
        "urgency",
        "number",
        "today",
        "now",
        "chosen",
        "item",
        "title",
    }
)
SCREEN = 1366  # pixels across the smallest screen of an office desk
LETTER = 12  # pixels of a character in a label
LEGIBLE = 10  # and how small it may become when the whole diagram is on the screen


@pytest.fixture(params=KEYS)
def package(request: pytest.FixtureRequest) -> Package:
    """Each shipped package in turn."""
    return read_package(read_folder(FOLDER / request.param))


@pytest.fixture
def drawing(package: Package) -> Drawing:
    return read_drawing(FOLDER / package.manifest.key / package.manifest.diagram)


def expressions(package: Package) -> dict[str, str]:
    """Every expression of a package by the place it stands in."""
    plans, manifest = package.plans.values(), package.manifest
    found = {flow.id: flow.condition or "" for flow in package.process.flows.values()}
    found |= {f"performer of {plan.element}": plan.performer for plan in plans}
    found |= {f"exclude of {plan.element}": f"[{plan.exclude}]" for plan in plans}
    found |= {f"limit of {plan.element}": plan.limit for plan in plans if "{" in plan.limit}
    found |= {f"series {name}": series.name for name, series in manifest.series.items() if "{" in series.name}
    found |= {f"{name}.{c.id}": c.value or "" for name, register in package.registers.items() for c in register.column}
    return {where: text for where, text in {**found, "start": manifest.start}.items() if text}


# ---------------------------------------------------------------- what it says


def test_a_package_compiles_without_a_warning(package: Package) -> None:
    # one package may call another that is shipped beside it
    beside = {e.element for e in package.process.warnings if e.code == "bpmn.call_outside"}
    called = re.findall(r'calledElement="(\w+)"', package.xml.decode())

    assert set(called) <= set(KEYS)
    assert [(w.element, w.message_en) for w in package.process.warnings if w.element not in beside] == []
    assert package.process.adaptations == ()


def test_what_is_said_to_the_office_names_no_control_by_its_code(package: Package) -> None:
    folder = FOLDER / package.manifest.key
    said = [
        text.read_text(encoding="utf-8") for kind in ("forms/*.toml", "*.dmn", "*.bpmn") for text in folder.glob(kind)
    ]

    assert re.findall(r"[（(](?:SC\d\d|R-[A-Z]+)[）)]", "\n".join(said)) == []


def test_the_folder_is_named_after_the_package() -> None:
    for key in KEYS:
        assert tomllib.loads((FOLDER / key / "process.toml").read_text("utf-8"))["key"] == key


def test_instances_of_two_packages_never_share_numbers() -> None:
    codes = [tomllib.loads((FOLDER / key / "process.toml").read_text("utf-8"))["code"] for key in KEYS]

    assert Counter(codes).most_common(1)[0][1] == 1


def test_every_step_has_a_person_a_duty_and_somebody_who_hears_of_its_deadline(package: Package) -> None:
    for plan in package.plans.values():
        assert plan.performer or plan.checklist, plan.element
        assert plan.duty, f"{plan.element} states no duty"
        assert plan.outcomes, plan.element
        # an instant that a field names is watched by the ladder of the whole instance
        assert plan.ladder in package.ladders or plan.limit.startswith(("none", "until:", "${")), plan.element


def test_a_step_without_limit_says_so(package: Package) -> None:
    for plan in package.plans.values():
        assert package.process.elements[plan.element].properties.get("limit"), plan.element


def test_limits_can_be_read_for_every_urgency(package: Package) -> None:
    written = [plan.limit for plan in package.plans.values()] + [stage.value for stage in package.manifest.stage]
    if package.manifest.limit:
        written.append(package.manifest.limit.value)

    for text in written:
        if "{" not in text and not text.startswith("until:"):
            for urgency in URGENCIES:
                limits.by_urgency(text, urgency)


def test_fields_named_by_limits_and_title_exist(package: Package) -> None:
    for plan in package.plans.values():
        if plan.limit.startswith("until:"):
            assert plan.limit[6:] in package.form.by_id, plan.element
    if "{" not in package.manifest.title_field:
        assert package.manifest.title_field in package.form.by_id
    assert set(package.manifest.preview) <= set(package.form.by_id)


def test_every_expression_can_be_read_and_names_only_fields_and_constants(package: Package) -> None:
    known = set(package.form.by_id) | CONSTANTS
    for where, text in expressions(package).items():
        read: Expression = compile_expression(text)
        assert read.names <= known, f"{where}: {sorted(read.names - known)}"
        asked = read.functions - set(org.FUNCTIONS) - {*HOUSE_FUNCTIONS, *NAMES}
        assert not asked, f"{where}: {sorted(asked)}"


def test_expressions_of_the_form_name_only_its_fields(package: Package) -> None:
    columns = {c.id for field in package.form.fields for c in field.fields}
    for where, text in package.form.expressions():
        unknown = compile_expression(text).names - set(package.form.by_id) - columns - CONSTANTS
        assert not unknown, f"{where}: {sorted(unknown)}"


def test_rights_name_fields_and_somebody_can_fill_in_every_required_one(package: Package) -> None:
    first = package.manifest.first
    writable: set[str] = set()
    for plan in package.plans.values():
        rights = forms.permissions(plan.fields, package.form, first=plan.element == first)
        writable |= {field for field, right in rights.items() if right == "write"}

    assert [f.id for f in package.form.fields if f.required and not f.system and f.id not in writable] == []


def test_steps_to_return_to_are_steps(package: Package) -> None:
    for plan in package.plans.values():
        assert set(plan.return_to) <= set(package.plans), plan.element


def test_what_must_be_filled_in_cannot_be_decided_from_the_list(package: Package) -> None:
    for plan in package.plans.values():
        rights = forms.permissions(plan.fields, package.form, first=plan.element == package.manifest.first)
        if any(rights[f.id] == "write" and f.required is True for f in package.form.fields):
            assert not plan.quick, plan.element


def test_a_service_task_says_what_it_does(package: Package) -> None:
    for element in package.process.elements.values():
        if element.kind == "serviceTask":
            assert element.properties.get("register"), element.id


def test_a_register_takes_its_columns_from_the_form(package: Package) -> None:
    added = {
        action.strip().partition(".add")[0]
        for element in package.process.elements.values()
        for action in element.properties.get("register", "").split(";")
        if ".add" in action
    }
    for name in added:
        unfilled = [c.id for c in package.registers[name].column if not c.value and c.id not in package.form.by_id]
        assert not unfilled, f"{name}: {unfilled}"


def test_examples_show_a_normal_way_and_a_refusal() -> None:
    for key in KEYS:
        scripts = [tomllib.loads(p.read_text("utf-8")) for p in (FOLDER / key / "examples").glob("*.toml")]
        assert len(scripts) >= 2, key
        assert all(script["process"] == key for script in scripts), key
        ends = [script.get("end", {}).get("state") for script in scripts]
        assert "completed" in ends, key
        refused = [s for s in scripts if s["start"].get("refused") or any(d.get("refused") for d in s.get("do", []))]
        returned = [d for s in scripts for d in s.get("do", []) if "return" in d]
        assert refused or returned or {"rejected", "voided"} & set(ends), f"{key} has no example of a refusal"


def test_a_package_brings_no_program() -> None:
    assert [p.name for p in FOLDER.rglob("*.py") if p.name != "__init__.py"] == []


# ---------------------------------------------------------------- what it looks like


def test_everything_is_drawn(drawing: Drawing) -> None:
    assert drawing.nodes == set(drawing.shapes)
    assert drawing.flows == set(drawing.lines)


def test_names_stay_legible_with_the_whole_diagram_on_the_screen(drawing: Drawing) -> None:
    assert LETTER * min(1, SCREEN / drawing.width) >= LEGIBLE


def test_no_two_shapes_overlap(drawing: Drawing) -> None:
    apart = [s for s in drawing.shapes.values() if s.kind not in ("boundaryEvent", "subProcess")]

    assert [(a.id, b.id) for a, b in combinations(apart, 2) if a.box.overlaps(b.box)] == []


def test_flows_run_level_or_upright_from_border_to_border(drawing: Drawing) -> None:
    for line in drawing.lines.values():
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line.points)), line.id
        assert drawing.shapes[line.source].box.on_border(*line.points[0]), f"{line.id} does not leave its source"
        assert drawing.shapes[line.target].box.on_border(*line.points[-1]), f"{line.id} does not reach its target"


def test_flows_do_not_run_through_other_shapes(drawing: Drawing) -> None:
    for line in drawing.lines.values():
        for a, b in pairwise(line.points):
            for shape in drawing.shapes.values():
                if shape.id not in (line.source, line.target) and shape.kind not in ("subProcess", "boundaryEvent"):
                    assert not _crosses(a, b, shape), f"{line.id} runs through {shape.id}"


def _crosses(a: tuple[float, float], b: tuple[float, float], shape: Shape) -> bool:
    box = shape.box
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.x + box.width and right > box.x and top < box.y + box.height and bottom > box.y


def test_names_fit_into_their_tasks(drawing: Drawing) -> None:
    for shape in drawing.shapes.values():
        if shape.kind.endswith(("Task", "callActivity")):
            assert shape.name, f"{shape.id} has no name"
            assert text_width(shape.name) <= 2 * (shape.box.width - 14), f"{shape.id} {shape.name}"


def test_a_gateway_that_asks_is_labelled_with_its_question_and_its_answers(drawing: Drawing) -> None:
    for shape in drawing.shapes.values():
        outgoing = [line for line in drawing.lines.values() if line.source == shape.id]
        if shape.kind in ("exclusiveGateway", "inclusiveGateway") and len(outgoing) > 1:
            assert shape.name.endswith(("？", "?")), f"{shape.id} asks nothing: {shape.name}"
            assert all(line.name for line in outgoing), f"an answer to {shape.id} has no name"


def test_labels_have_room_and_stand_clear_of_shapes_and_of_each_other(drawing: Drawing) -> None:
    named = {s.id: s.name for s in drawing.shapes.values() if s.label} | {i.id: i.name for i in drawing.lines.values()}
    labels = drawing.labels()
    for id, box in labels.items():
        lines = max(1, int(box.height // (LETTER + 1)))
        assert text_width(named[id]) <= box.width * lines + LETTER, f"the label of {id} is too narrow"
        # the corners of a gateway's own box are empty
        others = [
            s for s in drawing.shapes.values() if s.kind != "subProcess" and not (s.id == id and "Gateway" in s.kind)
        ]
        covered = [s.id for s in others if s.box.overlaps(box)]
        assert covered == [], f"the label of {id} covers a shape"
    assert [(a, b) for a, b in combinations(labels, 2) if labels[a].overlaps(labels[b])] == []


def test_names_outside_their_shape_have_a_place(drawing: Drawing) -> None:
    for shape in drawing.shapes.values():
        if shape.name and shape.kind.endswith(("Event", "Gateway")):
            assert shape.label, shape.id
    for line in drawing.lines.values():
        assert not line.name or line.label, line.id
