"""The order of user tasks on a progress rail."""

from pathlib import Path

import pytest

from engine import bpmn
from tests.engine.bpmn.drawn import chain, compiled, flow

PROCESSES = Path(__file__).parents[3] / "processes"


def test_a_step_that_may_be_skipped_comes_before_what_follows_it() -> None:
    body = chain("startEvent s", "userTask a", "exclusiveGateway g", "userTask last", "endEvent e")
    body = body.replace(flow("g_last", "g", "last"), flow("g_last", "g", "last", "${quick}"))
    process = compiled(body + '<userTask id="b"/><userTask id="c"/>' + flow("1", "g", "b").replace('id="1"', 'id="f1"')
                       + flow("f2", "b", "c") + flow("f3", "c", "last"))  # fmt: skip

    assert process.user_tasks_in_order == ("a", "b", "c", "last")


def test_ways_back_do_not_count_and_what_hangs_on_a_boundary_comes_after_its_task() -> None:
    timer = '<boundaryEvent id="late" attachedToRef="a"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    timer += "</timerEventDefinition></boundaryEvent>"
    body = '<userTask id="chase"/>' + chain(
        "startEvent s", "userTask a", "userTask b", "exclusiveGateway g", "endEvent e"
    )
    body = body.replace(flow("g_e", "g", "e"), flow("g_e", "g", "e", "${ok}")) + flow("back", "g", "a")
    process = compiled(body + timer + flow("l", "late", "chase") + flow("m", "chase", "b"))

    assert process.user_tasks_in_order == ("a", "chase", "b")


def test_tasks_of_a_sub_process_stand_where_it_stands() -> None:
    inner = (
        '<subProcess id="sub">' + chain("startEvent si", "userTask x", "userTask y", "endEvent ei") + "</subProcess>"
    )
    body = chain("startEvent s", "userTask a", "subProcess sub", "userTask b", "endEvent e")

    assert compiled(body.replace('<subProcess id="sub"/>', inner)).user_tasks_in_order == ("a", "x", "y", "b")


@pytest.mark.parametrize(
    ("package", "earlier", "later"),
    [
        ("document_issue", ("FW20", "FW30", "FW35U", "FW36"), ("FW40", "FW45", "FW50", "FW60", "FW70", "FW130")),
        ("supervision", ("DB10", "DB20", "DB30"), ("DB40", "DB50", "DB55", "DB60", "DB120")),
        ("seal_use", ("YY30", "YY35", "YY40"), ("YY50", "YY55", "YY60", "YY100")),
    ],
)  # fmt: skip
def test_the_rail_of_our_own_processes_follows_the_flow(
    package: str, earlier: tuple[str, ...], later: tuple[str, ...]
) -> None:
    name = f"{package}.bpmn"
    order = bpmn.compile({name: (PROCESSES / package / name).read_bytes()}).user_tasks_in_order

    assert [name for name in order if name in earlier + later] == [*earlier, *later]
