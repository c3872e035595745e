"""Every performer function has words, and a rule is told by them."""

import pytest

from engine.org import FUNCTIONS, in_words, wording


def test_every_function_has_words_and_no_other() -> None:
    assert set(wording.FUNCTIONS) == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("post('hegao')", "岗位现任 A 角"),
        ("urgent ? principal('exec') : in_charge(initiator)", "主要领导、分管领导"),
        ("people(readers)", "指定的多人"),
        ("readers", ""),
    ],
)
def test_a_rule_is_told_by_its_functions(rule: str, words: str) -> None:
    assert in_words(rule) == words
