"""Soundness: what can go wrong on some way through a diagram is told with that way."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.reader import read_processes
from engine.bpmn.diagram.source import parse
from engine.bpmn.soundness import examine
from engine.bpmn.soundness.exploring import Explorer, Outcome
from engine.bpmn.soundness.net import Net, net_of
from engine.bpmn.soundness.reduction import reduced
from engine.errors import SanbanError
from tests.engine.bpmn.diagrams import Block, as_bpmn, blocks
from tests.engine.bpmn.drawn import NOW, chain, drawing, flow
from tests.support.effort import within

PROCESSES = Path(__file__).parents[3] / "processes"


def drawn(nodes: str, flows: str) -> str:
    """Nodes as ``kind id`` and flows as ``a>b`` or ``a>b?condition``, all separated by blanks and commas."""
    kinds = {"task": "userTask", "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}
    body = '<startEvent id="s"/><endEvent id="e"/>'
    for node in nodes.split(","):
        kind, name = node.split()
        body += f'<{kinds.get(kind, kind)} id="{name}"/>'
    for number, text in enumerate(flows.split(",")):
        way, _, condition = text.strip().partition("?")
        source, target = way.split(">", 1)
        body += flow(f"f{number}", source, target, f"${{{condition}}}" if condition else "")
    return body


def told(body: str, prefix: str = "soundness.") -> dict[tuple[str, str | None], tuple[str, ...]]:
    """Code and element of each warning of soundness, and the trace that leads there."""
    report = bpmn.check({"p.bpmn": drawing(body)})
    assert report.ok, report.problems
    return {(w.code, w.element): w.trace for w in report.warnings if w.code.startswith(prefix)}


CHOICE_INTO_JOIN = drawn("xor g, task a, task b, and j, task c", "s>g, g>a?x == 1, g>b, a>j, b>j, j>c, c>e")


def test_a_choice_before_a_parallel_join_is_a_deadlock_and_what_follows_is_never_offered() -> None:
    found = told(CHOICE_INTO_JOIN)

    assert found[("soundness.deadlock", "j")] in (("s", "g", "a", "j"), ("s", "g", "b", "j"))
    assert found[("soundness.never_offered", "c")] == ("s", "g", "a", "j", "c")
    assert len(found) == 2


def test_a_deadlock_names_the_branch_that_does_not_come() -> None:
    (warning,) = (w for w in bpmn.check({"p.bpmn": drawing(CHOICE_INTO_JOIN)}).warnings if w.code.endswith("deadlock"))

    came = warning.trace[-2]
    assert ("a" if came == "b" else "b") in warning.message_zh
    assert warning.severity == "warning"


def test_a_fork_that_is_merged_without_a_join_opens_work_twice() -> None:
    found = told(drawn("and f, task a, task b, xor m, task c", "s>f, f>a, f>b, a>m, b>m, m>c, c>e"))

    assert list(found) == [("soundness.unsynchronised", "c")]
    assert set(found["soundness.unsynchronised", "c"]) == {"s", "f", "a", "b", "m", "c"}


def test_a_fork_that_is_merged_only_before_the_end_does_no_harm() -> None:
    assert told(drawn("and f, task a, task b, xor m", "s>f, f>a, f>b, a>m, b>m, m>e")) == {}


def test_a_loop_without_a_way_out_is_told_though_there_is_an_end_elsewhere() -> None:
    found = told(drawn("xor g, task a, task b", "s>g, g>e?x == 1, g>a, a>b, b>a"))

    assert found == {("soundness.no_way_out", "a"): ("s", "g", "a", "b")}


def test_a_loop_that_a_boundary_event_leaves_has_a_way_out() -> None:
    timer = '<boundaryEvent id="t" attachedToRef="b"><timerEventDefinition><timeDuration>P1D</timeDuration>'
    timer += "</timerEventDefinition></boundaryEvent>"

    assert told(drawn("xor g, task a, task b", "s>g, g>e?x == 1, g>a, a>b, b>a, t>e") + timer) == {}


def test_a_condition_that_is_never_true_hides_what_lies_behind() -> None:
    found = told(drawn("xor g, task a, task b", "s>g, g>a?1 == 2, g>b, a>e, b>e"))

    assert found == {("soundness.never_offered", "a"): ("s", "g", "a")}


@pytest.mark.parametrize(
    ("conditions", "left"),
    [
        (("ok", "!ok"), False),
        (("ok", "not ok"), False),
        (("x == 'a'", "x != 'a'"), False),
        (("x > 5", "x <= 5"), False),
        (("x > 5", "x == 5"), True),
        (("x == true", "x == false"), False),
        (("ok", "fine"), True),
        (("x == 'a' and ok", "not (x == 'a' and ok)"), False),
        (("true", "ok"), False),
    ],
)  # fmt: skip
def test_a_choice_can_be_left_without_a_way_unless_its_conditions_complement_each_other(
    conditions: tuple[str, str], left: bool
) -> None:
    yes, no = conditions
    body = drawn("task t, xor g, task a, task b", f"s>t, t>g, g>a?{yes}, g>b?{no}, a>e, b>e")

    found = told(body, "bpmn.no_default")

    assert found == ({("bpmn.no_default", "g"): ("s", "t", "g")} if left else {})


def test_a_task_whose_every_way_out_has_a_condition_can_be_left_without_a_way() -> None:
    found = told(drawn("task t, task a, task b", "s>t, t>a?x == 1, t>b?x == 2, a>e, b>e"), "bpmn.no_default")

    assert found == {("bpmn.no_default", "t"): ("s", "t")}


def test_inclusive_gateways_join_whatever_was_chosen() -> None:
    assert told(drawn("or f, task a, task b, or j", "s>f, f>a?x, f>b?y, a>j, b>j, j>e")) == {}
    assert told(drawn("xor f, task a, task b, or j", "s>f, f>a?x, f>b, a>j, b>j, j>e")) == {}


def test_inclusive_choice_before_a_parallel_join_is_a_deadlock() -> None:
    found = told(drawn("or f, task a, task b, and j", "s>f, f>a?x, f>b?y, a>j, b>j, j>e"))

    assert [code for code, _ in found] == ["soundness.deadlock"]


def test_reminders_beside_a_task_are_neither_doubled_nor_a_deadlock() -> None:
    timer = '<boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeCycle>R3/PT1H'
    timer += "</timeCycle></timerEventDefinition></boundaryEvent>"
    body = drawn("task a, task r, xor g", "s>a, a>g, g>a?again, g>e, t>r, r>e")

    assert told(body + timer) == {}


def test_a_reminder_that_goes_on_into_the_flow_does_the_rest_twice() -> None:
    timer = '<boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDuration>PT1H'
    timer += "</timeDuration></timerEventDefinition></boundaryEvent>"

    assert list(told(drawn("task a, task b", "s>a, a>b, b>e, t>b") + timer)) == [("soundness.unsynchronised", "b")]


def test_an_error_that_leaves_a_sub_process_leaves_nothing_waiting_in_it() -> None:
    inner = drawn("and f, task x, task y, xor g, and j, endEvent bad", "s>f, f>x, f>y, x>j, y>g, g>j?ok, g>bad, j>e")
    inner = inner.replace('<endEvent id="bad"/>', '<endEvent id="bad"><errorEventDefinition/></endEvent>')
    inner = re.sub(r'(id|sourceRef|targetRef)="', r'\1="in_', inner)
    catch = '<boundaryEvent id="b" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>'
    body = chain("startEvent s", "subProcess sub", "userTask z", "endEvent e") + catch + flow("out", "b", "z")

    found = told(body.replace('<subProcess id="sub"/>', f'<subProcess id="sub">{inner}</subProcess>'))

    assert found == {}


@pytest.mark.parametrize("package", [path.stem for path in sorted(PROCESSES.glob("*/*.bpmn"))])
def test_our_own_processes_are_sound(package: str) -> None:
    name = f"{package}.bpmn"
    report = bpmn.check({name: (PROCESSES / package / name).read_bytes()})

    assert report.ok
    assert [w for w in report.warnings if w.code.startswith("soundness.")] == []


# ---------------------------------------------------------------- size


def crossing(branches: int, steps: int) -> str:
    """Parallel branches whose tasks also wait for their neighbours, so that nothing folds."""
    nodes = ["and f", "and j"]
    flows = ["s>f", "j>e"]
    for branch in range(branches):
        before = "f"
        for step in range(steps):
            nodes += [f"task t{branch}_{step}", f"and w{branch}_{step}", f"and v{branch}_{step}"]
            flows += [
                f"{before}>w{branch}_{step}",
                f"w{branch}_{step}>t{branch}_{step}",
                f"t{branch}_{step}>v{branch}_{step}",
            ]
            before = f"v{branch}_{step}"
            if step + 1 < steps and branch + 1 < branches:
                flows.append(f"v{branch}_{step}>w{branch + 1}_{step + 1}")
        flows.append(f"{before}>j")
    return drawn(", ".join(nodes), ", ".join(flows))


@pytest.mark.parametrize(("branches", "steps"), [(12, 2), (8, 8), (3, 22)])
def test_two_hundred_nodes_take_less_than_three_seconds(branches: int, steps: int) -> None:
    content = drawing(crossing(branches, steps))

    report = within(3, lambda: bpmn.check({"p.bpmn": content}))

    assert report.ok
    codes = {w.code for w in report.warnings if w.code.startswith("soundness")}
    assert codes <= {"soundness.not_examined"}
    if (branches, steps) == (8, 8):
        assert codes == {"soundness.not_examined"}, "the test wants a diagram beyond the limit"


def test_what_lies_beyond_the_limit_is_said_to_be_unexamined() -> None:
    container = read(drawing(crossing(4, 4)))
    findings = Findings()

    examine(container, findings, limit=20)

    assert [w.code for w in findings.warnings] == ["soundness.not_examined"]
    assert "20" in findings.warnings[0].message_zh


# ---------------------------------------------------------------- random diagrams


def read(content: bytes):  # type: ignore[no-untyped-def]
    """The one process of a file."""
    findings = Findings()
    root = parse("p.bpmn", content, findings)
    assert root is not None
    return read_processes(root, "p.bpmn", findings)[0]


@st.composite
def tangles(draw: st.DrawFn) -> str:
    """Diagrams without any order: gateways and tasks connected at random, all of them reached from the start."""
    chance = random.Random(draw(st.integers(0, 10**9)))
    kinds = [chance.choice(["task", "task", "xor", "xor", "and", "and", "or"]) for _ in range(chance.randint(3, 9))]
    nodes = [f"n{number}" for number in range(len(kinds))]
    ways = {("s", "n0")} | {(chance.choice(nodes[:n]), nodes[n]) for n in range(1, len(nodes))}
    ways |= {(chance.choice(nodes), chance.choice([*nodes, "e"])) for _ in range(chance.randint(1, 4))}
    ways |= {(name, "e") for name in nodes if all(source != name for source, _ in ways)}
    flows = []
    for source, target in sorted(ways):
        if source != target:
            kind = kinds[nodes.index(source)] if source in nodes else "task"
            decides = kind in ("xor", "or") and sum(a == source and a != b for a, b in ways) > 1
            flows.append(f"{source}>{target}" + (f"?pick_{source} == '{target}'" if decides else ""))
    return drawn(", ".join(f"{kind} {name}" for kind, name in zip(kinds, nodes, strict=True)), ", ".join(flows))


def explored(net: Net) -> Outcome:
    return Explorer(net, 4_000).explore()


@settings(max_examples=200)
@given(tangles())
def test_the_reduction_changes_nothing_that_is_found(body: str) -> None:
    net = net_of(read(drawing(body)))
    whole, small = explored(net), explored(reduced(net))

    if whole.beyond_limit or small.beyond_limit:
        return
    assert bool(whole.doubled) == bool(small.doubled)
    if not whole.doubled:
        assert {waiting.join for waiting in whole.deadlocks} == {waiting.join for waiting in small.deadlocks}
        assert {n for n in whole.alive if n[:1] == "n"} == {n for n in small.alive if n[:1] == "n"}
    assert small.states <= whole.states


@settings(max_examples=100)
@given(blocks)
def test_diagrams_made_of_whole_blocks_are_sound(block: Block) -> None:
    report = bpmn.check({"p.bpmn": as_bpmn(block)})

    assert [w for w in report.warnings if w.code.startswith("soundness.")] == []


@settings(max_examples=120)
@given(tangles(), st.integers(0, 10**9))
def test_an_instance_that_gets_stuck_or_opens_a_task_twice_was_warned_of(body: str, seed: int) -> None:
    report = bpmn.check({"p.bpmn": drawing(body)})
    if not report.ok:
        return
    warned = {w.code for w in report.warnings}
    chance = random.Random(seed)
    process = bpmn.compile({"p.bpmn": drawing(body)})
    picks = {f"pick_n{n}": "e" for n in range(9)}

    def data() -> dict[str, str]:
        targets = [*(f"n{n}" for n in range(9)), "e"]
        return {name: chance.choice(targets) for name in picks}

    try:
        step = bpmn.start(process, data(), NOW)
        for _ in range(25):
            elements = [activity.element for activity in step.activities]
            if len(elements) != len(set(elements)):
                assert "soundness.unsynchronised" in warned
                return
            if not step.activities:
                break
            step = bpmn.complete(process, step.snapshot, chance.choice(step.activities).id, data(), NOW)
    except SanbanError:
        return  # a choice without a way, or a loop that never waits
    if step.errors:
        assert warned & {"soundness.deadlock", "soundness.unsynchronised", "soundness.not_examined"}
