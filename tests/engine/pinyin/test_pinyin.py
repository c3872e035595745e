"""Names as people type them, looked up by a child."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.pinyin
from engine.child import TooSlow
from engine.errors import TooSoon
from engine.pinyin import pinyin, pinyins, searchable


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张静", "zhangjing zj"),
        (" 长春行政重组 ", "changchunxingzhengchongzu ccxzcz"),  # a phrase decides how a letter is read
        ("Zhang San", "zhang san z"),
        ("吕", "lv l"),
        ("", " "),
    ],
)
def test_a_name_becomes_syllables_and_initials(name: str, typed: str) -> None:
    assert pinyin(name) == typed


@settings(max_examples=10)
@given(st.lists(st.text(max_size=6), max_size=20))
def test_each_of_many_names_is_answered_in_its_place(names: list[str]) -> None:
    assert pinyins(names) == [pinyin(name) for name in names]


def test_names_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pinyins(["李四", "王五"])
    monkeypatch.setattr(engine.pinyin, "ask", None)

    assert pinyins(["王五", "李四"]) == ["wangwu ww", "lisi ls"]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.pinyin, "KEPT", 3)
    monkeypatch.setattr(engine.pinyin, "_known", {})

    assert pinyins(["甲", "乙", "丙"]) == ["jia j", "yi y", "bing b"]
    assert pinyins(["甲", "丁"]) == ["jia j", "ding d"]
    assert set(engine.pinyin._known) == {"丁"}


def test_a_machine_that_is_too_busy_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*given: object) -> None:
        asked.append(given)
        raise TooSlow

    asked: list[object] = []
    monkeypatch.setattr(engine.pinyin, "_known", {"李四": "lisi ls"})
    monkeypatch.setattr(engine.pinyin, "_missed", [float("-inf")])
    monkeypatch.setattr(engine.pinyin, "ask", slow)

    for _ in range(3):
        with pytest.raises(TooSoon) as refused:
            pinyin("张静")
    assert refused.value.reason == "server.busy"
    assert len(asked) == 1, "nobody is sent again at once"
    assert pinyin("李四") == "lisi ls"
    assert searchable(["张静", "李四"]) == ["", ""]


def test_no_process_of_ours_holds_the_dictionary() -> None:
    program = "import sys, web; from engine.pinyin import pinyin; pinyin('三办'); print('pypinyin' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"
