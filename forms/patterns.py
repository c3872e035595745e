"""The patterns a form may name; one written by a designer could take minutes on one value, so there is no other."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that is linear on any text, and what to say when a value does not match."""

    expression: str
    message_zh: str
    message_en: str
    brackets: bool = False  # the year of a document number is written 〔2026〕, however it was typed


_YEAR = re.compile(r"[〔［\[【(（]\s*(20[0-9]{2})\s*[〕］\]】)）]")


def tidy(name: str, text: str) -> str:
    """The text as the pattern wants it: [2026], (2026) and 【2026】 become 〔2026〕 (domain.md §2.8)."""
    return _YEAR.sub(r"〔\1〕", text) if name and PATTERNS[name].brackets else text


PATTERNS: dict[str, Pattern] = {
    "phone": Pattern(
        r"^(\+?[0-9]{1,4}[- ])?[0-9]{3,4}[- ]?[0-9]{3,8}([-转][0-9]{1,6})?$",
        "请填写电话号码，如 010-68123456",
        "must be a telephone number",
    ),
    "mobile": Pattern(r"^1[3-9][0-9]{9}$", "请填写 11 位手机号码", "must be a mobile number of 11 digits"),
    "email": Pattern(
        r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}$",
        "请填写电子邮箱",
        "must be an e-mail address",
    ),
    "doc_no": Pattern(
        r"^[一-龥A-Z]{2,12}[〔［\[【(（]20[0-9]{2}[〕］\]】)）][1-9][0-9]{0,4}号$",
        "请按“华远发〔2026〕1号”的格式填写发文字号",
        "must look like 华远发〔2026〕1号",
        brackets=True,
    ),
    "letter_no": Pattern(
        r"^[^<>!]{1,60}$", "请填写文号，如 国资发〔2026〕3号", "must be the number of a letter", brackets=True
    ),
    "year": Pattern(r"^(19|20|21)[0-9]{2}$", "请填写四位年份", "must be a year of four digits"),
    "digits": Pattern(r"^[0-9]+$", "只能填写数字", "must be digits"),
    "code": Pattern(r"^[A-Za-z0-9_-]+$", "只能填写字母、数字、- 和 _", "must be letters, digits, - and _"),
    "credit_code": Pattern(
        r"^[0-9A-HJ-NPQRTUWXY]{18}$", "请填写 18 位统一社会信用代码", "must be a unified social credit code"
    ),
}
