"""The button 生成红头文件 of the step 排版印制: asked first, made once, its files on the page and for the API."""

import re
import tomllib
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.examples import play
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import files, instances, people, work
from tests.support.clock import FakeClock
from tests.web.conftest import Sign
from tests.web.pages import Person

EXAMPLE = SHIPPED / "document_issue" / "examples" / "fw-1.toml"


@pytest.fixture
def at_the_printer(office: Engine, clock: FakeClock) -> str:
    """The circular of FW-1 when it has its number and waits to be printed."""
    text = EXAMPLE.read_text("utf-8")
    steps = text[: text.index("# 套红")]  # up to the number
    assert tomllib.loads(steps)["do"][-1]["step"] == "FW90"

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    done = play(office, go, steps)
    assert done.faults == []
    clock.at("2026-09-24 14:00")
    return done.number


def held(office: Engine, number: str) -> list[str]:
    clerk = people.actor(office, "wenshu_a")
    layout: Any = instances.get(office, number, clerk).data["layout"]
    return [files.get(office, one, clerk)[0].name for one in layout or []]


def test_the_clerk_makes_the_red_header_from_the_page(office: Engine, client: FlaskClient, at_the_printer: str) -> None:
    clerk = Person(client, "wenshu_a")
    address = f"/t/{at_the_printer}/document/red_header"
    page = clerk.open(f"/t/{at_the_printer}").text
    assert "生成红头文件" in page
    assert address in page

    made = clerk.send(address, clerk.hidden(address, "_key"), page=address)

    assert made.status_code == 303
    name = "华远发〔2026〕1号关于做好2026年国庆节假期值班工作的通知"
    assert held(office, at_the_printer) == [f"{name}.pdf", f"{name}.docx"]
    assert f"{name}.pdf" in clerk.open(f"/t/{at_the_printer}").text


def test_a_document_that_the_step_does_not_offer_is_not_found(client: FlaskClient, at_the_printer: str) -> None:
    clerk = Person(client, "wenshu_a")

    assert clerk.open(f"/t/{at_the_printer}/document/other").status_code == 404


def test_a_program_makes_it_once_for_one_key(office: Engine, sign: Sign, at_the_printer: str) -> None:
    program = sign("wenshu_a")
    item = work.mine(office, at_the_printer, people.actor(office, "wenshu_a"))

    for _again in range(2):
        answer = program.post(f"/items/{item}/documents/red_header", key="once")
        assert answer.status_code == 200, answer.text

    assert len(held(office, at_the_printer)) == 2
    assert len(files.of_instance(office, at_the_printer, people.actor(office, "wenshu_a"))) == 2
    assert sign("auditor").post(f"/items/{item}/documents/red_header").status_code == 403


def test_the_printed_sheet_says_the_result_of_a_step_without_words(client: FlaskClient, at_the_printer: str) -> None:
    sheet = Person(client, "wenshu_a").open(f"/d/{at_the_printer}/print").text

    rows = re.findall(
        r"<tr><th scope=\"row\">(\S+)</th><td colspan=\"3\"><div class=\"print-said prose\">([^<]*)</div>", sheet
    )
    assert rows[:3] == [("编号登记", "登记取号"), ("复核", "复核通过。"), ("签发", "圈阅，视为同意。")]
