"""Days on which the clocks of the office are put forward or back, played tick by tick on either database."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from engine.runtime import Engine
from engine.store import history, notices
from engine.verbs import definitions, instances, people, timers
from tests.support.abroad import opened_abroad
from tests.support.clock import FakeClock
from tests.support.memo import FORM, diagram, end, flow, manifest, task

TICK = timedelta(minutes=5)
EVENTS = {
    "half_past_two": "<bpmn:timeCycle>0 30 2 * * ?</bpmn:timeCycle>",
    "half_past_one": "<bpmn:timeCycle>0 30 1 * * ?</bpmn:timeCycle>",
    "days": "<bpmn:timeCycle>R/P1D</bpmn:timeCycle>",
    "hours": "<bpmn:timeCycle>R/PT24H</bpmn:timeCycle>",
    "one_day": "<bpmn:timeDuration>P1D</bpmn:timeDuration>",
}


def event(name: str, timer: str) -> str:
    """A timer at the step that leaves it open and writes down when it came."""
    note = f"{name} = append(if {name} = null then [] else {name}, now())"
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="Review" cancelActivity="false"><bpmn:timerEventDefinition>'
        f"{timer}</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        f'<bpmn:scriptTask id="{name}_noted" name="{name}" scriptFormat="feel"><bpmn:script>{note}</bpmn:script>'
        f"</bpmn:scriptTask>{end(name + '_over')}{flow(name, name + '_noted')}{flow(name + '_noted', name + '_over')}"
    )


WATCHED = {
    "process.toml": manifest("watched", "有定时的流程"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "watched",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task("Review", "核稿", performer="post('hegao')", limit="24CH/4WH/1WD", ladder="ESC-DOC"),
        *(event(name, timer) for name, timer in EVENTS.items()),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Review"),
        flow("Review", "Done"),
    ),
}


@dataclass(frozen=True)
class Weekend:
    """From Saturday to Monday evening: when it begins, the hours nobody ticks, and when everything is to come."""

    begin: str
    idle: tuple[str, str]
    end: str
    events: dict[str, list[str]]
    urgent: dict[str, str]  # rungs of a limit in natural hours, due in the night of the change
    usual: dict[str, str]  # rungs of one in working days


SPRING = Weekend(
    "2026-03-07T02:15-05:00",
    ("2026-03-08T00:55-05:00", "2026-03-08T04:00-04:00"),
    "2026-03-09T18:00-04:00",
    {  # there is no 02:15 and no 02:30 on the 8th: they come an hour later, for this once
        "half_past_two": ["2026-03-07T02:30-05:00", "2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"],
        "half_past_one": ["2026-03-08T01:30-05:00", "2026-03-09T01:30-04:00"],
        "days": ["2026-03-08T03:15-04:00", "2026-03-09T02:15-04:00"],
        "hours": ["2026-03-08T03:15-04:00", "2026-03-09T03:15-04:00"],
        "one_day": ["2026-03-08T03:15-04:00"],
    },
    {
        "warn": "2026-03-07T20:15-05:00",
        "due": "2026-03-08T03:15-04:00",
        "late-1": "2026-03-08T03:45-04:00",
        "late-2": "2026-03-08T04:15-04:00",
        "late-3": "2026-03-08T05:15-04:00",
    },
    {"warn": "2026-03-09T08:30-04:00", "due": "2026-03-09T17:30-04:00"},
)
AUTUMN = Weekend(
    "2026-10-31T01:15-04:00",
    ("2026-11-01T00:55-04:00", "2026-11-01T01:10-05:00"),
    "2026-11-02T18:00-05:00",
    {  # 01:15 and 01:30 are shown twice on the 1st and come the first time only
        "half_past_two": ["2026-10-31T02:30-04:00", "2026-11-01T02:30-05:00", "2026-11-02T02:30-05:00"],
        "half_past_one": ["2026-10-31T01:30-04:00", "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"],
        "days": ["2026-11-01T01:15-04:00", "2026-11-02T01:15-05:00"],
        "hours": ["2026-11-01T01:15-04:00", "2026-11-02T00:15-05:00"],
        "one_day": ["2026-11-01T01:15-04:00"],
    },
    {
        "warn": "2026-10-31T19:15-04:00",
        "due": "2026-11-01T01:15-04:00",
        "late-1": "2026-11-01T01:45-04:00",
        "late-2": "2026-11-01T01:15-05:00",
        "late-3": "2026-11-01T02:15-05:00",
    },
    {"warn": "2026-11-02T08:30-05:00", "due": "2026-11-02T17:30-05:00"},
)


@pytest.fixture
def abroad(office: Engine, clock: FakeClock) -> Iterator[Engine]:
    """The office in New York, its package published."""
    with opened_abroad(office, clock) as engine:
        definitions.deploy(engine, WATCHED)
        yield engine


@pytest.mark.parametrize("stands_still", [False, True], ids=["ticking", "standing still in that hour"])
@pytest.mark.parametrize("weekend", [SPRING, AUTUMN], ids=["forward", "back"])
def test_nothing_is_lost_doubled_or_early_on_a_day_on_which_the_clocks_change(
    abroad: Engine, clock: FakeClock, weekend: Weekend, stands_still: bool
) -> None:
    clock.set(weekend.begin)
    person, auditor = people.actor(abroad, "rlb1"), people.actor(abroad, "auditor")
    urgent, usual = (
        instances.start(abroad, "watched", {"title": "签报", "urgency": urgency}, person).number
        for urgency in ("特急", "平件")
    )
    idle = (instant(weekend.idle[0]), instant(weekend.idle[1])) if stands_still else None

    while clock() < instant(weekend.end):
        clock.advance(TICK)
        if idle is None or not idle[0] < clock() < idle[1]:
            timers.fire_due(abroad)

    for number, rungs in ((urgent, weekend.urgent), (usual, weekend.usual)):
        data = instances.get(abroad, number, auditor).data
        came = {name: [instant(text) for text in data[name]] for name in EVENTS}
        assert came == {name: [heard(text, idle) for text in texts] for name, texts in weekend.events.items()}
        assert fired(abroad, number, rungs) == expected(rungs, idle)
        assert set(told(abroad, number).values()) == {1}, "nobody hears twice, nothing is written twice"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def heard(text: str, idle: tuple[datetime, datetime] | None) -> datetime:
    """When a tick finds it: at its instant, or when somebody ticks again."""
    at = instant(text)
    return idle[1] if idle is not None and idle[0] < at < idle[1] else at


def expected(rungs: dict[str, str], idle: tuple[datetime, datetime] | None) -> dict[str, tuple[datetime, str]]:
    """When each rung is heard and what becomes of it: of those found together the last one speaks."""
    last = {heard(text, idle): name for name, text in rungs.items()}
    return {
        name: (heard(text, idle), "fired" if last[heard(text, idle)] == name else "merged")
        for name, text in rungs.items()
    }


def fired(engine: Engine, number: str, rungs: dict[str, str]) -> dict[str, tuple[datetime | None, str]]:
    """What became of the rungs of the step that were due."""
    found = timers.of_instance(engine, number, people.actor(engine, "auditor"))
    step = [t for t in found if t.level == "step" and t.kind == "rung" and t.state != "waiting"]
    assert {t.rung: t.due for t in step} == {name: instant(text) for name, text in rungs.items()}
    return {t.rung: (t.fired, t.state) for t in step}


def told(engine: Engine, number: str) -> Counter[tuple[str, ...]]:
    """How often each person got each reminder, and each rung stands in the history."""
    view = instances.get(engine, number, people.actor(engine, "auditor"))
    with engine.store.reading() as tx:
        letters, entries = notices.of_instance(tx, view.id), history.of_instance(tx, view.id)
    heard_of = [(n.event, n.title, login) for n, login in letters if n.kind == "chase"]
    noted = [("rung", str(h.detail["level"]), str(h.detail["rung"])) for h in entries if h.verb == "rung"]
    assert heard_of
    assert noted
    return Counter([*heard_of, *noted])
