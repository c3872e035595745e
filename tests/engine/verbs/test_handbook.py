"""《办公室工作流程手册》: what each chapter says comes from the deployed package, and the book is a PDF."""

import pytest

from engine.errors import NotAllowed, NotFound
from engine.model import Json
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.store import definitions as stored
from engine.verbs import definitions, handbook
from engine.verbs.handbook.chapters import chapter
from engine.verbs.handbook.people import Naming
from tests.engine.conftest import Login

NAMING = Naming(
    posts={"hegao": "核稿人", "zhuren": "办公室主任"},
    units={"fwb": "法务风控部"},
    fields={"lead": "主办单位", "coordinator": "总协调"},
    people={"coordinator"},
)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("post('hegao')", "核稿人"),
        ("in_charge(performer())", "分管领导"),
        ("post('zhuren') if amount > 3 else in_charge(initiator_unit)", "办公室主任、分管领导"),
        ("everyone()", "全体人员"),
        ("post('nobody')", "nobody"),
        ("role('designer')", "流程设计（designer）"),
        ("dept_head('fwb')", "法务风控部负责人"),
        ("unit_head(lead)", "“主办单位”主要负责人"),
        ("person(coordinator)", "“总协调”"),
        ("dept_head(coordinator)", "“总协调”所在部门负责人"),
        ("dept_head(unknown)", "所在部门负责人"),
        ("[person(coordinator), dept_head('elsewhere')]", "“总协调”、所在部门负责人"),
        ("superior(person(coordinator))", "直属上级"),
        ("urgency == '特急' and after_hours() ? duty('hegao') : post('hegao')", "核稿人、值班员（非办公时间）"),
    ],
)
def test_a_rule_is_told_by_the_names_of_the_house_and_of_the_form(rule: str, words: str) -> None:
    assert NAMING.who(rule) == words


def told_of(office: Engine, key: str) -> dict[str, Json]:
    """The chapter of a shipped package."""
    definitions.deploy(office, definitions.read_folder(SHIPPED / key))
    with office.store.reading() as tx:
        row = stored.current(tx, key)
        assert row is not None
        return chapter(row, office.package(tx, row.id), NAMING)


def test_a_chapter_holds_picture_steps_form_limits_and_ladders(sqlite_office: Engine) -> None:
    told = told_of(sqlite_office, "car_use")

    assert told["title"] == "公务用车"
    assert "派车" in told["picture"]["svg"]
    first, last = told["steps"][0], told["steps"][-1]
    assert (first["name"], first["who"], first["outcomes"]) == ("用车申请", "发起人", "提交")
    assert first["limit"].startswith("特急 1 小时")
    assert "结论" not in last["duty"]
    assert any(step["limit"].startswith("至“") for step in told["steps"])
    assert ["车辆", "引用台账", "按条件", "同一时间已派出的车不能再派。"] in told["fields"]
    assert told["ladders"][0]["rungs"][0] == "剩余时限 25% 时（特急、加急）：告知当前办理人"
    assert ["R-NEED", "非公务或可乘公共交通"] in told["reasons"]


def test_a_limit_that_only_the_instance_knows_names_the_fields_it_depends_on(sqlite_office: Engine) -> None:
    told, letters = told_of(sqlite_office, "archive_lending"), told_of(sqlite_office, "document_receipt")

    limits = [step["limit"] for step in told["steps"]]
    assert "按“密级”计算" in limits
    assert [stage["limit"] for stage in letters["stages"]] == ["按“件型”计算"]
    assert not any("${" in limit for limit in limits)


def test_the_book_is_a_pdf_of_the_processes_that_are_asked_for(sqlite_office: Engine) -> None:
    content = handbook.handbook(sqlite_office, None, keys=["memo"])

    assert content.startswith(b"%PDF-")


def test_only_the_office_prints_it_and_only_what_there_is(office: Engine, who: Login) -> None:
    with pytest.raises(NotAllowed):
        handbook.handbook(office, who("xxb1"))
    with pytest.raises(NotFound):
        handbook.handbook(office, who("zhuren"), keys=["nowhere"])
