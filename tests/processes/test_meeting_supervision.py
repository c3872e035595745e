"""Meetings and supervision: the checklist of domain.md §4.3 entry by entry, and what one hands to the other."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import forms
from engine import limits
from engine.bpmn.expressions import compile_expression
from engine.demo import load_organisation
from engine.examples import play
from engine.model import Actor
from engine.package import ChecklistRow, Package, read_package
from engine.runtime import Engine, evaluate
from engine.store import instances as instance_rows
from engine.verbs import definitions, instances, people, revising, work
from engine.verbs.minutes import decisions
from tests.support.clock import FakeClock, shanghai
from tests.support.matters import register

FOLDER = Path(__file__).resolve().parents[2] / "processes"
NOW = "2026-03-02T10:00:00+08:00"  # for rules of start forms; what they call today lies before it
MEETING, SUPERVISION = "meeting_preparation", "supervision"
# entries that are steps of the diagram, not lines of a list
STEPS = {
    "G01": "HY50",
    "G02": "HY52",
    "K05": "HY60",
    "K06": "HY80",
    "K07": "HY90",
    "K08": "HY92",
    "K10": "HY110",
    "K13": "HY100",
}


@cache
def package(key: str) -> Package:
    return read_package(definitions.read_folder(FOLDER / key))


@cache
def template() -> tuple[ChecklistRow, ...]:
    return package(MEETING).checklists["checklists/meeting.csv"]


def kinds(**meeting: str) -> set[str]:
    """The tags that a meeting of this kind calls for."""
    text = package(MEETING).manifest.checklist["before"].tags or ""
    known = {"level": "小型", "mode": "现场", "category": "专题会", "board_kind": "定期会议"} | meeting
    return set(evaluate(text, known)) - {""}


def listed(name: str, tags: set[str]) -> list[str]:
    """The entries of one list for a meeting with these tags."""
    phase = package(MEETING).manifest.checklist[name].phase
    return [row.id for row in template() if row.phase == phase and row.tags & tags]


# ---------------------------------------------------------------- the template


def test_the_template_has_the_entries_of_the_three_parts() -> None:
    letters = Counter(row.id[0] for row in template())

    assert sum(letters[part] for part in "ABCDEFG") == 60
    assert (letters["J"], letters["K"]) == (13, 13)
    assert letters.total() == 86
    assert len({row.id for row in template()}) == 86


def test_the_template_has_forty_two_key_entries() -> None:
    assert sum(row.key for row in template()) == 42


@pytest.mark.parametrize(("tag", "entries"), [("大", 81), ("中", 54), ("视", 20), ("签", 52)])
def test_entries_apply_by_the_kind_of_meeting(tag: str, entries: int) -> None:
    assert sum(tag in row.tags for row in template()) == entries


def test_every_entry_is_a_line_of_one_list_or_a_step_of_the_diagram() -> None:
    lists = [c for c in package(MEETING).manifest.checklist.values() if c.file == "checklists/meeting.csv"]
    phases = [checklist.phase for checklist in lists]
    steps = {row.id for row in template() if row.phase not in phases}

    assert len(set(phases)) == len(phases) == 3
    assert steps == set(STEPS)
    assert set(STEPS.values()) <= set(package(MEETING).plans)


def test_every_line_has_an_owner_rule_that_can_be_read() -> None:
    for checklist in package(MEETING).manifest.checklist.values():
        rows = [row for file in checklist.files for row in package(MEETING).checklists[file]]
        opened = {late.opens for late in checklist.late.values()}
        owners = {row.owner for row in rows if checklist.phase in (None, row.phase) or row.id in opened}

        assert owners == set(checklist.owners), checklist.phase
        for rule in checklist.owners.values():
            assert compile_expression(rule).names <= set(package(MEETING).form.by_id), rule


def test_no_entry_waits_for_itself() -> None:
    waits = {row.id: set(row.requires) for row in template()}
    settled: set[str] = set()
    while ready := {id for id, needed in waits.items() if id not in settled and needed <= settled}:
        settled |= ready

    assert settled == set(waits)


def test_no_entry_is_due_before_what_it_waits_for() -> None:
    meeting = shanghai("2026-07-21 09:00")
    due = {row.id: limits.before(row.due, meeting, limits.Calendar.china()) for row in template() if row.due[0] == "T"}

    for row in template():
        if row.id in due:
            assert all(due[needed] <= due[row.id] for needed in row.requires if needed in due), row.id


@pytest.mark.parametrize(
    ("body", "dues"),
    [  # domain.md §4.4, column by column
        ({"党"}, "T01 T-7, T02 T-4, T03 T-3, T04 T-2, T07 T-2, T08 T-2, T11 T+2, T12 T+5, T13 T+10"),
        (
            {"董"},
            "T01 T-15, T02 T-12, T03 T-11, T04 T-10, T05 T-10CD, T06 T-5, T07 T-10CD, T08 T-10CD, T09 T-3, T10 T-1,"
            " T11 T+3, T12 T+5, T13 T+10",
        ),
        ({"总"}, "T01 T-5, T02 T-3, T03 T-3, T04 T-2, T05 T-1, T07 T-1, T08 T-3CD, T11 T+2, T12 T+5, T13 T+10"),
    ],
)
def test_each_body_has_its_own_timetable(body: set[str], dues: str) -> None:
    rows = [row for row in package(MEETING).checklists["checklists/bodies.csv"] if row.phase != "豁免"]

    assert ", ".join(f"{row.id} {row.offset(body)}" for row in rows if row.tags & body) == dues


@pytest.mark.parametrize("body", [{"党"}, {"董"}, {"董", "临"}, {"总"}])
@pytest.mark.parametrize("day", ["2026-10-12", "2026-07-21", "2026-02-26", "2026-03-13"])
def test_no_entry_of_a_timetable_is_due_before_what_it_waits_for(body: set[str], day: str) -> None:
    calendar, rows = limits.Calendar.china(), package(MEETING).checklists["checklists/bodies.csv"]
    due = {
        row.id: limits.before(row.offset(body), shanghai(f"{day} 09:00"), calendar) for row in rows if row.tags & body
    }

    for row in rows:
        assert all(due[needed] <= due[row.id] for needed in row.requires if row.id in due and needed in due), row.id


def test_a_meeting_of_the_board_that_is_called_between_two_has_the_shorter_notice() -> None:
    rows = {row.id: row for row in package(MEETING).checklists["checklists/bodies.csv"]}
    tags = kinds(category="董事会", board_kind="临时会议")

    assert tags == {"董", "临"}
    assert (rows["T07"].offset(tags), rows["T11"].offset(tags)) == ("T-5CD", "T+3")
    assert {"J04", "J09", "J11"} == set(listed("during", tags))


@pytest.mark.parametrize(
    ("meeting", "tags"),
    [
        ({"category": "党委会"}, {"党"}),
        ({"category": "总办会", "level": "中型"}, {"总", "中"}),
        ({"level": "大型", "mode": "现场+视频", "category": "工作会议"}, {"大", "视"}),
        ({"level": "中型", "category": "重大活动"}, {"中", "签"}),
        ({"level": "中型", "category": "董事会", "mode": "视频"}, {"中", "董", "视"}),
        ({}, set()),
    ],
)
def test_the_kind_of_meeting_chooses_the_list(meeting: dict[str, str], tags: set[str]) -> None:
    assert kinds(**meeting) == tags


def test_a_large_meeting_with_video_has_both_rehearsals_and_no_signing() -> None:
    tags = kinds(level="大型", mode="现场+视频", category="工作会议")
    before = listed("before", tags)

    assert {"D05", "D06"} <= set(before)
    assert not {"B10", "E04"} & set(before)
    assert (len(before), len(listed("during", tags)), len(listed("after", tags))) == (54, 14, 7)


# ---------------------------------------------------------------- the forms


def problems(key: str, step: str, data: Mapping[str, Any], previous: Mapping[str, Any]) -> list[tuple[str, str]]:
    opened = package(key)
    found = forms.check(
        opened.form,
        data,
        previous=previous,
        permissions=forms.permissions(opened.plans[step].fields, opened.form, first=step == opened.manifest.first),
        evaluate=lambda text, known: evaluate(text, {**known, "today": "2026-01-05", "now": NOW, "chosen": ""}),
        knows=lambda kind, value: True,
    )
    return [(p.path, p.code) for p in found.problems]


def good(key: str, example: str) -> dict[str, Any]:
    script = tomllib.loads((FOLDER / key / "examples" / f"{example}.toml").read_text("utf-8"))
    return dict(script["start"]["data"])


@pytest.mark.parametrize(
    ("key", "example", "changes", "fault"),
    [
        (MEETING, "hy-1", {}, None),
        (MEETING, "hy-1", {"level": "中型"}, ("level", "form.rule")),
        (MEETING, "hy-1", {"level": "中型", "headcount": 60}, ("level", "form.rule")),  # for the whole house
        (MEETING, "video", {"headcount": 30}, ("level", "form.rule")),
        (MEETING, "video", {"headcount": 29}, None),
        (
            MEETING,
            "video",
            {"category": "推进会、调度会", "key_project": True},
            ("level", "form.rule"),
        ),
        (MEETING, "video", {"category": "推进会、调度会"}, None),
        (MEETING, "hy-1", {"budget": None}, ("budget", "form.required")),
        (MEETING, "hy-1", {"end_at": "2026-07-21T09:00:00+08:00"}, ("end_at", "form.rule")),
        (MEETING, "hy-1", {"planned": False}, ("necessity", "form.required")),
        (MEETING, "hy-1", {"branch_venues": None}, ("branch_venues", "form.required")),
        (MEETING, "hy-1", {"security_lead": None}, ("security_lead", "form.required")),
        (MEETING, "hy-3", {}, None),
        (MEETING, "hy-3", {"secretary_lead": None}, ("secretary_lead", "form.required")),
        (MEETING, "hy-3", {"board_kind": None}, ("board_kind", "form.required")),
        (MEETING, "hy-1", {"minutes_no": "会议纪要〔2026〕9号"}, ("minutes_no", "form.read_only")),
        (SUPERVISION, "db-1", {}, None),
        (SUPERVISION, "db-1", {"superior_no": None}, ("superior_no", "form.required")),
        (SUPERVISION, "db-1", {"due": "2026-03-21T17:30:00+08:00"}, ("due", "form.rule")),
        (SUPERVISION, "db-1", {"co_units": ["ahb"]}, ("co_units", "form.rule")),
        (SUPERVISION, "db-2", {"source_ref": None}, ("source_ref", "form.required")),
        (SUPERVISION, "db-2", {"source": "专项督办"}, ("due", "form.required")),
        (SUPERVISION, "db-2", {"lead_unit": None}, ("lead_unit", "form.required")),
    ],
)
def test_a_start_form_refuses_what_the_rules_forbid(
    key: str, example: str, changes: dict[str, Any], fault: tuple[str, str] | None
) -> None:
    first = package(key).manifest.first or ""

    found = problems(key, first, good(key, example) | changes, package(key).empty)

    assert found == ([fault] if fault else [])


def test_a_supervised_decision_names_its_lead_unit() -> None:
    data = {"attendance": "全到", "recorder": "bgs2", "review_units": ["yyb"]}
    items = [{"content": "修订办法", "supervise": True}, {"content": "传达精神"}]

    found = problems(MEETING, "HY60", data | {"items": items}, {**package(MEETING).empty, **good(MEETING, "hy-1")})

    assert found == [("items/0/lead_unit", "form.required")]


# ---------------------------------------------------------------- from minutes to supervision


@pytest.fixture
def office(engine: Engine, clock: FakeClock) -> Engine:
    clock.at("2026-06-01 08:00")
    load_organisation(engine)
    for key in (MEETING, SUPERVISION):
        definitions.deploy(engine, definitions.read_folder(FOLDER / key))
    return engine


def test_each_selected_decision_becomes_one_item_of_supervision(office: Engine, clock: FakeClock) -> None:
    text = (FOLDER / MEETING / "examples" / "hy-1.toml").read_text("utf-8")
    minutes = next(d["data"] for d in tomllib.loads(text)["do"] if d.get("step") == "HY60")
    reader = Actor(0, "", "", frozenset({"auditor"}))

    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    played = play(office, set_clock, text)

    assert played.faults == []
    with office.store.reading() as tx:
        meeting = instance_rows.by_number(tx, played.number)
        started = sorted(number for number, _state in instance_rows.children(tx, meeting.id))
    begun = [instances.get(office, number, reader) for number in started]
    wanted = [(i["content"], i["lead_unit"], i.get("due")) for i in minutes["items"] if i.get("supervise")]
    assert [(b.data["title"], b.data["lead_unit"], b.data["due"]) for b in begun] == wanted
    places = [place for place, item in enumerate(minutes["items"], 1) if item.get("supervise")]
    assert [b.data["source_ref"] for b in begun] == [f"会议纪要〔2026〕1号第{place}项" for place in places]
    assert {b.source for b in begun} == {played.number}
    assert [[i.element for i in b.items if i.state == "open"] for b in begun] == [["DB20"]] * 8
    admin = people.actor(office, "admin")
    instances.void(office, begun[0].number, admin, reason="并入另一件。")
    lines = decisions(office, played.number, people.actor(office, "auditor"))
    assert [(n.number, n.state) for n in lines if n.supervised] == [
        (b.number, "voided" if b is begun[0] else "running") for b in begun
    ]
    assert {n.number for n in lines if not n.supervised} == {""}
    assert next(n.closed for n in lines if n.supervised) == office.now()
    # merged into another matter, the line of the minutes shows the one that stands for it
    other = register(
        office,
        begun[1].title,
        lead="ahb",
        due="2026-12-25 17:30",
        source="会议决定",
        source_ref="党委会纪要〔2026〕2号",
    )
    item = next(i.id for i in begun[1].items if i.state == "open")
    work.decide(office, item, "merge", people.actor(office, "ducha_a"), opinion="同一事项。", data={"same_as": other})
    assert [n.number for n in decisions(office, played.number, reader) if n.supervised][:2] == [begun[0].number, other]
    (proposal,) = revising.overview(office, MEETING, admin).waiting
    assert (proposal.change, proposal.entry, proposal.given, proposal.number) == (
        "修改", "B04", (("截止", "T-3"),), played.number,
    )  # fmt: skip


# ---------------------------------------------------------------- deadlines by source


def test_the_deadline_comes_from_the_source_when_nobody_writes_one() -> None:
    asked = package(SUPERVISION).process.elements["DB44"].properties["register"]
    rule = next(a for a in asked.split(";") if a.strip().startswith("deadline:due=")).partition("=")[2]
    calendar, handed_over = limits.Calendar.china(), datetime(2026, 9, 7, 2, 40, tzinfo=UTC)
    blank = {"due": None, "superior_due": None, "urgency": "平件"}

    def due(**known: str) -> date:
        return calendar.day_of(limits.deadline(str(evaluate(rule, {**blank, **known})), handed_over, calendar))

    assert due(source="会议决定") == date(2026, 9, 28)  # the 27th is in the mid-autumn days off
    assert due(source="领导批示") == date(2026, 9, 22)
    assert due(source="领导批示", urgency="加急") == date(2026, 9, 14)  # the 12th is a Saturday
    assert due(source="上级督查") == date(2026, 9, 22)
    assert due(source="公文落实") == date(2026, 10, 8)
    assert evaluate(rule, {**blank, "source": "上级督查", "superior_due": "2026-09-20T17:30:00+08:00"}) == "T-3"
    assert evaluate(rule, {**blank, "source": "会议决定", "due": "2026-09-15T17:30:00+08:00"}).startswith("2026-09-15")
