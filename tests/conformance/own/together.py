"""Kinds of behaviour that meet each other: calls in loops, events in gateways, compensation of calls, nested joins."""

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
    many,
    people,
    process,
    sub,
    throw,
)

SCENARIOS = Scenarios()


def undone(act: str) -> str:
    """A compensation boundary event with a person who undoes it."""
    drawn = boundary("cb", act, event("compensate")) + '<association id="q1" sourceRef="cb" targetRef="u"/>'
    return drawn + '<userTask id="u" isForCompensation="true"/>'


SCENARIOS.add(
    "term-in-called-mi",
    begin() + call("c", inner=many("2")) + people("z") + end() + flow("s", "c", "z", "e"),
    [active("ca", "ca"), do("ca"), active("ca"), do("ca"), active("z")],
    others=(process(begin("cs") + people("ca") + end("ce", inner=event("terminate")) + flow("cs", "ca", "ce")),),
)
SCENARIOS.add(
    "comp-call-handler",
    begin()
    + call("c")
    + undone("c")
    + throw("t", event("compensate"))
    + people("z")
    + end()
    + flow("s", "c", "t", "z", "e"),
    [do("ca"), active("u"), do("u"), active("z")],
    others=(process(begin("cs") + people("ca") + end("ce") + flow("cs", "ca", "ce")),),
)
SCENARIOS.add(
    "comp-mi-task",
    begin()
    + people("a", inner=many("3", sequential=True))
    + undone("a")
    + throw("t", event("compensate"))
    + people("z")
    + end()
    + flow("s", "a", "t", "z", "e"),
    [do("a"), do("a"), do("a"), active("u", "u", "u")],
)
SCENARIOS.add(
    "eg-in-sub-boundary",
    begin()
    + sub(
        "sub",
        begin("is")
        + gateway("eventBased", "g")
        + catch("c1", event("message", "m1"))
        + catch("c2", event("timer", "PT2H"))
        + people("x", "y")
        + end("ie")
        + end("ie2")
        + flow("is", "g", "c1", "x", "ie")
        + flow("g", "c2", "y", "ie2"),
    )
    + boundary("bd", "sub", event("timer", "PT1H"))
    + people("z", "l")
    + end()
    + end("el")
    + flow("s", "sub", "z", "e")
    + flow("bd", "l", "el"),
    [("wait", "PT1H"), active("l"), ("nomsg", "m1"), do("l"), END],
)
SCENARIOS.add(
    "par-loop",
    begin()
    + gateway("exclusive", "m")
    + gateway("parallel", "pf")
    + people("a", "c")
    + gateway("parallel", "pj")
    + gateway("exclusive", "x", default="fe")
    + people("z")
    + end()
    + flow("s", "m", "pf", "a", "pj")
    + flow("pf", "c", "pj", "x")
    + flow("x", "m", cond="${again}")
    + '<sequenceFlow id="fe" sourceRef="x" targetRef="z"/>'
    + flow("z", "e"),
    [do("a"), do("c", again=True), active("a", "c"), do("c", again=False), do("a"), active("z")],
)
SCENARIOS.add(
    "sig-end-in-evsub",
    begin()
    + people("a")
    + end()
    + flow("s", "a", "e")
    + event_sub("es", begin("ess", event("signal", "s1"), False) + people("h") + end("ee") + flow("ess", "h", "ee")),
    [("sig", "s1"), ("sig", "s1"), active("a", "h", "h"), do("a"), ("open",), do("h"), do("h"), END],
)
SCENARIOS.add(
    "msg-end",
    begin()
    + gateway("parallel", "pf")
    + people("a", "k", "l")
    + boundary("bd", "k", event("message", "m1"))
    + end("e", inner=event("message", "m1"))
    + end("e2_")
    + flow("s", "pf", "a", "e")
    + flow("pf", "k", "e2_")
    + flow("bd", "l", "e2_"),
    [active("a", "k"), do("a"), active("l"), do("l"), END],
)
for cycle, wait in (
    ("0 0/5 * * * ?", "PT5M"),
    ("R3/2026-01-05T09:00:00Z/PT1H", "PT31M"),
    ("R/PT1H", "PT1H"),
    ("0 0 9 ? * MON-FRI", "P1D"),
):
    SCENARIOS.add(
        f"catch-cycle-{cycle}",
        begin() + catch("c", event("cycle", cycle)) + people("z") + end() + flow("s", "c", "z", "e"),
        [("wait", wait), active("z")],
    )
SCENARIOS.add(
    "cycle-var",
    begin()
    + people("a")
    + boundary("bd", "a", event("cycle", "${c}"), False)
    + people("l")
    + end()
    + end("el")
    + flow("s", "a", "e")
    + flow("bd", "l", "el"),
    [("wait", "PT1H"), ("wait", "PT1H"), active("a", "l", "l"), ("wait", "PT1H"), active("a", "l", "l")],
    {"c": "R2/PT1H"},
)
SCENARIOS.add(
    "timer-date-var",
    begin() + catch("c", event("date", "${d}")) + people("z") + end() + flow("s", "c", "z", "e"),
    [("wait", "P2D"), active("z")],
    {"d": "2026-01-06T00:00:00Z"},
)
SCENARIOS.add(
    "dur-weeks",
    begin() + catch("c", event("timer", "P1W")) + people("z") + end() + flow("s", "c", "z", "e"),
    [("wait", "P6D"), active(), ("wait", "P1D"), active("z")],
)
SCENARIOS.add(
    "incl-nested",
    begin()
    + gateway("inclusive", "i1")
    + gateway("inclusive", "i2")
    + people("a", "b2", "c")
    + gateway("inclusive", "j2", "j1")
    + people("z")
    + end()
    + flow("s", "i1")
    + flow("i1", "i2", cond="${true}")
    + flow("i1", "c", cond="${c1}")
    + flow("i2", "a", cond="${true}")
    + flow("i2", "b2", cond="${b1}")
    + flow("a", "j2")
    + flow("b2", "j2")
    + flow("j2", "j1")
    + flow("c", "j1")
    + flow("j1", "z", "e"),
    [active("a", "b2", "c"), do("c"), do("a"), active("b2"), do("b2"), active("z")],
    {"c1": True, "b1": True},
)
SCENARIOS.add(
    "incl-join-excl-path",
    begin()
    + gateway("inclusive", "i1")
    + people("a", "c")
    + gateway("exclusive", "x")
    + end("ex")
    + gateway("inclusive", "j1")
    + people("z")
    + end()
    + flow("s", "i1")
    + flow("i1", "a", cond="${true}")
    + flow("i1", "c", cond="${true}")
    + flow("a", "x")
    + flow("x", "j1", cond="${go}")
    + flow("x", "ex", cond="${!go}")
    + flow("c", "j1")
    + flow("j1", "z", "e"),
    [do("c"), active("a"), do("a", go=False), active("z")],
)
SCENARIOS.add(
    "mi-evsub-item",
    begin()
    + sub(
        "o",
        begin("os")
        + people("a")
        + end("oe")
        + flow("os", "a", "oe")
        + event_sub(
            "es",
            begin("ess", event("conditional", "${stop == item}")) + people("h") + end("ee") + flow("ess", "h", "ee"),
        )
        + many(over="people"),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [active("a", "a"), ("set", {"stop": "y"}), active("a", "h"), do("h"), do("a"), active("z")],
    {"people": ["x", "y"], "stop": ""},
)
SCENARIOS.add(
    "err-from-nonint-evsub",
    begin()
    + sub(
        "sub",
        begin("is")
        + people("a")
        + end("ie")
        + flow("is", "a", "ie")
        + event_sub(
            "es",
            begin("ess", event("message", "m1"), False)
            + people("h")
            + end("ee", inner=event("error", "e1"))
            + flow("ess", "h", "ee"),
        ),
    )
    + boundary("bd", "sub", event("error", "e1"))
    + people("z", "g")
    + end()
    + end("eg")
    + flow("s", "sub", "z", "e")
    + flow("bd", "g", "eg"),
    [("msg", "m1"), do("h"), active("g"), do("g"), END],
)
SCENARIOS.add(
    "esc-two-levels",
    begin()
    + sub(
        "o",
        begin("os")
        + sub(
            "i",
            begin("is") + throw("t", event("escalation", "x1")) + people("a") + end("ie") + flow("is", "t", "a", "ie"),
        )
        + end("oe")
        + flow("os", "i", "oe")
        + event_sub(
            "es", begin("ess", event("escalation", "x1"), True) + people("h") + end("ee") + flow("ess", "h", "ee")
        ),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [active("h"), do("h"), active("z")],
)
SCENARIOS.add(
    "uncaught-err-in-call-ends",
    begin() + call("c") + people("z") + end() + flow("s", "c", "z", "e"),
    [do("ca")],
    others=(process(begin("cs") + people("ca") + end("ce", inner=event("error", "e1")) + flow("cs", "ca", "ce")),),
)
SCENARIOS.add(
    "link-loop",
    begin()
    + people("a")
    + gateway("exclusive", "x", default="fe")
    + throw("lt", event("link", attributes='name="L"'))
    + catch("lc", event("link", attributes='name="L"'))
    + end()
    + gateway("exclusive", "m")
    + flow("s", "m", "a", "x")
    + flow("x", "lt", cond="${again}")
    + '<sequenceFlow id="fe" sourceRef="x" targetRef="e"/>'
    + flow("lc", "m"),
    [do("a", again=True), active("a"), do("a", again=False), END],
)
SCENARIOS.add(
    "mi-completion-cancels-subs",
    begin()
    + sub(
        "o",
        begin("os")
        + people("a")
        + people("b2")
        + end("oe")
        + flow("os", "a", "b2", "oe")
        + many("3", until="${nrOfCompletedInstances >= 1}"),
    )
    + people("z")
    + end()
    + flow("s", "o", "z", "e"),
    [do("a"), do("b2"), active("z"), do("z"), END],
)
SCENARIOS.add(
    "seq-mi-call-timer",
    begin()
    + call("c", inner=many("3", sequential=True))
    + boundary("bd", "c", event("timer", "PT1H"))
    + people("z", "l")
    + end()
    + end("el")
    + flow("s", "c", "z", "e")
    + flow("bd", "l", "el"),
    [do("ca"), active("ca"), ("wait", "PT1H"), active("l"), do("l"), END],
    others=(process(begin("cs") + people("ca") + end("ce") + flow("cs", "ca", "ce")),),
)
