"""Ladders rewritten by the house: from now on, per process and unit, in versions; what waits keeps its own."""

import pytest

from engine.errors import BadInput, InvalidPackage, NotAllowed, NotFound
from engine.runtime import Engine
from engine.verbs import house_ladders, instances, timers
from tests.engine.conftest import Login
from tests.engine.verbs.test_timers import told
from tests.support.clock import FakeClock, shanghai

GENTLE = """[ESC-DOC]
title = "公文时限"

[[ESC-DOC.rungs]]
key = "warn"
when = "due-2WH"
to = ["performer()"]
template = "T-WARN"
action = ["light:amber"]

[[ESC-DOC.rungs]]
key = "late-9"
when = "day+2"
to = ["post('zhuren')"]
template = "T-OVER"
action = ["light:red"]
"""


def start(office: Engine, who: Login, login: str = "rlb1") -> str:
    return instances.start(office, "memo", {"title": "签报"}, who(login)).number


def rungs(office: Engine, who: Login, number: str) -> dict[str, object]:
    return {t.rung: t.due for t in timers.of_instance(office, number, who("admin")) if t.level == "step"}


def rewrite(office: Engine, who: Login, **more: str) -> int:
    return house_ladders.rewrite(office, "memo", "ESC-DOC", who("admin"), text=GENTLE, note="减少打扰", **more)


def test_the_text_that_is_edited_is_the_ladder_that_counts(office: Engine, who: Login) -> None:
    before = house_ladders.get(office, "memo", "ESC-DOC", who("designer"))

    assert before.row is None
    assert before.text.startswith('[ESC-DOC]\ntitle = "公文时限"')
    assert "[ESC-SEAL" not in before.text
    assert "#" not in before.text
    house_ladders.rewrite(office, "memo", "ESC-DOC", who("admin"), text=before.text, note="照抄")
    after = house_ladders.get(office, "memo", "ESC-DOC", who("designer"))
    assert after.ladder == before.ladder


def test_a_rewritten_ladder_counts_from_now_on_and_fires_with_its_own_words(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    old = start(office, who)
    assert rewrite(office, who) == 1
    new = start(office, who)

    assert rungs(office, who, new) == {"warn": shanghai("2026-03-10 15:30"), "late-9": shanghai("2026-03-12 08:30")}
    assert "late-1" in rungs(office, who, old)
    house_ladders.withdraw(office, "memo", "ESC-DOC", who("admin"), note="恢复")
    for moment in ("2026-03-10 17:30", "2026-03-11 08:30", "2026-03-12 08:30"):
        clock.at(moment)
        timers.fire_due(office)
    assert told(office, who, new, "T-WARN") == ["hegao_a"]
    assert told(office, who, new, "T-OVER") == ["zhuren"], "a timer keeps the ladder it was armed with"
    assert "hegao_a" in told(office, who, old, "T-DUE")
    assert "late-1" in rungs(office, who, start(office, who))


def test_the_nearest_unit_wins(office: Engine, who: Login) -> None:
    rewrite(office, who, scope="rlb")

    assert "late-9" in rungs(office, who, start(office, who, "rlb1"))
    assert "late-9" not in rungs(office, who, start(office, who, "bgs1"))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (GENTLE.replace("due-2WH", "soon"), InvalidPackage),
        (GENTLE.replace("light:red", "light:blue"), InvalidPackage),
        (GENTLE.replace("ESC-DOC", "ESC-OWN"), BadInput),
        ("not toml [", InvalidPackage),
        ("", BadInput),
        ("#" * 20_001, BadInput),
    ],
)
def test_what_cannot_be_climbed_is_refused(office: Engine, who: Login, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        house_ladders.rewrite(office, "memo", "ESC-DOC", who("admin"), text=text, note="试")

    assert house_ladders.get(office, "memo", "ESC-DOC", who("admin")).versions == ()


def test_only_keepers_rewrite_what_there_is(office: Engine, who: Login) -> None:
    with pytest.raises(NotAllowed):
        house_ladders.rewrite(office, "memo", "ESC-DOC", who("designer"), text=GENTLE, note="试")
    with pytest.raises(BadInput):
        house_ladders.withdraw(office, "memo", "ESC-DOC", who("admin"), note="试")
    with pytest.raises(NotFound):
        house_ladders.get(office, "memo", "ESC-OWN", who("admin"))
    with pytest.raises(BadInput):
        house_ladders.rewrite(office, "memo", "ESC-DOC", who("admin"), text=GENTLE, note=" ")
