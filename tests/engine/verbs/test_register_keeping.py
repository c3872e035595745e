"""Registers kept by hand: states follow the register's moves, every change is a further line, readers only read."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.errors import BadInput, Conflict, FormProblems, InvalidPackage, NotAllowed
from engine.model import Actor, Json
from engine.package.register import read_register
from engine.runtime import Engine
from engine.verbs import definitions, notifications, registers
from tests.support.clock import FakeClock

Login = Callable[[str], Actor]
DIAGRAM = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
  <process id="p" isExecutable="true"><startEvent id="s"/><userTask id="T" name="T" camunda:assignee="admin" camunda:formKey="f">
  <extensionElements><camunda:properties><camunda:property name="limit" value="none"/></camunda:properties></extensionElements></userTask>
  <endEvent id="e"/><sequenceFlow id="a" sourceRef="s" targetRef="T"/><sequenceFlow id="b" sourceRef="T" targetRef="e"/></process>
</definitions>"""  # noqa: E501
ROOM = """
title = "会议室台账"
label = "{name}"
state = "free"
choose = ["free"]
writers = ["clerk"]

[states]
free = "可用"
repair = "维修"
closed = "停用"

[moves]
free = ["repair", "closed"]
repair = ["free"]

[[remind]]
column = "inspected"
days = [30, 7]
to = "person(keeper)"
text = "请安排检修"

[[column]]
id = "name"
label = "名称"
required = true

[[column]]
id = "seats"
label = "座位"
type = "integer"

[[column]]
id = "keeper"
label = "管理员"
type = "person"
required = true

[[column]]
id = "inspected"
label = "检修到期"
type = "date"
"""
FORM = b"""title = "F"
[[field]]
id = "title"
type = "text"
label = "T"
[[field]]
id = "room"
type = "reference"
label = "R"
register = "room"
"""
MANIFEST = 'key = "rooms"\ntitle = "会议室"\ncode = "RM"\ndiagram = "d.bpmn"\nform = "f"\nfirst = "T"\n'


@pytest.fixture
def rooms(office: Engine, who: Login, clock: FakeClock) -> Engine:
    """An office with a register of rooms that clerks keep."""
    files = {
        "process.toml": MANIFEST.encode(),
        "d.bpmn": DIAGRAM,
        "forms/f.toml": FORM,
        "registers/room.toml": ROOM.encode(),
    }
    definitions.deploy(office, files)
    return office


def large(**more: Json) -> dict[str, Json]:
    return {"name": "三楼大会议室", "seats": 60, "keeper": "bgs1", **more}


def test_a_record_is_added_changed_and_moved_and_the_page_tells_who_did_what(rooms: Engine, who: Login) -> None:
    clerk = who("wenshu_a")
    made = registers.add(rooms, "room", large(), clerk)

    changed = registers.change(rooms, made.id, large(seats=80), "加了一排座位", clerk)
    moved = registers.change(rooms, changed.id, large(seats=80), "漏水", clerk, state="repair")
    detail = registers.get(rooms, moved.id, who("auditor"))

    assert [(one.texts["seats"], one.state_label, one.reason) for one in detail.chain] == [
        ("60", "可用", ""),
        ("80", "可用", "加了一排座位"),
        ("80", "维修", "漏水"),
    ]
    assert {one.by for one in detail.chain} == {clerk.name}
    assert registers.rows(rooms, "room", clerk, standing=True).total == 1
    assert not detail.changeable
    assert registers.get(rooms, moved.id, clerk).moves == (("free", "可用"),)


def test_a_state_follows_only_from_the_states_the_register_names(rooms: Engine, who: Login) -> None:
    made = registers.add(rooms, "room", large(), who("wenshu_a"), state="repair")

    with pytest.raises(Conflict) as refused:
        registers.change(rooms, made.id, large(), "不用了", who("wenshu_a"), state="closed")

    assert "不能改为“停用”" in refused.value.message_zh
    assert (refused.value.reason, refused.value.hint) == ("register.move", "只能改为：可用。")
    assert registers.rows(rooms, "room", who("wenshu_a")).total == 1


@pytest.mark.parametrize(
    ("data", "reason", "error", "code"),
    [
        (large(name=None), "x", FormProblems, "form.required"),
        (large(seats="许多"), "x", FormProblems, "form.type"),
        (large(keeper="nobody"), "x", FormProblems, "form.unknown_value"),
        (large(colour="红"), "x", FormProblems, "form.unknown_field"),
        (large(seats=70), " ", BadInput, "register.reason"),
        (large(), "没改", BadInput, "register.unchanged"),
    ],
)
def test_a_change_that_is_wrong_is_refused_whole(
    rooms: Engine, who: Login, data: dict[str, Json], reason: str, error: type[BadInput], code: str
) -> None:
    made = registers.add(rooms, "room", large(), who("wenshu_a"))

    with pytest.raises(error) as refused:
        registers.change(rooms, made.id, data, reason, who("wenshu_a"))

    assert refused.value.reason == code
    assert registers.rows(rooms, "room", who("wenshu_a")).total == 1


def test_a_name_is_taken_once(rooms: Engine, who: Login) -> None:
    registers.add(rooms, "room", large(), who("wenshu_a"))

    with pytest.raises(Conflict) as refused:
        registers.add(rooms, "room", large(seats=5), who("wenshu_a"))

    assert refused.value.reason == "register.label"


def test_only_its_writers_write_and_nobody_corrects_what_has_a_life(rooms: Engine, who: Login) -> None:
    made = registers.add(rooms, "room", large(), who("wenshu_a"))

    for login in ("admin", "gm", "rlb1"):
        with pytest.raises(NotAllowed):
            registers.change(rooms, made.id, large(seats=1), "x", who(login))
    with pytest.raises(NotAllowed):
        registers.correct(rooms, made.id, {"seats": 1}, "x", who("wenshu_a"))
    with pytest.raises(NotAllowed):
        registers.rows(rooms, "room", who("rlb1"))


def test_a_record_that_was_replaced_is_not_changed_again(rooms: Engine, who: Login) -> None:
    made = registers.add(rooms, "room", large(), who("wenshu_a"))
    registers.change(rooms, made.id, large(seats=70), "第一次", who("wenshu_a"))

    with pytest.raises(Conflict) as refused:
        registers.change(rooms, made.id, large(seats=90), "第二次", who("wenshu_a"))

    assert refused.value.reason == "register.corrected"


def test_forms_choose_only_records_in_the_right_state(rooms: Engine, who: Login) -> None:
    registers.add(rooms, "room", large(), who("wenshu_a"))
    registers.add(rooms, "room", large(name="小会议室"), who("wenshu_a"), state="repair")

    assert registers.labels(rooms, "room", who("rlb1")) == ("三楼大会议室",)
    assert [(one.label, one.note) for one in registers.choices(rooms, "room:*", who("rlb1"), text="小")] == [
        ("小会议室", "维修")
    ]


def test_filters_by_state_count_what_stands(rooms: Engine, who: Login) -> None:
    clerk = who("wenshu_a")
    registers.add(rooms, "room", large(), clerk)
    made = registers.add(rooms, "room", large(name="小会议室"), clerk)
    registers.change(rooms, made.id, large(name="小会议室"), "漏水", clerk, state="repair")

    sheet = registers.rows(rooms, "room", clerk, state="repair", standing=True)

    assert [line.label for line in sheet.lines] == ["小会议室"]
    assert sheet.states == (("free", "可用", 1), ("repair", "维修", 1))


def test_a_date_that_comes_near_is_told_once_for_each_step(rooms: Engine, who: Login, clock: FakeClock) -> None:
    day = date(2026, 3, 31)
    clock.set(datetime(2026, 2, 20, 1, tzinfo=UTC).isoformat())
    registers.add(rooms, "room", large(inspected=day.isoformat()), who("wenshu_a"))

    told = []
    for days in (40, 30, 29, 7, 6):
        clock.set((datetime(2026, 3, 31, 1, tzinfo=UTC) - timedelta(days=days)).isoformat())
        registers.remind(rooms)
        told.append(sum(n.event == "T-RECORD" for n in notifications.centre(rooms, who("bgs1"), limit=50)))

    assert told == [0, 1, 1, 2, 2]
    last = next(n for n in notifications.centre(rooms, who("bgs1"), limit=50) if n.event == "T-RECORD")
    assert "三楼大会议室" in last.body
    assert "2026-03-31" in last.body


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('free = ["repair", "closed"]', 'free = ["burnt"]', "no states burnt"),
        ('choose = ["free"]', 'choose = ["nowhere"]', "no states nowhere"),
        ('choose = ["free"]', 'choose = ["free"]\nhint = "colour"', "no column colour"),
        ('id = "seats"', 'id = "name"', "name stand twice"),
        ('column = "inspected"', 'column = "opened"', "no column opened"),
        ('type = "integer"', 'type = "colour"', "没有这种字段类型"),
    ],
)
def test_a_register_that_contradicts_itself_is_not_deployed(old: str, new: str, words: str) -> None:
    with pytest.raises(InvalidPackage) as refused:
        read_register(ROOM.replace(old, new), "room")

    assert words in refused.value.message_zh
