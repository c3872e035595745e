"""The State Council's notice is read word by word; what is not understood is refused with its place."""

from datetime import date

import chinese_calendar
import pytest

from engine.errors import BadInput, BadRows
from engine.limits import read_holidays

NOTICE_2026 = """国务院办公厅关于2026年
部分节假日安排的通知

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
"""
NOTICE_2023 = """国务院办公厅关于2023年部分节假日安排的通知
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
"""


@pytest.mark.parametrize(("text", "year"), [(NOTICE_2026, 2026), (NOTICE_2023, 2023)])
def test_a_notice_gives_exactly_the_days_that_were_published(text: str, year: int) -> None:
    found = read_holidays(text)

    off = {mark.day for mark in found.days if not mark.working and mark.day.year == year}
    published = {day for day in chinese_calendar.holidays if day.year == year}
    assert found.year == year
    assert off - published == set()
    # a notice names whole spans; a published day it leaves out can only be a weekend day
    assert all(day.weekday() >= 5 for day in published - off)
    assert {mark.day for mark in found.days if mark.working} == {
        day for day in chinese_calendar.workdays if day.year == year
    }


def test_a_span_may_begin_in_the_year_before() -> None:
    first = read_holidays(NOTICE_2023).days[0]

    assert (first.day, first.working, first.name) == (date(2022, 12, 31), False, "元旦")


def test_a_table_of_days_is_read_with_or_without_a_heading() -> None:
    found = read_holidays("日期,类型,名称\n2027-02-05,休,春节\n2027/2/6，班，春节调休\n")

    assert found.year is None
    assert [(m.day, m.working, m.name) for m in found.days] == [
        (date(2027, 2, 5), False, "春节"),
        (date(2027, 2, 6), True, "春节调休"),
    ]


def test_a_table_may_say_off_and_work_in_english() -> None:
    found = read_holidays("2027-02-05,off,Spring Festival\n2027-02-06,work,Spring Festival\n")

    assert [(m.day, m.working) for m in found.days] == [(date(2027, 2, 5), False), (date(2027, 2, 6), True)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有文字"),
        ("放假通知", "关于××××年"),
        ("国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月1日放假，共1天。", "只认出 1 个放假日"),
        (NOTICE_2026.replace("10月10日（周六）上班", "10月12日（周一）上班"), "2026-10-12 是周一至周五"),
        (NOTICE_2026.replace("2月28日（周六）上班", "2月30日（周六）上班"), "没有 2026 年 2 月 30 日"),
        (NOTICE_2026.replace("2月28日（周六）上班", "2月21日（周六）上班"), "2026-02-21 既写放假又写上班"),
        (NOTICE_2026.replace("1月1日（周四）至3日", "1月1日（周四）至12月3日"), "起止不对"),
        ("2027-02-05,休\n2027-02-31,休", "第 2 行"),
        ("2027-02-05,也许,春节", "第 1 行"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_holidays(text)

    assert said in refusal.value.message_zh
    assert refusal.value.reason == "calendar.notice"


def test_every_wrong_line_of_a_table_is_told_with_its_number_and_nothing_is_read() -> None:
    table = "\n".join(
        (
            "日期,类型,名称（可以不填）",
            "2027-02-05,休",
            "",
            "2027-2-30,休",
            "春节,放,",
            "2027-02-05,班,",
            "2027.2.7,上班",
        )
    )

    with pytest.raises(BadRows) as refusal:
        read_holidays(table)

    assert [(f.line, f.column, f.given) for f in refusal.value.rows] == [
        (4, "日期", "2027-2-30"),
        (5, "日期", "春节"),
        (5, "类型", "放"),
        (6, "类型", "班"),
    ]
    assert "共 4 处" in refusal.value.message_zh
    assert refusal.value.reason == "calendar.notice"
