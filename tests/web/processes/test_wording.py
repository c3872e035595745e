"""What the table of steps says about limits, votes and performers."""

from collections.abc import Iterator

import pytest
from flask import Flask, session

from engine.package.wording import completion_words, limit_words, performer_words
from web.processes import wording
from web.processes.findings import adaptations


@pytest.fixture
def in_english() -> Iterator[None]:
    """Whoever looks has chosen English."""
    page = Flask(__name__)
    page.secret_key = "of this test"
    with page.test_request_context():
        session["language"] = "en"
        yield


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1CH/4WH/1WD", "特急 1 小时，加急 4 工作小时，平件 1 个工作日"),
        ("0.5CH/2WH/2WH", "特急 0.5 小时，加急 2 工作小时，平件 2 工作小时"),
        ("3WD", "3 个工作日"),
        ("none/none/15CD", "特急 不计时，加急 不计时，平件 15 个自然日"),
        ("none", "不计时"),
        ("T-10", "T-10"),
        ("当日", "当日"),
        ("PT10M", "10 分钟"),
        ("PT2H", "2 小时"),
        ("${days}WD", "${days}WD"),
    ],
)
def test_a_limit_in_words(written: str, said: str) -> None:
    assert limit_words(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [("one", "一人办结"), ("all", "各人都办结"), ("ratio:0.667", "达到 66.7% 同意"), ("checklist", "清单逐项办结")],
)
def test_a_completion_rule_in_words(written: str, said: str) -> None:
    assert completion_words(written) == said


def test_a_performer_rule_in_words_and_an_unknown_one_as_it_is() -> None:
    assert performer_words('unit_head(unit("bgs"))') == "单位主要负责人"
    assert performer_words("[lead]") == "[lead]"


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1CH/4WH/1WD", "Extra urgent: 1 h, Urgent: 4 working h, Ordinary: 1 working d"),
        ("none/none/15CD", "Extra urgent: No limit, Urgent: No limit, Ordinary: 15 calendar d"),
        ("3WD", "3 working d"),
        ("PT10M", "10 min"),
        ("${days}WD", "${days}WD"),
    ],
)
def test_a_limit_is_said_in_english_to_whoever_chose_it(written: str, said: str) -> None:
    assert wording.limit(written).replace("\u00a0", " ") == said


@pytest.mark.usefixtures("in_english")
def test_rules_are_said_in_english_to_whoever_chose_it() -> None:
    assert wording.completion("ratio:0.667") == "66.7% approve"
    assert wording.completion("all") == "everybody decides"
    assert wording.performer("role('admin') + post('hegao')") == "Administrator (admin), A role of the post"
    assert wording.performer("[lead]") == "[lead]"


@pytest.mark.parametrize("written", ["1CH/4WH/1WD", "3WD", "none", "PT10M", "${days}WD", "当日"])
def test_in_chinese_a_limit_is_said_as_everywhere(written: str) -> None:
    assert wording.limit(written) == limit_words(written)


@pytest.mark.usefixtures("in_english")
def test_what_runs_differently_is_said_in_english_with_its_element() -> None:
    service = "pay：Java 服务 ${payBean} 未绑定，以桩环节部署，由管理员绑定"
    code = "“付款”要求运行外部代码（${payBean}），未绑定前实例在此等待，管理员会看到事故提示"
    listener = "a：第 7 行监听 end（x.Y）不运行程序；绑定后在该时刻调用，绑定前不做任何事"

    said = adaptations({"adaptations": [service, code, listener]})

    assert said[0].startswith("pay: The Java service ${payBean} is not bound")
    assert said[1].startswith('"付款" wants foreign code to run (${payBean}); until it is bound')
    assert said[2].startswith("a: line 7 the listener end (x.Y) runs no program")


def test_in_chinese_what_runs_differently_is_said_as_it_was_found() -> None:
    lines = ["pay：服务表达式由流程引擎计算", "“付款”要求运行外部代码"]

    assert adaptations({"adaptations": lines}) == lines
