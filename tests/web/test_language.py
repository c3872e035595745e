"""Chinese first, English second: who chooses a language gets it, everywhere and from then on."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask import session
from flask.testing import FlaskClient

from engine.errors import BadInput
from engine.limits import remaining
from engine.limits.wording import in_english
from engine.runtime import Engine
from engine.verbs import people
from tests.web.pages import Person
from web import toast
from web.language import hint, told
from web.words import holders

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_pages_speak_chinese_until_somebody_chooses_otherwise(client: FlaskClient, office: Engine) -> None:
    person = Person(client, "zhuren")

    before = person.open("/inbox", **{"Accept-Language": "en-US,en;q=0.9"}).text
    answer = person.send("/settings/language", {"language": "en", "next": "/mine"})
    after = person.open("/inbox").text

    assert '<html lang="zh-CN"' in before
    assert "待办" in before
    assert answer.location == "/mine"
    assert '<html lang="en"' in after
    assert ">To do<" in after
    assert people.actor(office, "zhuren").settings["language"] == "en"


def test_whoever_chose_english_is_met_in_english_the_next_day(client: FlaskClient) -> None:
    person = Person(client, "zhuren")
    person.send("/settings/look", {"language": "en"})
    person.send("/logout", {})

    at_the_door = person.open("/login").text
    again = Person(client, "zhuren").open("/inbox").text

    assert '<html lang="zh-CN"' in at_the_door  # the next one at this desk is met in Chinese
    assert '<html lang="en"' in again


def test_the_door_offers_the_other_language_in_its_own_name(client: FlaskClient, office: Engine) -> None:
    visitor = Person(client, "nobody", "wrong")

    visitor.send("/settings/language", {"language": "en", "next": "/login"}, page="/login")
    english = visitor.open("/login").text
    inside = Person(client, "zhuren").open("/inbox").text

    assert '<html lang="en"' in english
    assert ">中文</button>" in english
    assert '<html lang="en"' in inside
    assert "language" not in people.actor(office, "zhuren").settings  # chosen for this browser, not for the account


def test_a_language_nobody_speaks_is_not_kept(client: FlaskClient, office: Engine) -> None:
    person = Person(client, "zhuren")

    answer = person.send("/settings/language", {"language": "../en", "next": "https://elsewhere.example"})

    assert answer.location == "/"
    assert "language" not in people.actor(office, "zhuren").settings
    assert '<html lang="zh-CN"' in person.open("/inbox").text


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 61, 479, 480, 481, 8000])
@pytest.mark.parametrize("overdue", [False, True])
def test_what_is_left_is_said_in_english_with_the_same_numbers(office: Engine, minutes: int, *, overdue: bool) -> None:
    with office.store.reading() as tx:
        calendar = office.calendar(tx)
    now = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    due = now - timedelta(minutes=minutes) if overdue else now + timedelta(minutes=minutes)

    chinese = remaining(now, due, calendar).text_zh
    english = in_english(chinese)

    assert not HAN.search(english)
    assert re.findall(r"\d+", english) == re.findall(r"\d+", chinese)
    assert english.endswith("overdue" if chinese.startswith("超期") else "left")


def test_what_is_no_length_of_time_is_left_as_it_is() -> None:
    assert in_english("停表：等待上级批复") == "停表：等待上级批复"
    assert in_english("") == ""
    assert in_english("不计时") == "no limit"
    assert in_english("3 天 2 小时") == "3 d 2 h"


def test_scripts_find_their_english_in_the_page_and_nothing_in_a_chinese_one(client: FlaskClient) -> None:
    person = Person(client, "zhuren")
    chinese = person.open("/inbox").text
    person.send("/settings/language", {"language": "en", "next": "/inbox"})

    english = person.open("/inbox").text

    brought = re.search(r'<script type="application/json" id="script-words">(.*?)</script>', english)
    assert brought
    assert json.loads(brought[1])["有 {n} 件新到，点击显示"] == "New arrivals: {n}. Show them"
    assert 'id="script-words"' not in chinese


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("放回", "Release"),
        ("已暂停：等董事会", "Suspended: 等董事会"),  # what somebody wrote stays as it is
        ("按规则 dept_head(initiator) 由 周敏 办理", "By the rule dept_head(initiator), the performer is 周敏"),
        (
            "核稿员A角韩雪病假（至3月13日），转核稿员B角周敏",
            "核稿员, role A: 韩雪病假 (until 3-13); goes to 核稿员, role B: 周敏",
        ),
        ("到“拟稿”（金逸）；到“部门审核”（谢云帆）", 'to "拟稿" (金逸); to "部门审核" (谢云帆)'),
        ("每天计 7.5 小时", "counts 7.5 h a day"),
        ("发起人、办理人", "Initiator, Performer"),
        ("提醒 周敏、韩雪，每个工作日一次", "Remind 周敏、韩雪, once a working day"),
        ("到“拟稿”（韩雪）；到“办公室复审”（周敏）", 'to "拟稿" (韩雪); to "办公室复审" (周敏)'),
        ("会场改在二楼；放回", "会场改在二楼；放回"),
        ("关于印发《办法》的通知（试行）", "关于印发《办法》的通知（试行）"),
        ("", ""),
    ],
)
def test_what_the_engine_has_filled_in_is_said_in_english_around_what_it_filled_in(
    app: APIFlask, chinese: str, english: str
) -> None:
    with app.test_request_context():
        session["language"] = "en"
        said = told(chinese)
        session["language"] = "zh"
        as_written = told(chinese)

    assert (said, as_written) == (english, chinese)


def test_advice_with_a_number_in_it_is_told_with_the_same_number(app: APIFlask) -> None:
    refused = BadInput("文件太大。", "the file is too big", f"可传 pdf、ofd、docx、xlsx、jpg，单个不超过 {20} MB。")

    with app.test_request_context():
        session["language"] = "en"
        said = hint(refused)

    assert said == "Files of pdf, ofd, docx, xlsx, jpg, at most 20 MB each."


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("甲、乙 等 5 人", "甲, 乙 and others (5 in all)"),
        ("文书（任一人）", "文书 (any of them)"),
        ("监印员（待领办）", "监印员 (unclaimed)"),
        ("李国栋", "李国栋"),
    ],
)
def test_who_has_something_is_said_in_the_language_of_whoever_looks(app: APIFlask, chinese: str, english: str) -> None:
    with app.test_request_context():
        as_written = holders(chinese)
        session["language"] = "en"
        said = holders(chinese)

    assert (as_written, said) == (chinese, english)


def test_what_was_done_is_told_in_english_with_the_title_as_it_was_written(app: APIFlask) -> None:
    with app.test_request_context():
        session["language"] = "en"
        usual, of_a_package, many = toast.done_by("同意"), toast.done_by("盖章"), toast.beside(["甲", "乙", "丙", "丁"])

    assert (usual, of_a_package) == ("Approved", "Done (盖章)")
    assert many == ", still waiting for 甲, 乙, 丙 and others (4 in all)"


def test_a_page_that_is_not_there_is_told_in_the_language_of_the_session(client: FlaskClient) -> None:
    person = Person(client, "zhuren")
    person.send("/settings/language", {"language": "en", "next": "/"})

    answer = person.open("/d/FW-2026-9999")
    for_programs = client.get("/api/v1/nothing").get_json()

    assert answer.status_code == 404
    assert '<html lang="en"' in answer.text
    assert HAN.findall(answer.text.replace("综合办公流程", "")) == ["办"]  # the name and the sign of the house
    assert HAN.search(for_programs["message_zh"])  # they get both, whatever the session speaks
