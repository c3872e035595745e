"""What differs between two versions."""

from engine.package import Package, read_package
from tests.support.diagrams import CHANGED, LEAVE
from web.processes.comparing import Change, compare


def package(diagram: str, **files: str) -> Package:
    return read_package({"leave.bpmn": diagram.encode(), **{name: text.encode() for name, text in files.items()}})


def test_equal_versions_have_no_difference() -> None:
    assert compare(package(LEAVE), package(LEAVE)).same


def test_each_difference_is_said_with_its_element() -> None:
    found = compare(package(LEAVE), package(CHANGED))

    assert set(found.elements) == {
        Change("changed", "approve", "环节", "部门负责人审批", ("名称 部门审批 → 部门负责人审批",)),
        Change("added", "check", "环节", "人力核对"),
        Change("changed", "f2", "连线", "请假申请 → 人力核对", ("终点 approve → check",)),
        Change("added", "f4", "连线", "人力核对 → 部门负责人审批"),
    }
    assert (found.count("added"), found.count("changed"), found.count("removed")) == (2, 2, 0)


def test_the_way_back_removes_what_was_added() -> None:
    there, back = compare(package(LEAVE), package(CHANGED)), compare(package(CHANGED), package(LEAVE))

    assert {c.element for c in there.elements if c.kind == "added"} == {
        c.element for c in back.elements if c.kind == "removed"
    }


def test_list_and_colours_are_the_same_changes() -> None:
    found = compare(package(LEAVE), package(CHANGED))

    marked = {mark["element"]: mark["severity"] for mark in found.marks("added", "removed", "changed")}
    assert marked == {change.element: change.kind for change in found.elements}
    assert {mark["severity"] for mark in found.marks("removed", "changed")} == {"changed"}


def test_a_drawing_that_was_only_moved_is_said_to_be() -> None:
    found = compare(package(LEAVE), package(LEAVE.replace("\n", "\n\n")))

    assert found.redrawn
    assert not found.same
    assert found.elements == ()


def test_other_files_count_too() -> None:
    found = compare(package(LEAVE), package(LEAVE, **{"examples/a.toml": "x = 1"}))

    assert found.files == (Change("added", "", "文件", "examples/a.toml"),)
