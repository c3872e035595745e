"""What is to be filled in stands before what is only read, on any form of the shipped processes."""

import pytest

import forms
from engine.package import Package, read_package
from engine.runtime import evaluate
from engine.settings import SHIPPED
from engine.verbs import definitions
from web.task.layout import is_filling, to_fill_first


def drawn(package: Package, element: str) -> forms.Drawing:
    rights = forms.permissions(package.plans[element].fields, package.form, first=False)
    return forms.draw(package.form, {}, rights, evaluate, lambda _kind, value: value)


@pytest.mark.parametrize("key", ["document_issue", "seal_use", "meeting_preparation", "supervision"])
def test_fields_to_write_come_first_and_none_is_lost(key: str) -> None:
    package = read_package(definitions.read_folder(SHIPPED / key))

    for element in package.plans:
        before = drawn(package, element)
        after = to_fill_first(before, {})
        order = [widget.writable for section in after.sections for widget in section.widgets]
        assert order == sorted(order, reverse=True)
        assert {w.id for s in after.sections for w in s.widgets} == {w.id for s in before.sections for w in s.widgets}


def test_a_table_to_fill_in_gets_the_middle_of_the_page() -> None:
    package = read_package(definitions.read_folder(SHIPPED / "document_issue"))

    for element, wanted in (("FW35U", True), ("FW80", False), ("FW40", True)):
        assert is_filling([w for s in drawn(package, element).sections for w in s.widgets]) is wanted


def test_what_still_wants_filling_in_comes_before_what_may_be_changed() -> None:
    package = read_package(definitions.read_folder(SHIPPED / "document_issue"))
    before = drawn(package, "FW40")

    after = to_fill_first(before, {"body": "各单位：", "title": "关于值班的通知"})

    assert after.sections[0].widgets[0].id == "g_route"
    assert to_fill_first(drawn(package, "FW10"), {}).sections[0].title == before.sections[0].title
