"""How the lines of a document become a sheet of paper."""

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from tests.support.clock import FakeClock
from tests.web.cases import HEAD, document
from tests.web.pages import Person
from web.task.sheet import paragraph


@pytest.mark.parametrize(
    ("line", "kind", "head", "rest"),
    [
        ("一、提高认识。各单位要重视。", "first", "一、提高认识。", "各单位要重视。"),
        ("十二、附则", "first", "十二、附则", ""),
        ("（三）强化检查。按月通报。", "second", "（三）强化检查。", "按月通报。"),
        ("一、各单位负责人负总责，逐级明确责任人。", "", "", "一、各单位负责人负总责，逐级明确责任人。"),
        ("各公司：", "flush", "", "各公司："),
        ("现将有关事项通知如下。", "", "", "现将有关事项通知如下。"),
        ("一致认为，时机成熟。", "", "", "一致认为，时机成熟。"),
    ],
)
def test_headings_and_addresses_are_told_from_plain_lines(line: str, kind: str, head: str, rest: str) -> None:
    assert paragraph(line) == (kind, head, rest)


def test_the_sheet_has_the_head_of_the_issuer_and_an_open_number(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    number = document(office, clock, urgency="特急", urgency_reason="供热在即", classification="工作秘密")

    page = Person(app.test_client(), HEAD).open(f"/t/{number}").text
    paper = page.split('<article class="paper">')[1].split("</article>")[0]

    assert '<div class="paper-head">华远集团有限公司文件</div>' in paper
    assert "华远发〔2026〕　　号" in paper
    assert "<span>特急</span><span>工作秘密</span>" in paper
    assert paper.count("各公司：") == 1


def test_what_was_typed_is_text_never_markup(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock, body="各公司：\n<script>alert(1)</script>\n现将 <b>事项</b> 通知如下。")

    page = Person(app.test_client(), HEAD).open(f"/t/{number}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
