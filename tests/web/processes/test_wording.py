"""What the table of steps says about limits, votes and performers."""

import pytest

from engine.package.wording import completion_words, limit_words, performer_words


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
