"""Events from outside of each kind: in event sub-processes, at boundaries, in the flow, and again and again."""

from tests.conformance.own.sketch import (
    Scenarios,
    Step,
    active,
    begin,
    boundary,
    catch,
    do,
    end,
    event,
    event_sub,
    flow,
    many,
    people,
    process,
    sub,
)

SCENARIOS = Scenarios()

TRIGGERS: dict[str, tuple[str, Step]] = {
    "message": ("m1", ("msg", "m1")),
    "signal": ("s1", ("sig", "s1")),
    "timer": ("PT1H", ("wait", "PT1H")),
    "conditional": ("${x > 1}", ("set", {"x": 2})),
}


def listening(inner: str, interrupts: bool) -> str:
    """An event sub-process with a task."""
    return event_sub("es", begin("es_s", inner, interrupts) + people("h") + end("es_e") + flow("es_s", "h", "es_e"))


def beside(inner: str, interrupts: bool) -> str:
    """Two tasks, and an event sub-process of the process."""
    return begin() + people("a", "b") + end() + flow("s", "a", "b", "e") + listening(inner, interrupts)


def on_a_task(inner: str, interrupts: bool) -> str:
    """Two tasks, the first with a boundary event."""
    drawn = begin() + people("a", "late", "b") + boundary("bd", "a", inner, interrupts) + end("e", "e2")
    return drawn + flow("s", "a", "b", "e") + flow("bd", "late", "e2")


for k, (ref, act) in TRIGGERS.items():
    SCENARIOS.add(
        f"evsub-int-{k}", beside(event(k, ref), True), [active("a"), act, active("h"), do("h"), ("ended",)], {"x": 0}
    )
    SCENARIOS.add(
        f"evsub-nonint-{k}",
        beside(event(k, ref), False),
        [active("a"), act, active("a", "h"), do("a"), active("b", "h"), do("b"), ("open",), do("h"), ("ended",)],
        {"x": 0},
    )
    SCENARIOS.add(
        f"evsub-nonint-late-{k}",
        beside(event(k, ref), False),
        [active("a"), act, active("a", "h"), do("h"), active("a"), do("a"), do("b"), ("ended",)],
        {"x": 0},
    )
    if k in ("message", "signal"):
        SCENARIOS.add(
            f"evsub-nonint-repeat-{k}",
            beside(event(k, ref), False),
            [act, act, active("a", "h", "h"), do("h"), do("h"), do("a"), do("b"), ("ended",)],
        )
    # inside sub-process
    s2 = (
        begin()
        + sub("sub", begin("i_s") + people("a") + end("i_e") + flow("i_s", "a", "i_e") + listening(event(k, ref), True))
        + people("z")
        + end()
        + flow("s", "sub", "z", "e")
    )
    SCENARIOS.add(
        f"evsub-in-sub-int-{k}",
        s2,
        [active("a"), act, active("h"), do("h"), active("z"), do("z"), ("ended",)],
        {"x": 0},
    )
    s3 = (
        begin()
        + sub(
            "sub", begin("i_s") + people("a") + end("i_e") + flow("i_s", "a", "i_e") + listening(event(k, ref), False)
        )
        + people("z")
        + end()
        + flow("s", "sub", "z", "e")
    )
    SCENARIOS.add(
        f"evsub-in-sub-nonint-{k}",
        s3,
        [active("a"), act, active("a", "h"), do("a"), active("h"), do("h"), active("z"), do("z"), ("ended",)],
        {"x": 0},
    )
    SCENARIOS.add(
        f"bound-int-{k}",
        on_a_task(event(k, ref), True),
        [active("a"), act, active("late"), do("late"), ("ended",)],
        {"x": 0},
    )
    SCENARIOS.add(
        f"bound-nonint-{k}",
        on_a_task(event(k, ref), False),
        [active("a"), act, active("a", "late"), do("a"), active("b", "late"), do("b"), do("late"), ("ended",)],
        {"x": 0},
    )
    cat = begin() + catch("c", event(k, ref)) + people("a") + end() + flow("s", "c", "a", "e")
    SCENARIOS.add(f"catch-{k}", cat, [active(), act, active("a"), do("a"), ("ended",)], {"x": 0})
    # boundary on sub, on call, on MI, on service, receive
    callee = process(begin("cs") + people("ca") + end("ce") + flow("cs", "ca", "ce"), "callee")
    for host, decl, inside in (
        ("sub", sub("host", begin("is") + people("in") + end("ie") + flow("is", "in", "ie")), ["in"]),
        ("call", '<callActivity id="host" calledElement="callee"/>', ["ca"]),
        ("mi", people("host", inner=many("3")), ["host"] * 3),
        ("miseq", people("host", inner=many("3", sequential=True)), ["host"]),
    ):
        for intr in (True, False):
            body = (
                begin()
                + decl
                + people("late", "b")
                + boundary("bd", "host", event(k, ref), intr)
                + end()
                + end("e2")
                + flow("s", "host", "b", "e")
                + flow("bd", "late", "e2")
            )
            after = ["late"] if intr else ["late", *inside]
            SCENARIOS.add(
                f"bound-{host}-{intr}-{k}", body, [active(*inside), act, active(*after)], {"x": 0}, others=(callee,)
            )
es = event_sub(
    "es", begin("es_s", event("conditional", "${x > 1}"), False) + people("h") + end("es_e") + flow("es_s", "h", "es_e")
)
SCENARIOS.add(
    "cond-repeat",
    begin() + people("a") + end() + flow("s", "a", "e") + es,
    [("set", {"x": 2}), active("a", "h"), ("set", {"x": 0}), ("set", {"x": 3}), active("a", "h", "h")],
    {"x": 0},
)
es = event_sub(
    "es", begin("es_s", event("cycle", "R3/PT10S"), False) + people("h") + end("es_e") + flow("es_s", "h", "es_e")
)
SCENARIOS.add(
    "cycle-evsub",
    begin() + people("a") + end() + flow("s", "a", "e") + es,
    [
        ("wait", "PT10S"),
        active("a", "h"),
        ("wait", "PT10S"),
        active("a", "h", "h"),
        ("wait", "PT10S"),
        active("a", "h", "h", "h"),
        ("wait", "PT10S"),
        active("a", "h", "h", "h"),
        do("a"),
        ("open",),
        do("h"),
        do("h"),
        do("h"),
        ("ended",),
    ],
)
es = event_sub(
    "es", begin("es_s", event("cycle", "R/PT10S"), False) + people("h") + end("es_e") + flow("es_s", "h", "es_e")
)
SCENARIOS.add(
    "cycle-inf",
    begin() + people("a") + end() + flow("s", "a", "e") + es,
    [("wait", "PT10S"), ("wait", "PT10S"), ("wait", "PT10S"), ("wait", "PT10S"), active("a", "h", "h", "h", "h")],
)
SCENARIOS.add(
    "bound-cycle",
    begin()
    + people("a", "late")
    + boundary("bd", "a", event("cycle", "R3/PT10S"), False)
    + end()
    + end("e2")
    + flow("s", "a", "e")
    + flow("bd", "late", "e2"),
    [
        ("wait", "PT10S"),
        ("wait", "PT10S"),
        ("wait", "PT10S"),
        ("wait", "PT10S"),
        active("a", "late", "late", "late"),
        do("a"),
        do("late"),
        do("late"),
        do("late"),
        ("ended",),
    ],
)
SCENARIOS.add(
    "cron",
    begin() + catch("c", event("cycle", "0 0 12 * * ?")) + people("a") + end() + flow("s", "c", "a", "e"),
    [active(), ("wait", "PT24H"), active("a")],
)
