"""Event sub-processes within each other, conditional events, cycles, called processes and odd shapes."""

from tests.conformance.own.sketch import (
    END,
    Scenarios,
    active,
    begin,
    boundary,
    call,
    catch,
    do,
    end,
    event,
    event_sub,
    flow,
    gateway,
    guarded,
    many,
    people,
    process,
    sub,
    throw,
)

SCENARIOS = Scenarios()


def calling(number: int) -> str:
    """A process that only calls the next."""
    drawn = begin(f"s{number}") + call(f"c{number}", attributes=f'calledElement="q{number + 1}"') + end(f"e{number}_")
    return process(drawn + flow(f"s{number}", f"c{number}", f"e{number}_"), f"q{number}")


SCENARIOS.add(
    "sub-no-start",
    begin() + sub("sub", people("a") + end("ie") + flow("a", "ie")) + people("z") + end() + flow("s", "sub", "z", "e"),
    [active("a"), do("a"), active("z")],
)
SCENARIOS.add(
    "sub-no-end",
    begin()
    + sub("sub", begin("is") + people("a") + flow("is", "a"))
    + people("z")
    + end()
    + flow("s", "sub", "z", "e"),
    [active("a"), do("a"), active("z")],
)
SCENARIOS.add("no-end-process", begin() + people("a") + flow("s", "a"), [active("a"), do("a"), END])
SCENARIOS.add(
    "evsub-nested",
    begin()
    + people("a")
    + end()
    + flow("s", "a", "e")
    + event_sub(
        "es",
        begin("ess", event("message", "m1"))
        + people("h")
        + end("ee")
        + flow("ess", "h", "ee")
        + event_sub("es2", begin("e2s", event("message", "m2")) + people("h2") + end("e2e") + flow("e2s", "h2", "e2e")),
    ),
    [("nomsg", "m2"), ("msg", "m1"), active("h"), ("msg", "m2"), active("h2"), do("h2"), END],
)
SCENARIOS.add(
    "evsub-nested-nonint",
    begin()
    + people("a")
    + end()
    + flow("s", "a", "e")
    + event_sub(
        "es",
        begin("ess", event("message", "m1"), False)
        + people("h")
        + end("ee")
        + flow("ess", "h", "ee")
        + event_sub(
            "es2", begin("e2s", event("message", "m2"), False) + people("h2") + end("e2e") + flow("e2s", "h2", "e2e")
        ),
    ),
    [
        ("msg", "m1"),
        active("a", "h"),
        ("msg", "m2"),
        active("a", "h", "h2"),
        do("h"),
        active("a", "h2"),
        do("h2"),
        active("a"),
        do("a"),
        END,
    ],
)
SCENARIOS.add(
    "evsub-int-cancels-nonint",
    begin()
    + people("a")
    + end()
    + flow("s", "a", "e")
    + event_sub("es", begin("ess", event("message", "m1"), False) + people("h") + end("ee") + flow("ess", "h", "ee"))
    + event_sub("es2", begin("e2s", event("message", "m2")) + people("h2") + end("e2e") + flow("e2s", "h2", "e2e")),
    [("msg", "m1"), active("a", "h"), ("msg", "m2"), active("h2"), ("nomsg", "m1"), do("h2"), END],
)
SCENARIOS.add(
    "bd-cancels-evsub",
    begin()
    + sub(
        "sub",
        begin("is")
        + people("a")
        + end("ie")
        + flow("is", "a", "ie")
        + event_sub(
            "es", begin("ess", event("message", "m1"), False) + people("h") + end("ee") + flow("ess", "h", "ee")
        ),
    )
    + boundary("bd", "sub", event("timer", "PT1H"))
    + people("l", "z")
    + end()
    + end("el")
    + flow("s", "sub", "z", "e")
    + flow("bd", "l", "el"),
    [("msg", "m1"), active("a", "h"), ("wait", "PT1H"), active("l"), do("l"), END],
)
SCENARIOS.add(
    "timer-evsub-par",
    begin()
    + gateway("parallel", "p")
    + people("a", "c")
    + gateway("parallel", "j")
    + end()
    + flow("s", "p", "a", "j")
    + flow("p", "c", "j", "e")
    + event_sub("es", begin("ess", event("timer", "PT1H")) + people("h") + end("ee") + flow("ess", "h", "ee")),
    [do("a"), ("wait", "PT1H"), active("h"), do("h"), END],
)
SCENARIOS.add(
    "evsub-in-call",
    begin() + '<callActivity id="c" calledElement="callee"/>' + people("z") + end() + flow("s", "c", "z", "e"),
    [active("ca"), ("sig", "s1"), active("h"), do("h"), active("z")],
    others=(
        process(
            begin("cs")
            + people("ca")
            + end("ce")
            + flow("cs", "ca", "ce")
            + event_sub("es", begin("ess", event("signal", "s1")) + people("h") + end("ee") + flow("ess", "h", "ee")),
            "callee",
        ),
    ),
)
SCENARIOS.add(
    "err-root-evsub-from-call",
    begin()
    + '<callActivity id="c" calledElement="callee"/>'
    + people("z")
    + end()
    + flow("s", "c", "z", "e")
    + event_sub("es", begin("ess", event("error", "e1")) + people("h") + end("ee") + flow("ess", "h", "ee")),
    [do("ca"), active("h"), do("h"), END],
    others=(
        process(begin("cs") + people("ca") + end("ce", inner=event("error", "e1")) + flow("cs", "ca", "ce"), "callee"),
    ),
)
SCENARIOS.add(
    "esc-evsub-code",
    begin()
    + people("a")
    + throw("t", event("escalation", "x1"))
    + people("q")
    + end()
    + flow("s", "a", "t", "q", "e")
    + event_sub("es1", begin("e1s", event("escalation"), False) + people("h1") + end("e1e") + flow("e1s", "h1", "e1e"))
    + event_sub(
        "es2", begin("e2s", event("escalation", "x1"), False) + people("h2") + end("e2e") + flow("e2s", "h2", "e2e")
    ),
    [do("a"), active("q", "h2")],
)
SCENARIOS.add(
    "esc-repeat",
    guarded(
        sub(
            "sub",
            begin("is")
            + throw("t1", event("escalation", "x1"))
            + throw("t2", event("escalation", "x1"))
            + people("a")
            + end("ie")
            + flow("is", "t1", "t2", "a", "ie"),
        ),
        boundary("bd", "sub", event("escalation", "x1"), False),
        "sub",
        "h",
    ),
    [active("a", "h", "h")],
)
SCENARIOS.add(
    "sig-own-boundary",
    guarded(
        sub(
            "sub",
            begin("is")
            + people("a")
            + throw("t", event("signal", "s1"))
            + people("q")
            + end("ie")
            + flow("is", "a", "t", "q", "ie"),
        ),
        boundary("bd", "sub", event("signal", "s1")),
        "sub",
        "h",
    ),
    [do("a"), active("h"), do("h"), END],
)
SCENARIOS.add(
    "cond-evsub-true-at-start",
    begin()
    + people("a")
    + end()
    + flow("s", "a", "e")
    + event_sub("es", begin("ess", event("conditional", "${x==1}")) + people("h") + end("ee") + flow("ess", "h", "ee")),
    [active("h")],
    {"x": 1},
)
SCENARIOS.add(
    "cond-boundary-true-at-entry",
    begin()
    + people("a", "l")
    + boundary("bd", "a", event("conditional", "${x==1}"))
    + end()
    + end("el")
    + flow("s", "a", "e")
    + flow("bd", "l", "el"),
    [active("l")],
    {"x": 1},
)
SCENARIOS.add(
    "cond-by-completion-var",
    begin()
    + gateway("parallel", "p")
    + people("a", "c")
    + boundary("bd", "a", event("conditional", "${x==1}"))
    + people("l")
    + end()
    + end("el")
    + end("ec")
    + flow("s", "p", "a", "e")
    + flow("p", "c", "ec")
    + flow("bd", "l", "el"),
    [active("a", "c"), do("c", x=1), active("l")],
)
SCENARIOS.add(
    "cond-by-script",
    begin()
    + gateway("parallel", "p")
    + people("a", "c")
    + boundary("bd", "a", event("conditional", "${x==1}"), False)
    + people("l")
    + end()
    + end("el")
    + end("ec")
    + '<scriptTask id="sc" scriptFormat="juel"><script>x = 1</script></scriptTask>'
    + flow("s", "p", "a", "e")
    + flow("p", "c", "sc", "ec")
    + flow("bd", "l", "el"),
    [do("c"), active("a", "l")],
)
SCENARIOS.add(
    "cond-varname",
    begin()
    + people("a", "l")
    + boundary("bd", "a", event("conditional", "${x==1}", 'camunda:variableName="y"'), False)
    + end()
    + end("el")
    + flow("s", "a", "e")
    + flow("bd", "l", "el"),
    [("set", {"x": 1}), active("a"), ("set", {"y": 5}), active("a", "l")],
    {"x": 0, "y": 0},
)
SCENARIOS.add(
    "std-loop",
    begin()
    + people(
        "a",
        inner='<standardLoopCharacteristics loopMaximum="3"><loopCondition>${again}</loopCondition>'
        "</standardLoopCharacteristics>",
    )
    + people("z")
    + end()
    + flow("s", "a", "z", "e"),
    [do("a", again=True), active("a"), do("a", again=True), do("a"), active("z")],
)
SCENARIOS.add(
    "cycle-end-with-task",
    begin()
    + people("a", "q")
    + boundary("bd", "a", event("cycle", "R/PT1H"), False)
    + people("l")
    + end()
    + end("el")
    + flow("s", "a", "q", "e")
    + flow("bd", "l", "el"),
    [("wait", "PT1H"), active("a", "l"), do("a"), ("wait", "PT2H"), active("q", "l")],
)
SCENARIOS.add(
    "cycle-date",
    begin()
    + catch("c", "<timerEventDefinition><timeDate>2026-01-06T00:00:00Z</timeDate></timerEventDefinition>")
    + people("q")
    + end()
    + flow("s", "c", "q", "e"),
    [("wait", "PT12H"), active(), ("wait", "P1D"), active("q")],
)
SCENARIOS.add(
    "int-cycle",
    begin()
    + people("a")
    + boundary("bd", "a", event("cycle", "R3/PT10M"), True)
    + people("l")
    + end()
    + end("el")
    + flow("s", "a", "e")
    + flow("bd", "l", "el"),
    [("wait", "PT10M"), active("l"), ("wait", "PT10M"), active("l"), do("l"), END],
)
SCENARIOS.add(
    "term-all-in-call",
    begin() + '<callActivity id="c" calledElement="callee"/>' + people("z") + end() + flow("s", "c", "z", "e"),
    [do("ca"), END],
    others=(
        process(
            begin("cs")
            + people("ca")
            + end("ce", inner='<terminateEventDefinition flowable:terminateAll="true"/>')
            + flow("cs", "ca", "ce"),
            "callee",
        ),
    ),
)
SCENARIOS.add(
    "term-mi",
    begin()
    + sub(
        "sub",
        begin("is")
        + people("a")
        + end("ie", inner='<terminateEventDefinition flowable:terminateMultiInstance="true"/>')
        + flow("is", "a", "ie")
        + many("3"),
    )
    + people("z")
    + end()
    + flow("s", "sub", "z", "e"),
    [active("a", "a", "a"), do("a"), active("z")],
)
SCENARIOS.add(
    "manual",
    begin() + '<manualTask id="m"/><task id="t"/>' + people("z") + end() + flow("s", "m", "t", "z", "e"),
    [active("z")],
)
SCENARIOS.add(
    "msg-correl-one",
    begin()
    + gateway("parallel", "p")
    + catch("c1", event("message", "m1"))
    + catch("c2", event("message", "m1"))
    + people("a", "c")
    + end()
    + end("ee")
    + flow("s", "p", "c1", "a", "e")
    + flow("p", "c2", "c", "ee"),
    [("msg", "m1"), active("a"), ("msg", "m1"), active("a", "c")],
)
SCENARIOS.add(
    "par-gateway-multi-in",
    begin()
    + gateway("parallel", "p")
    + people("a", "c", "d")
    + gateway("parallel", "j")
    + people("z")
    + end()
    + flow("s", "p", "a", "j")
    + flow("p", "c", "j")
    + flow("p", "d", "j")
    + flow("j", "z", "e"),
    [do("a"), do("c"), active("d"), do("d"), active("z")],
)
SCENARIOS.add(
    "excl-flow-order",
    begin()
    + gateway("exclusive", "x")
    + people("a", "c")
    + end()
    + end("e2")
    + flow("s", "x")
    + flow("x", "a", cond="${true}")
    + flow("x", "c", cond="${true}")
    + flow("a", "e")
    + flow("c", "e2"),
    [active("a")],
)
SCENARIOS.add(
    "excl-none-fits",
    begin()
    + people("q")
    + gateway("exclusive", "x")
    + people("a", "c")
    + end()
    + end("e2")
    + flow("s", "q", "x")
    + flow("x", "a", cond="${n==1}")
    + flow("x", "c", cond="${n==2}")
    + flow("a", "e")
    + flow("c", "e2"),
    [("fails", ("do", "q", {"n": 3})), active("q"), do("q", n=2), active("c")],
)
SCENARIOS.add(
    "boundary-two-out",
    begin()
    + people("a", "x", "y")
    + boundary("bd", "a", event("timer", "PT1H"))
    + end()
    + end("ex")
    + end("ey")
    + flow("s", "a", "e")
    + flow("bd", "x", "ex")
    + flow("bd", "y", "ey"),
    [("wait", "PT1H"), active("x", "y")],
)
SCENARIOS.add(
    "start-two-out",
    begin() + people("x", "y") + end("ex") + end("ey") + flow("s", "x", "ex") + flow("s", "y", "ey"),
    [active("x", "y")],
)
SCENARIOS.add(
    "deep-call-tree",
    begin() + '<callActivity id="c" calledElement="q1"/>' + people("z") + end() + flow("s", "c", "z", "e"),
    [active("leaf"), do("leaf"), active("z")],
    others=(
        *(calling(number) for number in range(1, 20)),
        process(begin("ls") + people("leaf") + end("le") + flow("ls", "leaf", "le"), "q20"),
    ),
)
SCENARIOS.add(
    "same-ids-in-call",
    begin()
    + sub("sub", begin("is") + people("a") + end("ie") + flow("is", "a", "ie"))
    + '<callActivity id="c" calledElement="callee"/>'
    + people("z")
    + end()
    + flow("s", "sub", "c", "z", "e"),
    [do("a"), active("a"), do("a"), active("z")],
    others=(
        process(
            '<startEvent id="s"/>'
            + sub("sub", '<startEvent id="is"/><userTask id="a"/><endEvent id="ie"/>' + flow("is", "a", "ie"))
            + '<endEvent id="e"/>'
            + flow("s", "sub", "e"),
            "callee",
        ),
    ),
)
SCENARIOS.add(
    "script-groovy-stub",
    begin() + '<serviceTask id="sv" camunda:class="x.Y"/>' + people("z") + end() + flow("s", "sv", "z", "e"),
    [active()],
)
