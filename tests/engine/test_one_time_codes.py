"""Codes by the clock: those of the standard, their window, and secrets that only their key and person open."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from engine import one_time_codes
from engine.errors import NotAllowed

# RFC 6238, appendix B (SHA-1), the last six of its eight digits
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert one_time_codes.step_of(RFC_SECRET, code, at) == seconds // 30
    assert one_time_codes.step_of(RFC_SECRET, code, at + timedelta(seconds=30)) == seconds // 30
    assert one_time_codes.step_of(RFC_SECRET, code, at + timedelta(seconds=61)) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "٢٨٧٠٨٢", "28708²", "abcdef", "\0" * 6])
def test_what_is_no_code_is_no_crash(code: str) -> None:
    assert one_time_codes.step_of(RFC_SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_a_secret_opens_with_its_key_for_its_person_alone() -> None:
    secret = one_time_codes.new_secret()
    text = one_time_codes.sealed(b"k" * 48, secret, 7)

    assert secret not in text
    assert text != one_time_codes.sealed(b"k" * 48, secret, 7)
    assert one_time_codes.opened(b"k" * 48, text, 7) == secret
    for key, given, whose in ((b"x" * 48, text, 7), (b"k" * 48, text, 8), (b"k" * 48, text[3:], 7), (b"k" * 48, "", 7)):
        with pytest.raises(NotAllowed) as refused:
            one_time_codes.opened(key, given, whose)
        assert refused.value.reason == "auth.factor_unreadable"


def test_a_picture_has_no_styles_that_the_policy_of_pages_forbids() -> None:
    drawn = one_time_codes.picture(one_time_codes.address(RFC_SECRET, "zhang", "集团"))

    assert drawn.startswith('<svg viewBox="0 0 ')  # or the page would show a corner of it
    assert "style" not in drawn
    assert "<script" not in drawn
