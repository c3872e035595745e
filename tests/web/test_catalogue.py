"""Everything that pages say is in the catalogue, in English that is whole, and nothing speaks past it."""

from tools.bare_words import bare
from tools.script_literals import literals
from tools.words import everything_kept, everything_said, faults

SCRIPT = r"""// 注：'不算'
const a = b / c; /* '也不算' */
x = s.replace(/['"，]/g, '是');
t("好", { n: parts('多 {n}', {}) });
y = `共 ${n}` + at(t, '甲');
"""


def test_everything_that_pages_say_has_english_and_the_catalogue_holds_nothing_else() -> None:
    found = list(faults(everything_said(), everything_kept()))

    assert found == [], "\n".join(found)


def test_no_page_script_or_style_sheet_shows_chinese_that_is_not_looked_up() -> None:
    found = [f"{place}:{line}: {text}" for place, line, text in bare(("web/",))]

    assert found == [], "\n".join(found)


def test_texts_of_a_script_are_found_whatever_stands_around_them() -> None:
    assert list(literals(SCRIPT)) == [
        (3, "是", False),
        (4, "好", True),
        (4, "多 {n}", True),
        (5, "共 ${n}", False),
        (5, "甲", False),
    ]
