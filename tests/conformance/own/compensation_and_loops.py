"""Compensation, conditional flows out of activities, and multi-instance with its counters."""

from tests.conformance.own.sketch import (
    END,
    Scenarios,
    active,
    begin,
    boundary,
    call,
    do,
    end,
    event,
    event_sub,
    flow,
    gateway,
    many,
    people,
    process,
    sub,
    throw,
)

SCENARIOS = Scenarios()


def undone(act: str, handler: str) -> str:
    """A compensation boundary event with its handler."""
    drawn = boundary(f"cb_{act}", act, event("compensate"))
    return drawn + f'<association id="as_{act}" sourceRef="cb_{act}" targetRef="{handler}"/>'


def comp(act: str, undo: str) -> str:
    """The same with a person who undoes it."""
    return undone(act, undo) + f'<userTask id="{undo}" isForCompensation="true"/>'


def cthrow(id: str = "t", ref: str = "") -> str:
    return throw(id, f"<compensateEventDefinition {ref}/>")


SCENARIOS.add(
    "comp-all",
    begin()
    + people("a", "c")
    + comp("a", "ua")
    + comp("c", "uc")
    + cthrow()
    + people("z")
    + end()
    + flow("s", "a", "c", "t", "z", "e"),
    [do("a"), do("c"), active("ua", "uc"), do("ua"), do("uc"), active("z"), do("z"), END],
)
SCENARIOS.add(
    "comp-one",
    begin()
    + people("a", "c")
    + comp("a", "ua")
    + comp("c", "uc")
    + cthrow(ref='activityRef="a"')
    + people("z")
    + end()
    + flow("s", "a", "c", "t", "z", "e"),
    [do("a"), do("c"), active("ua"), do("ua"), active("z"), do("z"), END],
)
SCENARIOS.add(
    "comp-end",
    begin()
    + people("a", "c")
    + comp("a", "ua")
    + end("e", inner="<compensateEventDefinition/>")
    + flow("s", "a", "c", "e"),
    [do("a"), do("c"), active("ua"), do("ua"), END],
)
SCENARIOS.add(
    "comp-sub-ref",
    begin()
    + sub("sub", begin("is") + people("a") + comp("a", "ua") + end("ie") + flow("is", "a", "ie"))
    + people("c")
    + cthrow(ref='activityRef="sub"')
    + people("z")
    + end()
    + flow("s", "sub", "c", "t", "z", "e"),
    [do("a"), do("c"), active("ua"), do("ua"), active("z")],
)
SCENARIOS.add(
    "comp-in-error-evsub",
    begin()
    + sub(
        "sub",
        begin("is")
        + people("a", "c")
        + comp("a", "ua")
        + end("ie", inner=event("error", "e1"))
        + flow("is", "a", "c", "ie")
        + event_sub(
            "es", begin("ess", event("error", "e1")) + cthrow() + people("h") + end("ee") + flow("ess", "t", "h", "ee")
        ),
    )
    + people("z")
    + end()
    + flow("s", "sub", "z", "e"),
    [do("a"), do("c"), active("ua"), do("ua"), active("h"), do("h"), active("z")],
)
SCENARIOS.add(
    "comp-mi-inner",
    begin()
    + sub("sub", begin("is") + people("a") + comp("a", "ua") + end("ie") + flow("is", "a", "ie") + many("3"))
    + cthrow()
    + people("z")
    + end()
    + flow("s", "sub", "t", "z", "e"),
    [do("a"), do("a"), do("a"), active("ua", "ua", "ua"), do("ua"), do("ua"), do("ua"), active("z")],
)
SCENARIOS.add(
    "comp-twice",
    begin()
    + people("a")
    + comp("a", "ua")
    + cthrow("t1")
    + cthrow("t2")
    + people("z")
    + end()
    + flow("s", "a", "t1", "t2", "z", "e"),
    [do("a"), active("ua"), do("ua"), active("z")],
)
SCENARIOS.add(
    "comp-sub-handler",
    begin()
    + sub("sub", begin("is") + people("a") + end("ie") + flow("is", "a", "ie"))
    + comp("sub", "us")
    + cthrow()
    + people("z")
    + end()
    + flow("s", "sub", "t", "z", "e"),
    [do("a"), active("us"), do("us"), active("z")],
)
SCENARIOS.add(
    "comp-handler-sub",
    begin()
    + people("a")
    + undone("a", "us")
    + sub("us", begin("is") + people("u1") + end("ie") + flow("is", "u1", "ie"), 'isForCompensation="true"')
    + cthrow()
    + people("z")
    + end()
    + flow("s", "a", "t", "z", "e"),
    [do("a"), active("u1"), do("u1"), active("z")],
)
SCENARIOS.add(
    "comp-loop",
    begin()
    + gateway("exclusive", "m")
    + people("a")
    + comp("a", "ua")
    + gateway("exclusive", "g", default="fd")
    + cthrow()
    + people("z")
    + end()
    + flow("s", "m", "a", "g")
    + flow("g", "m", cond="${again}")
    + '<sequenceFlow id="fd" sourceRef="g" targetRef="t"/>'
    + flow("t", "z", "e"),
    [do("a", again=True), do("a", again=False), active("ua", "ua"), do("ua"), do("ua"), active("z")],
)
SCENARIOS.add(
    "comp-evsub-start",
    begin()
    + sub(
        "sub",
        begin("is")
        + people("a")
        + comp("a", "ua")
        + end("ie")
        + flow("is", "a", "ie")
        + event_sub(
            "es", begin("ess", "<compensateEventDefinition/>") + people("h") + end("ee") + flow("ess", "h", "ee")
        ),
    )
    + cthrow()
    + people("z")
    + end()
    + flow("s", "sub", "t", "z", "e"),
    [do("a"), active("h"), do("h"), active("z")],
)
cf = (
    begin()
    + '<userTask id="k" default="fdd"/>'
    + people("x", "y", "d")
    + end("e1_")
    + end("e2_")
    + end("e3_")
    + flow("s", "k")
    + flow("k", "x", cond="${n > 1}")
    + flow("k", "y", cond="${n > 2}")
    + '<sequenceFlow id="fdd" sourceRef="k" targetRef="d"/>'
    + flow("x", "e1_")
    + flow("y", "e2_")
    + flow("d", "e3_")
)
SCENARIOS.add("cf-two", cf, [do("k", n=3), active("x", "y")])
SCENARIOS.add("cf-one", cf, [do("k", n=2), active("x")])
SCENARIOS.add("cf-default", cf, [do("k", n=0), active("d")])
SCENARIOS.add(
    "mi-cond-counters",
    begin()
    + people("a", inner=many(over="people", until="${nrOfCompletedInstances/nrOfInstances >= 0.6}"))
    + people("z")
    + end()
    + flow("s", "a", "z", "e"),
    [active("a", "a", "a"), do("a"), do("a"), active("z")],
    {"people": ["x", "y", "z"]},
)
SCENARIOS.add(
    "mi-seq-cond",
    begin()
    + people("a", inner=many("5", sequential=True, until="${nrOfCompletedInstances == 2}"))
    + people("z")
    + end()
    + flow("s", "a", "z", "e"),
    [active("a"), do("a"), active("a"), do("a"), active("z")],
)
SCENARIOS.add(
    "mi-active",
    begin()
    + people("a", inner=many("3", until="${nrOfActiveInstances == 1}"))
    + people("z")
    + end()
    + flow("s", "a", "z", "e"),
    [do("a"), active("a", "a"), do("a"), active("z")],
)
SCENARIOS.add(
    "mi-cond-loopcounter",
    begin()
    + people("a", inner=many("3", until="${loopCounter == 1}", sequential=True))
    + people("z")
    + end()
    + flow("s", "a", "z", "e"),
    [do("a"), active("a"), do("a"), active("z")],
)
SCENARIOS.add(
    "mi-cond-var",
    begin() + people("a", inner=many("3", until="${reject}")) + people("z") + end() + flow("s", "a", "z", "e"),
    [do("a", reject=False), active("a", "a"), do("a", reject=True), active("z")],
)
SCENARIOS.add(
    "mi-zero", begin() + people("a", inner=many("0")) + people("z") + end() + flow("s", "a", "z", "e"), [active("z")]
)
SCENARIOS.add(
    "mi-empty",
    begin() + people("a", inner=many(over="people")) + people("z") + end() + flow("s", "a", "z", "e"),
    [active("z")],
    {"people": []},
)
SCENARIOS.add(
    "mi-expr-card",
    begin() + people("a", inner=many("${n}")) + people("z") + end() + flow("s", "a", "z", "e"),
    [active("a", "a")],
    {"n": 2},
)
SCENARIOS.add(
    "mi-coll-juel",
    begin() + people("a", inner=many(over="${people}")) + people("z") + end() + flow("s", "a", "z", "e"),
    [active("a", "a")],
    {"people": ["a", "b"]},
)
SCENARIOS.add(
    "mi-neg",
    begin() + people("a") + people("k", inner=many("${n}")) + people("z") + end() + flow("s", "a", "k", "z", "e"),
    [("fails", ("do", "a"))],
    {"n": -1},
)
SCENARIOS.add(
    "mi-nested",
    begin()
    + sub(
        "o",
        begin("os")
        + sub("i", begin("is") + people("a") + end("ie") + flow("is", "a", "ie") + many("2"))
        + end("oe")
        + flow("os", "i", "oe")
        + many("2"),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [active("a", "a", "a", "a"), do("a"), do("a"), do("a"), do("a"), active("z")],
)
SCENARIOS.add(
    "mi-nested-seq",
    begin()
    + sub(
        "o",
        begin("os")
        + sub("i", begin("is") + people("a") + end("ie") + flow("is", "a", "ie") + many("2", sequential=True))
        + end("oe")
        + flow("os", "i", "oe")
        + many("2", sequential=True),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [do("a"), do("a"), do("a"), active("a"), do("a"), active("z")],
)
SCENARIOS.add(
    "mi-nested-items",
    begin()
    + sub(
        "o",
        begin("os")
        + people("a", inner=many(over="item.members", item="m"))
        + end("oe")
        + flow("os", "a", "oe")
        + many(over="units"),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [active("a", "a", "a")],
    {"units": [{"members": ["x"]}, {"members": ["y", "z"]}]},
)
SCENARIOS.add(
    "mi-timer-seq",
    begin()
    + people("a", inner=many("3", sequential=True))
    + boundary("bd", "a", event("timer", "PT1H"))
    + people("z", "l")
    + end()
    + end("el")
    + flow("s", "a", "z", "e")
    + flow("bd", "l", "el"),
    [do("a"), ("wait", "PT1H"), active("l"), do("l"), END],
)
SCENARIOS.add(
    "mi-nonint-timer-once",
    begin()
    + people("a", inner=many("3"))
    + boundary("bd", "a", event("timer", "PT1H"), False)
    + people("z", "l")
    + end()
    + end("el")
    + flow("s", "a", "z", "e")
    + flow("bd", "l", "el"),
    [("wait", "PT1H"), active("a", "a", "a", "l"), ("wait", "PT1H"), active("a", "a", "a", "l")],
)
SCENARIOS.add(
    "mi-sub-with-inner-timer",
    begin()
    + sub(
        "o",
        begin("os")
        + people("a")
        + boundary("bd", "a", event("timer", "PT1H"))
        + people("l")
        + end("oe")
        + end("oel")
        + flow("os", "a", "oe")
        + flow("bd", "l", "oel")
        + many("2"),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [do("a"), ("wait", "PT1H"), active("l"), do("l"), active("z")],
)
SCENARIOS.add(
    "mi-par-evsub-in-mi",
    begin()
    + sub(
        "o",
        begin("os")
        + people("a")
        + end("oe")
        + flow("os", "a", "oe")
        + event_sub("es", begin("ess", event("message", "m1")) + people("h") + end("ee") + flow("ess", "h", "ee"))
        + many("2"),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [active("a", "a"), ("msg", "m1"), active("a", "h"), do("h"), do("a"), active("z")],
)
SCENARIOS.add(
    "mi-call-item",
    begin()
    + call("c", '<camunda:in source="item" target="who"/>', inner=many(over="people"))
    + people("z")
    + end()
    + flow("s", "c", "z", "e"),
    [active("ca", "ca"), do("ca"), do("ca"), active("z")],
    {"people": ["a", "b"]},
    others=(process(begin("cs") + people("ca") + end("ce") + flow("cs", "ca", "ce"), "callee"),),
)
SCENARIOS.add(
    "mi-service-expression",
    begin()
    + '<scriptTask id="sc" scriptFormat="juel"><script>total = total + item</script>'
    + many(over="nums")
    + "</scriptTask>"
    + people("z")
    + end()
    + flow("s", "sc", "z", "e"),
    [active("z"), ("var", {"total": 6})],
    {"nums": [1, 2, 3], "total": 0},
)
