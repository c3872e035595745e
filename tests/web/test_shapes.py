"""What the engine writes in Chinese with something filled in is said in English with the same filled in."""

import re
from datetime import date

import pytest
from apiflask import APIFlask
from flask import session

from engine.errors import BadInput
from engine.verbs.reports.lines import NO_UNIT
from engine.verbs.reports.seeing import HIDDEN
from web.language import explained
from web.meetings.lanes import offset_on_paper, offset_words
from web.meetings.ticking import because
from web.registers.cells import cell
from web.reports.wording import name_words, note_words
from web.words import month_name, weekday

HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
WEDNESDAY = date(2026, 11, 18)
NOTES = (
    "代办，已扣停表 1.5 小时",
    "被退回 2 次，差错 3 处，扣 4 分",
    "冻结时计入，现已不计（已撤回、取消或停表）",
    "到期由 2026-03-01 10:00 改为 2026-03-02 17:30；办结由 无 改为 2026-03-02 11:00；责任人由 Li Na 改为 无",
    "E02 wrong format，未写原因代码（Li Na退回）",
)


@pytest.mark.parametrize("note", NOTES)
def test_a_note_keeps_its_numbers_and_loses_its_chinese(app: APIFlask, note: str) -> None:
    with app.test_request_context():
        chinese = note_words(note)
        session["language"] = "en"
        english = note_words(note)

    assert chinese == note
    assert not HAN.search(english)
    assert re.findall(r"\d+", english) == re.findall(r"\d+", note)


def test_what_people_wrote_stays_as_they_wrote_it(app: APIFlask) -> None:
    with app.test_request_context():
        session["language"] = "en"

        assert note_words("格式差错，代办手续不全") == "格式差错, 代办手续不全"
        assert name_words("会签") == "会签"
        assert not HAN.search(name_words(NO_UNIT) + name_words(HIDDEN))
        assert (cell("正文"), cell("是"), cell("3 个文件"), cell("共 3 个文件夹")) == (
            "正文", "Yes", "files: 3", "共 3 个文件夹"
        )  # fmt: skip


def test_what_bounds_a_postponement_is_said_around_the_name_of_the_entry(app: APIFlask) -> None:
    with app.test_request_context():
        session["language"] = "en"

        assert because("后续事项 B02 座次（主席台，会场） 的截止时间") == (
            "when B02 座次（主席台，会场）, which follows, is due"
        )
        assert because("在“开会时间”之前") == "before “开会时间”"


@pytest.mark.parametrize(
    ("offset", "chinese", "english"),
    [
        ("T-10", "T-10", "T-10"),
        ("T-5CD", "开会 5 日前", "5 days before"),
        ("T-2h", "开始前 2 小时", "start -2 h"),
        ("end+30min", "结束后 30 分", "end +30 min"),
        ("start", "开始时", "at the start"),
    ],
)
def test_when_an_entry_is_due_is_english_on_the_page_and_chinese_on_paper(
    app: APIFlask, offset: str, chinese: str, english: str
) -> None:
    with app.test_request_context():
        before = offset_words(offset)
        session["language"] = "en"

        assert before == chinese
        assert offset_words(offset) == english
        assert offset_on_paper(offset) == chinese


def test_a_refusal_is_one_text_with_what_to_do(app: APIFlask) -> None:
    wrong = BadInput("月份“x”不对。", "no such month", "写成 2026-11。")

    with app.test_request_context():
        chinese = explained(wrong)
        session["language"] = "en"
        english = explained(wrong)

    assert chinese == "月份“x”不对。写成 2026-11。"
    assert english == "No such month. Write it like 2026-11."


def test_days_and_months_have_names_in_both(app: APIFlask) -> None:
    with app.test_request_context():
        chinese = (weekday(WEDNESDAY), month_name(11))
        session["language"] = "en"
        english = (weekday(WEDNESDAY), month_name(11))

    assert chinese == ("周三", "11 月")
    assert english == ("Wed", "Nov")
