"""Errors, escalations, terminate and cancel: who catches them, and what they end."""

from tests.conformance.own.sketch import (
    END,
    Scenarios,
    active,
    begin,
    boundary,
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


def callee(inner: str, id: str = "callee") -> str:
    return process(inner, id)


def errsub(bds: str, ref: str = "e1") -> str:
    return (
        begin()
        + sub("sub", begin("is") + people("a") + end("ie", inner=event("error", ref)) + flow("is", "a", "ie"))
        + people("z", "h", "g")
        + end()
        + end("eh")
        + end("eg")
        + flow("s", "sub", "z", "e")
        + bds
        + flow("b1", "h", "eh")
    )


SCENARIOS.add(
    "err-specific-over-all",
    errsub(boundary("b2", "sub", event("error")) + flow("b2", "g", "eg") + boundary("b1", "sub", event("error", "e1"))),
    [do("a"), active("h"), do("h"), END],
)
SCENARIOS.add(
    "err-evsub-over-boundary",
    guarded(
        sub(
            "sub",
            begin("is")
            + people("a")
            + end("ie", inner=event("error", "e1"))
            + flow("is", "a", "ie")
            + event_sub("es", begin("ess", event("error")) + people("h") + end("ee") + flow("ess", "h", "ee")),
        ),
        boundary("bd", "sub", event("error", "e1")),
        "sub",
        "g",
    ),
    [do("a"), active("h"), do("h"), active("z"), do("z"), END],
)
SCENARIOS.add(
    "err-rethrow",
    guarded(
        sub(
            "sub",
            begin("is")
            + people("a")
            + end("ie", inner=event("error", "e1"))
            + flow("is", "a", "ie")
            + event_sub(
                "es",
                begin("ess", event("error", "e1"))
                + people("h")
                + end("ee", inner=event("error", "e1"))
                + flow("ess", "h", "ee"),
            ),
        ),
        boundary("bd", "sub", event("error", "e1")),
        "sub",
        "g",
    ),
    [do("a"), active("h"), do("h"), active("g"), do("g"), END],
)
SCENARIOS.add(
    "esc-rethrow",
    guarded(
        sub(
            "sub",
            begin("is")
            + throw("t", event("escalation", "x1"))
            + people("a")
            + end("ie")
            + flow("is", "t", "a", "ie")
            + event_sub(
                "es",
                begin("ess", event("escalation", "x1"), False)
                + people("h")
                + end("ee", inner=event("escalation", "x1"))
                + flow("ess", "h", "ee"),
            ),
        ),
        boundary("bd", "sub", event("escalation", "x1"), False),
        "sub",
        "g",
    ),
    [active("a", "h"), do("h"), active("a", "g"), do("a"), active("z", "g")],
)
SCENARIOS.add(
    "err-call",
    guarded('<callActivity id="c" calledElement="callee"/>', boundary("bd", "c", event("error", "e1")), "c", "g"),
    [active("ca"), do("ca"), active("g"), do("g"), END],
    others=(callee(begin("cs") + people("ca") + end("ce", inner=event("error", "e1")) + flow("cs", "ca", "ce")),),
)
c1 = process(begin("as") + '<callActivity id="ac" calledElement="q2"/>' + end("ae") + flow("as", "ac", "ae"), "q1")
c2 = process(begin("bs") + '<callActivity id="bc" calledElement="q3"/>' + end("be") + flow("bs", "bc", "be"), "q2")
c3 = process(begin("cs") + people("ca") + end("ce", inner=event("error", "e1")) + flow("cs", "ca", "ce"), "q3")
SCENARIOS.add(
    "err-call-deep",
    guarded('<callActivity id="c" calledElement="q1"/>', boundary("bd", "c", event("error", "e1")), "c", "g"),
    [do("ca"), active("g"), do("g"), END],
    others=(c1, c2, c3),
)
SCENARIOS.add(
    "esc-call-deep-nonint",
    guarded(
        '<callActivity id="c" calledElement="q1"/>', boundary("bd", "c", event("escalation", "x1"), False), "c", "g"
    ),
    [active("ca"), do("ca"), active("z", "g")],
    others=(
        c1,
        c2,
        process(begin("cs") + people("ca") + end("ce", inner=event("escalation", "x1")) + flow("cs", "ca", "ce"), "q3"),
    ),
)
SCENARIOS.add(
    "err-mi-sub",
    guarded(
        sub(
            "sub", begin("is") + people("a") + end("ie", inner=event("error", "e1")) + flow("is", "a", "ie") + many("3")
        ),
        boundary("bd", "sub", event("error", "e1")),
        "sub",
        "g",
    ),
    [active("a", "a", "a"), do("a"), active("g"), do("g"), END],
)
SCENARIOS.add(
    "esc-mi-sub-nonint",
    guarded(
        sub(
            "sub",
            begin("is")
            + people("a")
            + throw("t", event("escalation", "x1"))
            + people("a2")
            + end("ie")
            + flow("is", "a", "t", "a2", "ie")
            + many("2"),
        ),
        boundary("bd", "sub", event("escalation", "x1"), False),
        "sub",
        "g",
    ),
    [
        active("a", "a"),
        do("a"),
        active("a", "a2", "g"),
        do("a"),
        active("a2", "a2", "g", "g"),
        do("a2"),
        do("a2"),
        active("z", "g", "g"),
    ],
)
SCENARIOS.add(
    "err-mi-call",
    guarded(
        '<callActivity id="c" calledElement="callee">' + many("3") + "</callActivity>",
        boundary("bd", "c", event("error", "e1")),
        "c",
        "g",
    ),
    [active("ca", "ca", "ca"), do("ca"), active("g"), do("g"), END],
    others=(callee(begin("cs") + people("ca") + end("ce", inner=event("error", "e1")) + flow("cs", "ca", "ce")),),
)
SCENARIOS.add(
    "err-code-var",
    guarded(
        sub("sub", begin("is") + people("a") + end("ie", inner=event("error", "e1")) + flow("is", "a", "ie")),
        boundary(
            "bd",
            "sub",
            '<errorEventDefinition errorRef="e1" camunda:errorCodeVariable="code" camunda:errorMessageVariable="msg"/>',
        ),
        "sub",
        "g",
    ),
    [do("a"), active("g"), ("var", {"code": "E1"})],
)
SCENARIOS.add(
    "esc-code-var",
    guarded(
        sub(
            "sub",
            begin("is") + people("a") + throw("t", event("escalation", "x1")) + end("ie") + flow("is", "a", "t", "ie"),
        ),
        boundary("bd", "sub", '<escalationEventDefinition camunda:escalationCodeVariable="code"/>', False),
        "sub",
        "g",
    ),
    [do("a"), active("g", "z"), ("var", {"code": "X1"})],
)
SCENARIOS.add(
    "err-evsub-code-var",
    begin()
    + people("a")
    + end("e", inner=event("error", "e1"))
    + flow("s", "a", "e")
    + event_sub(
        "es",
        begin("ess", '<errorEventDefinition camunda:errorCodeVariable="code"/>')
        + people("h")
        + end("ee")
        + flow("ess", "h", "ee"),
    ),
    [do("a"), active("h"), ("var", {"code": "E1"}), do("h"), END],
)
SCENARIOS.add(
    "esc-end-nonint",
    guarded(
        sub(
            "sub",
            begin("is")
            + gateway("parallel", "g")
            + people("a")
            + end("ie")
            + end("ix", inner=event("escalation", "x1"))
            + flow("is", "g", "a", "ie")
            + flow("g", "ix"),
        ),
        boundary("bd", "sub", event("escalation", "x1"), False),
        "sub",
        "h",
    ),
    [active("a", "h"), do("a"), active("z", "h")],
)
SCENARIOS.add(
    "esc-end-int",
    guarded(
        sub(
            "sub",
            begin("is")
            + gateway("parallel", "g")
            + people("a")
            + end("ie")
            + end("ix", inner=event("escalation", "x1"))
            + flow("is", "g", "a", "ie")
            + flow("g", "ix"),
        ),
        boundary("bd", "sub", event("escalation", "x1"), True),
        "sub",
        "h",
    ),
    [active("h"), do("h"), END],
)
SCENARIOS.add(
    "term-parallel",
    begin()
    + gateway("parallel", "g")
    + people("a", "c")
    + end("e")
    + end("t", inner="<terminateEventDefinition/>")
    + flow("s", "g", "a", "e")
    + flow("g", "c", "t"),
    [active("a", "c"), do("c"), END],
)
SCENARIOS.add(
    "term-in-mi-sub",
    begin()
    + sub(
        "sub",
        begin("is")
        + gateway("parallel", "g")
        + people("a", "c")
        + end("ie")
        + end("t", inner="<terminateEventDefinition/>")
        + flow("is", "g", "a", "ie")
        + flow("g", "c", "t")
        + many("2"),
    )
    + people("z")
    + end()
    + flow("s", "sub", "z", "e"),
    [active("a", "a", "c", "c"), do("c"), active("a", "c"), do("c"), active("z")],
)
SCENARIOS.add(
    "term-in-evsub",
    begin()
    + people("a")
    + end()
    + flow("s", "a", "e")
    + event_sub(
        "es",
        begin("ess", event("message", "m1"), False)
        + people("h")
        + end("ee", inner="<terminateEventDefinition/>")
        + flow("ess", "h", "ee"),
    ),
    [("msg", "m1"), active("a", "h"), do("h"), active("a"), do("a"), END],
)
SCENARIOS.add(
    "term-sub-keeps-boundary-nonint-path",
    guarded(
        sub("sub", begin("is") + people("c") + end("t", inner="<terminateEventDefinition/>") + flow("is", "c", "t")),
        boundary("bd", "sub", event("message", "m1"), False),
        "sub",
        "h",
    ),
    [("msg", "m1"), active("c", "h"), do("c"), active("z", "h")],
)
SCENARIOS.add(
    "tx-cancel",
    guarded(
        '<transaction id="tx">'
        + begin("is")
        + people("a", "c")
        + '<userTask id="undo" isForCompensation="true"/>'
        + boundary("cb", "a", "<compensateEventDefinition/>")
        + '<association id="as" sourceRef="cb" targetRef="undo"/>'
        + end("ie", inner="<cancelEventDefinition/>")
        + flow("is", "a", "c", "ie")
        + "</transaction>",
        boundary("bd", "tx", "<cancelEventDefinition/>"),
        "tx",
        "h",
    ),
    [do("a"), do("c"), active("undo"), do("undo"), active("h"), do("h"), END],
)
