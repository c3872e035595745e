"""Real FEEL in V8: what it adds, what crosses the border and how, and that it can neither hang, grow nor be shared."""

import asyncio
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

from engine import bpmn, open_engine
from engine.bpmn.expressions import compile_expression, compile_test, isolate, office, passes, settle
from engine.errors import BadInput, ExpressionError
from engine.settings import Settings
from forms import Amount
from tests.engine.bpmn import feel_page
from tests.engine.bpmn.drawn import NOW, chain, compiled, done, drawing, flow, opened

pytestmark = [
    pytest.mark.usefixtures("both_engines"),
    pytest.mark.parametrize("both_engines", ["feelin"], indirect=True),
]


def worth(text: str, /, **names: Any) -> Any:
    return compile_expression(f"={text}").evaluate(names)


def reason(text: str, /, **names: Any) -> str:
    """The code of the error an expression ends with."""
    with pytest.raises(ExpressionError) as caught:
        worth(text, **names)
    assert caught.value.message_zh
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n instance of number", True), ("(function(x) x * 2)(3)", None), ("before(1, 2)", True),
        ("overlaps([1..5], [4..9])", True), ("sort(list, function(a, b) a > b)", [3, 2, 1]), ("sqrt(9)", 3),
        ("context put({}, \"a\", 1).a", 1), ("substring(string: text, start position: 2)", "文"),
        ("mode(list)", [1, 2, 3]),
        ("预算 总额 + 1", 8), ("for i in 1..4 return if i < 3 then i else partial[-1] + partial[-2]", [1, 2, 3, 5]),
        ("at.time offset", "PT8H"), ("month of year(day)", "May"), ("upper case(text) = text", True),
    ],
)  # fmt: skip
def test_feelin_knows_what_our_subset_does_not(text: str, value: object) -> None:
    names = {"n": 1, "list": [3, 1, 2], "text": "公文", "预算 总额": 7, "at": "2026-05-01T08:30", "day": "2026-05-01"}

    if value is None:
        assert reason(text, **names) == "expr.syntax"  # only functions with a name are called
    else:
        assert worth(text, **names) == value


@pytest.mark.parametrize(
    "value",
    [
        "2026-05-01", "2026-05-01T08:30", "2026-05-01T08:30:00", "2026-05-01T00:30:00Z", "2026-05-01T08:30:00.5+08:00",
        "P3D", "08:30:00", "2026-13-01", "2026-05-01T25:00", "2026-05-01 及以后",
        0, -1, 2**53, 0.1, 1234567890.12, 1e-7, True, None,
        "", "\u2028</script>\"'\\", "😀", {"a": [{"b": "2026-05-01"}]}, {"__proto__": 1, "constructor": 2}, [[]],
    ],
)  # fmt: skip
def test_what_goes_through_feelin_comes_back_as_it_was(value: object) -> None:
    seen = worth("x", x=value)

    assert seen == value
    assert type(seen) is type(value)


@pytest.mark.parametrize(
    ("text", "names", "value"),
    [
        ("a + b", {"a": 0.1, "b": 0.2}, 0.3), ("a + b = 0.3", {"a": 0.1, "b": 0.2}, False),
        ("a * 3", {"a": Amount("19.90")}, 59.7), ("a + 1", {"a": Decimal("1.5")}, 2.5), ("a / 2", {"a": 4}, 2),
        ("day + @\"P1D\"", {"day": "2026-12-31"}, "2027-01-01"),
        ("at + @\"PT1H\"", {"at": "2026-05-01T08:30"}, "2026-05-01T09:30:00+08:00"),
        ("at = date and time(\"2026-05-01T00:30:00Z\")", {"at": "2026-05-01T08:30"}, True),
        ("at - other", {"at": "2026-05-01T08:30", "other": "2026-04-30T08:30:00+08:00"}, "P1D"),
        ("date(at)", {"at": "2026-05-01T08:30"}, "2026-05-01"), ("{d: day, n: [1.50]}", {"day": "2026-05-01"},
                                                                 {"d": "2026-05-01", "n": [1.5]}),
        ("duration(t) > @\"P2D\"", {"t": "P3D"}, True), ("string(day)", {"day": "2026-05-01"}, "2026-05-01"),
    ],
)  # fmt: skip
def test_days_moments_and_numbers_keep_their_types(text: str, names: dict[str, Any], value: object) -> None:
    assert worth(text, **names) == value


def test_the_names_of_an_expression_come_from_feelins_own_reader() -> None:
    read = compile_expression(
        "=some x in 名单, y in x.parts satisfies x.a > 限额 and {k: b, m: k}.m = c[item > d and e].name + sum(f)"
    )

    assert read.names == {"名单", "限额", "b", "c", "f"}  # d and e may be fields of an item
    assert read.functions == frozenset()
    assert compile_expression("=post('hegao')").functions == {"post"}
    assert compile_test("> limit, other + 1").names == {"limit", "other"}


def test_a_variable_may_have_the_name_of_a_function_but_takes_no_functions_place() -> None:
    assert worth("sum > 5 and count(list) = 1", sum=6, count=3, list=[1]) is True
    assert passes(compile_test("> date"), 3, {"date": 2})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("missing > 1", "expr.unknown_variable"), ("if missing > 1 then 1 else 2", "expr.unknown_variable"),
        ("1 + \"a\"", "expr.failed"), ("now()", "expr.unknown_variable"), ("x + 1", "expr.budget"),
        ("for i in 1..100000000 return i", "expr.budget"), ("function(x) x", "expr.failed"), ("[1..5]", "expr.failed"),
        ("string join(for i in 1..9999999 return \"aaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"\")", "expr.budget"),
        ("for i in 1..20000 return i", "expr.budget"),
        ("string join(for i in 1..20000 return \"a\", \"\")", "expr.budget"),
        ("10000000000 * 10000000000", "expr.budget"), ("for i in 1..900 return big", "expr.budget"),
        ("some i in big, j in big, k in big satisfies i + j + k < 0", "expr.budget"),
    ],
)  # fmt: skip
def test_what_has_no_value_says_why_within_its_limits(text: str, code: str) -> None:
    began = time.monotonic()

    assert reason(text, x=2**53 + 1, big=list(range(2_000))) == code
    assert worth("1 + 1") == 2  # and V8 is there for the next
    assert time.monotonic() - began < 120  # no assertion about speed: without its limit it would never end


def test_a_name_whose_absence_is_asked_for_may_be_missing() -> None:
    assert worth("if x = null then 0 else x + 1") == 0
    assert worth('if is defined(x) then x else "无"') == "无"
    assert worth("x = null or x in (1, 2)", x=2) is True


def test_budgets_of_steps_count_what_v8_is_asked() -> None:
    spent: list[int] = []

    compile_expression("=count(x)").evaluate({"x": list(range(2_000))}, spent=spent.append)

    assert 20 < spent[0] < 100
    assert reason("count(x)", x=["字" * 1_000] * 900) == "expr.budget"


def test_it_is_asked_where_an_event_loop_runs_too() -> None:
    async def within() -> object:
        isolate._held[0].close()
        return compile_expression("=sqrt(9)").evaluate({})

    with ThreadPoolExecutor(1) as apart:  # a browser may be driven from the thread of the tests
        assert apart.submit(asyncio.run, within()).result(300) == 3


def test_threads_take_turns() -> None:
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(worth, "n + 1", n=number) for number in range(4) for _ in range(10)]
        found = [one.result(300) for one in asked]

    assert found == [number + 1 for number in range(4) for _ in range(10)]


# forked by a program of its own: what else runs in the process of the tests must not be split in two
FORKING = """
import os
from dataclasses import replace
from engine.bpmn.expressions import compile_expression, office, settle

settle(replace(office(), feel="feelin"))
ask = compile_expression("=n + 1").evaluate
assert ask({"n": 1}) == 2
reader, writer = os.pipe()
child = os.fork()
if not child:
    try:
        os.write(writer, str(ask({"n": 41})).encode())
    finally:
        os._exit(0)
os.waitpid(child, 0)
print(os.read(reader, 10).decode(), ask({"n": 2}))
"""


def test_a_fork_begins_anew() -> None:
    told = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, timeout=300, check=True)

    assert told.stdout.split() == ["42", "3"], "the parent's own is untouched"


def test_the_process_that_checks_an_upload_reads_with_the_same_engine() -> None:
    body = chain("startEvent s", "exclusiveGateway g", "userTask a", "endEvent e")
    asked = flow("g_a", "g", "a", "=n instance of number and sort([2, 1])[1] = 2")
    files = {"p.bpmn": drawing(body.replace(flow("g_a", "g", "a"), asked))}

    report = bpmn.check_isolated(files, seconds=30)
    with_subset = settle(replace(office(), feel="subset"))
    refused = bpmn.check_isolated(files, seconds=30)
    settle(with_subset)

    assert report.ok
    assert [problem.code for problem in refused.problems] == ["expr.syntax"]


def test_a_process_asks_feelin_for_conditions_scripts_and_tables() -> None:
    body = chain("startEvent s", "userTask a", "scriptTask w", "exclusiveGateway g", "userTask b", "endEvent e")
    script = '<scriptTask id="w" scriptFormat="feel"><script>late = day + duration(days); n = mode([1, 1, 2])[1]'
    script += "</script></scriptTask>"
    body = body.replace('<scriptTask id="w"/>', script)
    body = body.replace(
        flow("g_b", "g", "b"), flow("g_b", "g", "b", '=late = date("2026-05-04") and day instance of date')
    )
    process = compiled(body + '<endEvent id="e2"/>' + flow("other", "g", "e2"))

    step = done(process, bpmn.start(process, {"day": "2026-05-01", "days": "P3D"}, NOW), "a")

    assert opened(step) == ["b"]
    assert step.variables == {"day": "2026-05-01", "days": "P3D", "late": "2026-05-04", "n": 1}


def test_what_is_missing_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "BUNDLE", tmp_path / "feelin.js")

    with pytest.raises(BadInput) as refused:
        open_engine(settings=Settings(home=tmp_path / "home", feel="feelin"))

    assert refused.value.reason == "settings.feel"
    assert "feelin.js" in refused.value.message_zh
    assert not (tmp_path / "home").exists()
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    assert isolate.missing() == "mini-racer"


def test_an_engine_reads_feel_as_its_settings_say(tmp_path: Path) -> None:
    opened_engine = open_engine(settings=Settings(home=tmp_path, feel="feelin", timezone="Europe/Berlin"))

    try:
        assert (office().feel, office().zone.key) == ("feelin", "Europe/Berlin")
        assert worth("at", at="2026-05-01T08:30") == "2026-05-01T08:30"
        assert worth('at + @"PT0S"', at="2026-05-01T08:30") == "2026-05-01T08:30:00+02:00"
    finally:
        opened_engine.close()


def test_the_wheel_holds_the_bundle_with_its_notices() -> None:
    root = Path(__file__).parents[3]
    packed = {file.relative_path for file in WheelBuilder(str(root)).recurse_included_files()}

    assert {"engine/bpmn/expressions/dist/feelin.js", "engine/bpmn/expressions/dist/third-party-notices.txt"} <= packed
    assert "feelin 8." in isolate.BUNDLE.with_name("third-party-notices.txt").read_text(encoding="utf-8")


def test_every_difference_the_page_lists_is_one() -> None:
    told = [*feel_page.DIFFERENCES.values(), *feel_page.CELLS.values()]

    assert len(feel_page.DIFFERENCES) > 15
    assert len(feel_page.CELLS) >= 4
    assert all(one["subset"] != one["feelin"] for one in told)
