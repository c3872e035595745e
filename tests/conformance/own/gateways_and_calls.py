"""Inclusive and event-based gateways, links, calls with mapping, local variables, messages, signals and timers."""

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


def with_mapping(inner: str) -> str:
    """Local variables of an activity."""
    return f"<extensionElements><camunda:inputOutput>{inner}</camunda:inputOutput></extensionElements>"


def given(name: str, value: str, kind: str = "input") -> str:
    """One parameter of it."""
    return f'<camunda:{kind}Parameter name="{name}">{value}</camunda:{kind}Parameter>'


SCENARIOS.add(
    "incl-loop",
    begin()
    + gateway("exclusive", "m")
    + gateway("inclusive", "i", default="fd")
    + people("a", "c")
    + gateway("inclusive", "j")
    + gateway("exclusive", "x", default="fe")
    + people("z")
    + end()
    + flow("s", "m", "i")
    + flow("i", "a", cond="${a}")
    + '<sequenceFlow id="fd" sourceRef="i" targetRef="c"/>'
    + flow("a", "j")
    + flow("c", "j")
    + flow("j", "x")
    + flow("x", "m", cond="${again}")
    + '<sequenceFlow id="fe" sourceRef="x" targetRef="z"/>'
    + flow("z", "e"),
    [active("a"), do("a", again=True, a=False), active("c"), do("c", again=False), active("z")],
    {"a": True},
)
SCENARIOS.add(
    "incl-two-branches-loopback",
    begin()
    + gateway("inclusive", "i")
    + people("a", "c")
    + gateway("inclusive", "j")
    + gateway("exclusive", "x", default="fe")
    + people("z")
    + end()
    + flow("s", "i")
    + flow("i", "a", cond="${true}")
    + flow("i", "c", cond="${true}")
    + flow("a", "j")
    + flow("c", "j")
    + flow("j", "x")
    + flow("x", "i", cond="${again}")
    + '<sequenceFlow id="fe" sourceRef="x" targetRef="z"/>'
    + flow("z", "e"),
    [
        active("a", "c"),
        do("a", again=True),
        active("c"),
        do("c"),
        active("a", "c"),
        do("c", again=False),
        do("a"),
        active("z"),
        do("z"),
        END,
    ],
)
SCENARIOS.add(
    "incl-join-boundary",
    begin()
    + gateway("parallel", "p")
    + people("a", "c", "k")
    + boundary("bd", "a", event("timer", "PT1H"))
    + gateway("inclusive", "j")
    + people("z")
    + end()
    + flow("s", "p", "a", "j")
    + flow("p", "c", "j")
    + flow("bd", "k", "j")
    + flow("j", "z", "e"),
    [do("c"), ("wait", "PT1H"), active("k"), do("k"), active("z")],
)
SCENARIOS.add(
    "incl-join-after-seq-mi-sub",
    begin()
    + gateway("inclusive", "p")
    + sub("o", begin("os") + people("a") + end("oe") + flow("os", "a", "oe") + many("2", sequential=True))
    + people("c")
    + gateway("inclusive", "j")
    + people("z")
    + end()
    + flow("s", "p")
    + flow("p", "o", cond="${true}")
    + flow("p", "c", cond="${true}")
    + flow("o", "j")
    + flow("c", "j")
    + flow("j", "z", "e"),
    [active("a", "c"), do("c"), active("a"), do("a"), active("a"), do("a"), active("z")],
)
SCENARIOS.add(
    "incl-join-nonint-boundary",
    begin()
    + gateway("inclusive", "p")
    + people("a", "c", "k")
    + boundary("bd", "a", event("message", "m1"), False)
    + gateway("inclusive", "j")
    + people("z")
    + end()
    + flow("s", "p")
    + flow("p", "a", cond="${true}")
    + flow("p", "c", cond="${true}")
    + flow("a", "j")
    + flow("c", "j")
    + flow("bd", "k", "j")
    + flow("j", "z", "e"),
    [("msg", "m1"), do("a"), do("c"), active("k"), do("k"), active("z")],
)
SCENARIOS.add(
    "incl-join-in-evsub",
    begin()
    + people("q")
    + end()
    + flow("s", "q", "e")
    + event_sub(
        "es",
        begin("ess", event("message", "m1"))
        + gateway("inclusive", "p")
        + people("a", "c")
        + gateway("inclusive", "j")
        + people("z")
        + end("ee")
        + flow("ess", "p")
        + flow("p", "a", cond="${true}")
        + flow("p", "c", cond="${false}")
        + flow("a", "j")
        + flow("c", "j")
        + flow("j", "z", "ee"),
    ),
    [("msg", "m1"), active("a"), do("a"), active("z"), do("z"), END],
)
SCENARIOS.add(
    "incl-error-none",
    begin()
    + people("q")
    + gateway("inclusive", "p")
    + people("a", "c")
    + end()
    + end("ee")
    + flow("s", "q", "p")
    + flow("p", "a", cond="${x==1}")
    + flow("p", "c", cond="${x==2}")
    + flow("a", "e")
    + flow("c", "ee"),
    [("fails", ("do", "q", {"x": 3})), active("q")],
)
SCENARIOS.add(
    "excl-merge-twice",
    begin()
    + gateway("parallel", "p")
    + people("a", "c")
    + gateway("exclusive", "x")
    + people("z")
    + end()
    + flow("s", "p", "a", "x")
    + flow("p", "c", "x")
    + flow("x", "z", "e"),
    [do("a"), active("c", "z"), do("c"), active("z", "z"), do("z"), ("open",), do("z"), END],
)
eg = (
    begin()
    + gateway("eventBased", "g")
    + catch("c1", event("message", "m1"))
    + catch("c2", event("signal", "s1"))
    + catch("c3", event("timer", "PT1H"))
    + catch("c4", event("conditional", "${x > 1}"))
    + '<receiveTask id="r" messageRef="m2"/>'
    + people("u1", "u2", "u3", "u4", "u5")
    + "".join(end(f"e{i}_") for i in range(1, 6))
    + flow("s", "g", "c1", "u1", "e1_")
    + flow("g", "c2", "u2", "e2_")
    + flow("g", "c3", "u3", "e3_")
    + flow("g", "c4", "u4", "e4_")
    + flow("g", "r", "u5", "e5_")
)
for n, (act) in enumerate((("msg", "m1"), ("sig", "s1"), ("wait", "PT1H"), ("set", {"x": 2}), ("msg", "m2")), 1):
    SCENARIOS.add(f"eg-{n}", eg, [active(), act, active(f"u{n}"), ("nomsg", "m1"), do(f"u{n}"), END], {"x": 0})
SCENARIOS.add(
    "eg-loop",
    begin()
    + gateway("exclusive", "m")
    + gateway("eventBased", "g")
    + catch("c1", event("message", "m1"))
    + catch("c3", event("timer", "PT1H"))
    + people("u1", "u3")
    + end()
    + flow("s", "m", "g", "c1", "u1", "e")
    + flow("g", "c3", "u3", "m"),
    [
        ("wait", "PT1H"),
        active("u3"),
        do("u3"),
        ("wait", "PT1H"),
        active("u3"),
        do("u3"),
        ("msg", "m1"),
        active("u1"),
        do("u1"),
        END,
    ],
)
SCENARIOS.add(
    "link-sub",
    begin()
    + sub(
        "sub",
        begin("is")
        + people("a")
        + throw("lt", '<linkEventDefinition name="L"/>')
        + catch("lc", '<linkEventDefinition name="L"/>')
        + people("c")
        + end("ie")
        + flow("is", "a", "lt")
        + flow("lc", "c", "ie"),
    )
    + end()
    + flow("s", "sub", "e"),
    [do("a"), active("c"), do("c"), END],
)
cal = process(
    begin("cs")
    + people("ca")
    + '<scriptTask id="sc" scriptFormat="juel"><script>y = x + 1; z = 5</script></scriptTask>'
    + end("ce")
    + flow("cs", "sc", "ca", "ce"),
    "callee",
)


def ca(ext: str, attrs: str = 'calledElement="callee"') -> str:
    return (
        begin()
        + f'<callActivity id="c" {attrs}><extensionElements>{ext}</extensionElements></callActivity>'
        + people("q")
        + end()
        + flow("s", "c", "q", "e")
    )


SCENARIOS.add(
    "call-in-out",
    ca('<camunda:in source="a" target="x"/><camunda:out source="y" target="b"/>'),
    [active("ca"), ("var", {"b": None, "y": None}), do("ca"), active("q"), ("var", {"b": 3, "y": None})],
    {"a": 2},
    others=(cal,),
)
SCENARIOS.add(
    "call-all",
    ca('<camunda:in variables="all"/><camunda:out variables="all"/>'),
    [do("ca"), active("q"), ("var", {"y": 3, "z": 5})],
    {"x": 2},
    others=(cal,),
)
SCENARIOS.add(
    "call-expr",
    ca('<camunda:in sourceExpression="${a*2}" target="x"/><camunda:out sourceExpression="${y+1}" target="b"/>'),
    [do("ca"), ("var", {"b": 6})],
    {"a": 2},
    others=(cal,),
)
SCENARIOS.add(
    "call-target-expr",
    ca('<camunda:in variables="all"/>', 'calledElement="${which}"'),
    [active("ca")],
    {"which": "callee", "x": 1},
    others=(cal,),
)
SCENARIOS.add(
    "call-flowable-inherit",
    ca("", 'calledElement="callee" flowable:inheritVariables="true"'),
    [active("ca")],
    {"x": 1},
    others=(cal,),
)
SCENARIOS.add(
    "call-flowable-in-expr",
    ca('<flowable:in sourceExpression="${a*2}" target="x"/><flowable:out source="y" target="b"/>'),
    [do("ca"), ("var", {"b": 5})],
    {"a": 2},
    others=(cal,),
)
SCENARIOS.add(
    "call-zeebe",
    begin()
    + call(
        "c",
        '<zeebe:calledElement processId="=which" propagateAllChildVariables="false"/>'
        '<zeebe:ioMapping><zeebe:input source="=a" target="x"/><zeebe:output source="=y" target="b"/>'
        "</zeebe:ioMapping>",
        "",
    )
    + people("q")
    + end()
    + flow("s", "c", "q", "e"),
    [active("ca"), do("ca"), active("q"), ("var", {"b": 3, "y": None})],
    {"which": "callee", "a": 2},
    others=(cal,),
)
SCENARIOS.add(
    "call-local-in",
    ca('<camunda:in variables="all" local="true"/><camunda:in source="a" target="x"/>'),
    [active("ca")],
    {"a": 2},
    others=(cal,),
)
bk = process(begin("cs") + people("ca") + end("ce") + flow("cs", "ca", "ce"), "callee")
SCENARIOS.add(
    "call-bkey",
    ca('<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in source="nothere" target="x"/>'),
    [active("ca"), do("ca"), active("q")],
    {},
    others=(bk,),
)
SCENARIOS.add(
    "call-mi-out",
    begin()
    + call(
        "c",
        '<camunda:in source="item" target="x"/><camunda:out source="y" target="last"/>',
        inner=many(over="nums", sequential=True),
    )
    + people("q")
    + end()
    + flow("s", "c", "q", "e"),
    [do("ca"), do("ca"), active("q"), ("var", {"last": 3})],
    {"nums": [1, 2]},
    others=(cal,),
)
SCENARIOS.add(
    "io-sub",
    begin()
    + '<subProcess id="sub">'
    + with_mapping(given("loc", "${a}") + given("res", "${loc + 1}", "output"))
    + begin("is")
    + people("u")
    + '<scriptTask id="sc" scriptFormat="juel"><script>loc = loc * 10</script></scriptTask>'
    + end("ie")
    + flow("is", "u", "sc", "ie")
    + "</subProcess>"
    + people("q")
    + end()
    + flow("s", "sub", "q", "e"),
    [do("u"), active("q"), ("var", {"res": 21, "loc": None})],
    {"a": 2},
)


def io(inner: str) -> str:
    return begin() + people("u", inner=with_mapping(inner)) + people("q") + end() + flow("s", "u", "q", "e")


SCENARIOS.add(
    "io-list-map",
    io(
        given("l", "<camunda:list><camunda:value>x</camunda:value><camunda:value>${a}</camunda:value></camunda:list>")
        + given("o", "${l}", "output")
    ),
    [do("u"), ("var", {"o": ["x", 2]})],
    {"a": 2},
)
SCENARIOS.add(
    "io-map",
    io(
        given("l", '<camunda:map><camunda:entry key="k">${a}</camunda:entry></camunda:map>')
        + given("o", "${l.k}", "output")
    ),
    [do("u"), ("var", {"o": 2})],
    {"a": 2},
)
SCENARIOS.add(
    "loop-20000",
    begin()
    + '<scriptTask id="sc" scriptFormat="juel"><script>n = n + 1</script></scriptTask>'
    + gateway("exclusive", "x", default="fe")
    + people("z")
    + end()
    + gateway("exclusive", "m")
    + flow("s", "m", "sc", "x")
    + flow("x", "m", cond="${n &lt; 20000}".replace("&lt;", "<"))
    + '<sequenceFlow id="fe" sourceRef="x" targetRef="z"/>'
    + flow("z", "e"),
    [active("z"), ("var", {"n": 20000})],
    {"n": 0},
)
ms = (
    begin()
    + begin("sm", event("message", "m1"))
    + begin("ss", event("signal", "s1"))
    + begin("st", event("timer", "PT1H"))
    + people("n", "m", "g", "t")
    + end()
    + flow("s", "n", "e")
    + flow("sm", "m", "e")
    + flow("ss", "g", "e")
    + flow("st", "t", "e")
)
SCENARIOS.add("start-none", ms, [active("n")])
SCENARIOS.add("start-msg", ms, [active("m")], message="m1")
SCENARIOS.add("start-sig", ms, [active("g")], signal="s1")
SCENARIOS.add(
    "throw-catch-msg",
    begin()
    + gateway("parallel", "p")
    + catch("c", event("message", "m1"))
    + people("a", "z")
    + throw("t", event("message", "m1"))
    + end()
    + end("e2_")
    + flow("s", "p", "c", "z", "e")
    + flow("p", "a", "t", "e2_"),
    [active("a"), do("a"), active("z"), do("z"), END],
)
SCENARIOS.add(
    "sig-throw-many",
    begin()
    + gateway("parallel", "p")
    + catch("c", event("signal", "s1"))
    + people("k")
    + boundary("bd", "k", event("signal", "s1"))
    + people("a", "z", "y")
    + throw("t", event("signal", "s1"))
    + end()
    + end("e2_")
    + end("e3_")
    + flow("s", "p", "c", "z", "e")
    + flow("p", "a", "t", "e2_")
    + flow("p", "k", "e3_")
    + flow("bd", "y", "e3_"),
    [active("a", "k"), do("a"), active("z", "y")],
)
SCENARIOS.add(
    "recv-timer",
    begin()
    + '<receiveTask id="r" messageRef="m1"/>'
    + boundary("bd", "r", event("timer", "PT1H"))
    + people("z", "l")
    + end()
    + end("el")
    + flow("s", "r", "z", "e")
    + flow("bd", "l", "el"),
    [("wait", "PT1H"), active("l"), ("nomsg", "m1"), do("l"), END],
)
SCENARIOS.add(
    "recv-mi-par",
    begin()
    + '<receiveTask id="r" messageRef="m1">'
    + many("2")
    + "</receiveTask>"
    + people("z")
    + end()
    + flow("s", "r", "z", "e"),
    [("msg", "m1"), ("msg", "m1"), active("z")],
)
SCENARIOS.add(
    "timer-expr",
    begin() + catch("c", event("timer", "${d}")) + people("z") + end() + flow("s", "c", "z", "e"),
    [("wait", "PT1H"), active("z")],
    {"d": "PT1H"},
)
SCENARIOS.add(
    "timer-two-boundaries",
    begin()
    + people("a", "x", "y")
    + boundary("b1", "a", event("timer", "PT1H"))
    + boundary("b2", "a", event("timer", "PT2H"))
    + end()
    + flow("s", "a", "e")
    + flow("b1", "x", "e")
    + flow("b2", "y", "e"),
    [("wait", "PT3H"), active("x"), do("x"), END],
)
SCENARIOS.add(
    "timer-chain-one-jump",
    begin()
    + people("a", "x")
    + boundary("b1", "a", event("timer", "PT1H"))
    + catch("c", event("timer", "PT1H"))
    + end()
    + flow("s", "a", "e")
    + flow("b1", "c", "x", "e"),
    [("wait", "PT3H"), active(), ("wait", "PT1H"), active("x")],
)
