"""Every due time of the worked scenarios (domain.md §8), with the limits that stand in the shipped packages.

What depends on a form (approved deadlines, T−n of a meeting, validity of a seal) is asserted where it is played: in the
packages' examples, and in tests/engine/limits.
"""

from functools import cache

import pytest

from engine.limits import Calendar, by_urgency, deadline
from engine.package import Package, read_package
from engine.settings import SHIPPED
from engine.verbs.definitions import read_folder
from tests.support.clock import shanghai

CHINA = Calendar.china()
FW, SW, YY, DB = "document_issue", "document_receipt", "seal_use", "supervision"


@cache
def package(key: str) -> Package:
    return read_package(read_folder(SHIPPED / key))


def limit_of(key: str, step: str) -> str:
    """The limit of a step, of a stage by its name, or of the whole; what is a limit already stays as it is."""
    found, manifest = package(key), package(key).manifest
    stages = {stage.name: stage.value for stage in manifest.stage}
    if step == "整件":
        assert manifest.limit is not None
        return manifest.limit.value
    return stages.get(step) or (found.plans[step].limit if step in found.plans else step)


@pytest.mark.parametrize(
    ("scenario", "key", "step", "urgency", "arrived", "due"),
    [
        ("FW-1", FW, "FW20", "平件", "2026-09-17 15:00", "2026-09-18 17:30"),
        ("FW-1", FW, "FW30", "平件", "2026-09-18 10:00", "2026-09-22 17:30"),
        ("FW-1", FW, "FW40", "平件", "2026-09-22 09:30", "2026-09-23 17:30"),
        ("FW-1", FW, "FW50", "平件", "2026-09-22 15:00", "2026-09-23 17:30"),
        ("FW-1", FW, "FW60", "平件", "2026-09-23 09:00", "2026-09-24 17:30"),
        ("FW-1", FW, "FW70", "平件", "2026-09-23 16:00", "2026-09-24 17:30"),
        ("FW-1", FW, "FW80", "平件", "2026-09-24 10:00", "2026-09-24 15:30"),
        ("FW-1", FW, "FW90", "平件", "2026-09-24 11:00", "2026-09-24 16:30"),
        ("FW-1", FW, "FW100", "平件", "2026-09-24 11:30", "2026-09-28 17:30"),
        ("FW-1", FW, "FW110", "平件", "2026-09-24 15:30", "2026-09-28 10:30"),
        ("FW-1", FW, "FW120", "平件", "2026-09-24 16:00", "2026-09-28 17:30"),
        ("FW-1", FW, "签发至分发", "平件", "2026-09-24 10:00", "2026-09-29 17:30"),
        ("FW-1", FW, "FW125", "平件", "2026-09-24 17:00", "2026-10-09 17:30"),
        ("FW-1", FW, "FW130", "平件", "2026-09-24 17:20", "2026-10-15 17:30"),
        ("FW-1", FW, "整件", "平件", "2026-09-17 15:00", "2026-10-08 17:30"),
        ("FW-2", FW, "FW20", "特急", "2026-10-02 20:00", "2026-10-02 21:00"),
        ("FW-2", FW, "FW40", "特急", "2026-10-02 20:20", "2026-10-02 21:20"),
        ("FW-2", FW, "FW50", "特急", "2026-10-02 20:50", "2026-10-02 21:50"),
        ("FW-2", FW, "FW60", "特急", "2026-10-02 21:05", "2026-10-02 23:05"),
        ("FW-2", FW, "FW70", "特急", "2026-10-02 21:40", "2026-10-02 23:40"),
        ("FW-2", FW, "FW80", "特急", "2026-10-02 22:30", "2026-10-02 23:00"),
        ("FW-2", FW, "FW90", "特急", "2026-10-02 22:40", "2026-10-02 23:10"),
        ("FW-2", FW, "FW100", "特急", "2026-10-02 22:50", "2026-10-03 00:50"),
        ("FW-2", FW, "FW110", "特急", "2026-10-02 23:40", "2026-10-03 00:10"),
        ("FW-2", FW, "FW120", "特急", "2026-10-02 23:55", "2026-10-03 00:25"),
        ("FW-2", FW, "整件", "特急", "2026-10-02 20:00", "2026-10-03 20:00"),
        ("FW-2 补签", FW, "1WD", "特急", "2026-10-02 22:30", "2026-10-08 17:30"),
        ("SW-2", SW, "SW10", "平件", "2026-03-10 15:40", "2026-03-11 12:00"),
        ("SW-2", SW, "SW20", "平件", "2026-03-10 15:40", "2026-03-11 12:00"),
        ("SW-2", SW, "SW30", "平件", "2026-03-11 08:50", "2026-03-12 17:30"),
        ("SW-2 修改", SW, "SW37", "平件", "2026-03-11 10:00", "2026-03-12 17:30"),
        ("SW-2 重报", SW, "SW10", "平件", "2026-03-13 09:00", "2026-03-13 17:30"),
        ("SW-2 重报", SW, "SW30", "平件", "2026-03-13 09:30", "2026-03-16 17:30"),
        ("SW-2 重报", SW, "SW40", "平件", "2026-03-13 10:30", "2026-03-16 17:30"),
        ("SW-2 重报", SW, "SW50", "平件", "2026-03-13 15:00", "2026-03-16 17:30"),
        ("SW-2 重报", SW, "SW60", "平件", "2026-03-16 09:00", "2026-03-16 14:30"),
        ("SW-2 承办", SW, "24CH/3WD/10WD", "平件", "2026-03-16 09:30", "2026-03-30 17:30"),
        ("SW-3", SW, "SW80", "平件", "2026-03-02 10:00", "2026-03-03 17:30"),
        ("SW-3 合计", SW, "12CH/2WD/5WD", "平件", "2026-03-02 10:00", "2026-03-09 17:30"),
        ("YY-1", YY, "YY20", "平件", "2026-03-16 09:00", "2026-03-16 14:30"),
        ("YY-1", YY, "YY30", "平件", "2026-03-16 10:30", "2026-03-16 16:00"),
        ("YY-1", YY, "YY35", "平件", "2026-03-16 10:30", "2026-03-17 17:30"),
        ("YY-1", YY, "YY50", "平件", "2026-03-17 09:30", "2026-03-18 17:30"),
        ("YY-1", YY, "YY60", "平件", "2026-03-17 11:00", "2026-03-17 16:30"),
        ("YY-1 有效期", YY, "5WD", "平件", "2026-03-17 11:00", "2026-03-24 17:30"),
        ("YY-1", YY, "YY80", "平件", "2026-03-17 14:20", "2026-03-18 17:30"),
        ("YY-1", YY, "YY100", "平件", "2026-03-18 09:00", "2026-04-01 17:30"),
        ("DB-1 转督办", DB, "4WH", "加急", "2026-03-02 09:20", "2026-03-02 14:50"),
        ("DB-1 签收", DB, "2CH/4WH/1WD", "加急", "2026-03-02 11:30", "2026-03-02 17:00"),
        ("DB-1", DB, "DB60", "加急", "2026-03-02 14:00", "2026-03-03 17:30"),
        ("DB-1", DB, "DB95", "加急", "2026-03-16 10:00", "2026-03-16 15:30"),
        ("DB-1", DB, "DB100", "加急", "2026-03-16 14:00", "2026-03-17 09:00"),
        ("DB-1", DB, "DB110", "加急", "2026-03-16 17:00", "2026-03-19 17:30"),
        ("DB-1", DB, "DB120", "加急", "2026-03-17 15:00", "2026-03-18 10:00"),
        ("DB-2", DB, "20CD", "平件", "2026-09-07 10:00", "2026-09-28 17:30"),
    ],
)
def test_every_due_time_of_a_scenario_is_that_of_its_package(
    scenario: str, key: str, step: str, urgency: str, arrived: str, due: str
) -> None:
    limit = by_urgency(limit_of(key, step), urgency)

    assert limit is not None, scenario
    assert deadline(limit, shanghai(arrived), CHINA) == shanghai(due), (scenario, step)


@pytest.mark.parametrize(
    ("key", "steps", "limit"),
    [
        (SW, "SW10 SW20", "0.5CH/1WH/当日"),
        (SW, "SW30", "0.5CH/2WH/1WD"),
        (SW, "SW35 SW40", "1CH/2WH/1WD"),
        (SW, "SW50", "2CH/4WH/1WD"),
        (SW, "SW60", "0.5CH/1WH/4WH"),
        (SW, "SW72 SW90", "1CH/4WH/1WD"),
        (SW, "SW80", "4CH/4WH/1WD"),
        (SW, "SW100", "2CH/4WH/1WD"),
        (SW, "SW110", "—/—/10WD"),
        (SW, "SW70", "${results.containsKey('SW72') ? handle_due : '24CH/3WD/10WD'}"),
        (SW, "传阅合计", "${kind == '阅件' ? '12CH/2WD/5WD' : 'none'}"),
        (SW, "整件", "24CH/3WD/10WD"),
        (FW, "FW10 FW35U FW50", "1CH/2WH/1WD"),
        (FW, "FW20 FW40", "1CH/4WH/1WD"),
        (FW, "FW30", "2CH/1WD/3WD"),
        (FW, "FW31", "1WD"),
        (FW, "FW36 FW45", "2CH/4WH/2WD"),
        (FW, "FW60 FW70 FW100", "2CH/4WH/1WD"),
        (FW, "FW65", "4CH/1WD/5WD"),
        (FW, "FW80", "0.5CH/2WH/4WH"),
        (FW, "FW90 FW110", "0.5CH/1WH/4WH"),
        (FW, "FW120", "0.5CH/2WH/1WD"),
        (FW, "FW125", "5WD"),
        (FW, "FW130", "—/—/10WD"),
        (FW, "签发至分发", "24CH/2WD/2WD"),
        (FW, "整件", "24CH/3WD/10WD"),
    ],
)
def test_the_limits_are_those_of_the_profile(key: str, steps: str, limit: str) -> None:
    """domain.md §6.6, §8.1, §8.2: what is written in the diagram, step by step."""
    assert {limit_of(key, step) for step in steps.split()} == {limit}


# what the scenarios say that is due at an instant of a form or of a meeting, and the example that plays it
PLAYED = {
    "document_issue/fw-2": ("2026-10-08 17:30",),
    "document_receipt/sw-2-again": ("2026-03-30 17:30", "2026-04-01 17:30"),
    "document_receipt/sw-3-circulated": ("2026-03-03 17:30", "2026-03-09 17:30"),
    "seal_use/yy-1": ("2026-03-24 17:30",),
    "seal_use/yy-3": ("2026-12-31 17:30",),
    "meeting_preparation/hy-1": (
        "2026-07-03 17:30",
        "2026-07-07 17:30",
        "2026-07-09 17:30",
        "2026-07-10 17:30",
        "2026-07-13 17:30",
        "2026-07-14 17:30",
        "2026-07-15 17:30",
        "2026-07-16 17:30",
        "2026-07-17 17:30",
        "2026-07-20 15:30",
        "2026-07-20 16:00",
        "2026-07-20 20:00",
        "2026-07-21 07:00",
        "2026-07-23 17:30",
        "2026-07-24 17:30",
        "2026-07-28 17:30",
        "2026-08-04 17:30",
    ),
    "meeting_preparation/hy-3": (
        "2026-09-18 17:30",
        "2026-09-20 17:30",
        "2026-09-21 17:30",
        "2026-09-30 17:30",
        "2026-10-08 17:30",
    ),
    "supervision/db-1": ("2026-03-06 17:30", "2026-03-13 17:30", "2026-03-17 17:30"),
    "supervision/db-2": ("2026-09-15 17:30", "2026-09-25 17:30", "2026-09-28 17:30"),
}


@pytest.mark.parametrize("name", PLAYED)
def test_what_depends_on_a_form_is_asserted_by_the_example_that_is_played(name: str) -> None:
    key, _, example = name.partition("/")
    text = (SHIPPED / key / "examples" / f"{example}.toml").read_text(encoding="utf-8")
    asserted = {line for line in text.splitlines() if line.startswith(("due = ", "instance_due", "stage_due", "T"))}

    for due in PLAYED[name]:
        assert any(f'"{due}"' in line for line in asserted), due
