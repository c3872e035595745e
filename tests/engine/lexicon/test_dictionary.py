"""Words found in texts: the longer one first, right where a longer word makes it right, in one pass."""

from hypothesis import given
from hypothesis import strategies as st

from engine.lexicon import Lexicon, Word

WORDS = Lexicon(
    [
        Word("帐户", "错别字", "账户"),
        Word("截止", "不规范", "截至", unless=("截止日期", "报名截止")),
        Word("截止目前", "错别字", "截至目前"),
        Word("ok", "不规范", "同意"),
        Word("煌", "敏感"),
    ]
)


def found(text: str) -> list[str]:
    return [hit.word.text for hit in WORDS.hits(text)]


def test_a_word_is_found_with_what_stands_around_it() -> None:
    (hit,) = WORDS.hits("请各单位核对银行帐户的余额。")

    assert (hit.before, hit.found, hit.after) == ("请各单位核对银行", "帐户", "的余额。")
    assert (hit.word.kind, hit.word.suggestion) == ("错别字", "账户")


def test_a_longer_word_makes_a_shorter_one_right_or_is_the_one_that_counts() -> None:
    assert found("截止日期为五月，报名截止。") == []
    assert found("截止目前没有报名截止以外的事；截止五月") == ["截止目前", "截止"]


def test_width_and_case_make_no_other_word_and_places_stay_true() -> None:
    (hit,) = WORDS.hits("回复：ＯＫ！")

    assert (hit.before, hit.found, hit.after) == ("回复：", "ＯＫ", "！")
    assert found("Ok") == ["ok"]


def test_one_sign_is_a_word_and_an_empty_dictionary_finds_nothing() -> None:
    assert found("辉煌") == ["煌"]
    assert list(Lexicon().hits("辉煌")) == []
    assert list(Lexicon([Word("", "禁用")]).hits("辉煌")) == []


@given(st.lists(st.text("甲乙丙Ａa ", min_size=1, max_size=4), max_size=6), st.text("甲乙丙Ａa \n", max_size=60))
def test_what_is_found_stands_there_and_whatever_stands_there_is_found(words: list[str], text: str) -> None:
    lexicon = Lexicon(Word(one, "敏感") for one in words)

    hits = list(lexicon.hits(text))

    folded = text.replace("Ａ", "a")
    assert all(hit.found in text and hit.found.replace("Ａ", "a") == hit.word.text.replace("Ａ", "a") for hit in hits)
    assert bool(hits) == any(one.replace("Ａ", "a") in folded for one in words)
