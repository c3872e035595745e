"""A form with every type of field, the real expression language, and a small world of people."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

import forms
from engine.bpmn.expressions import compile_expression

SEAL_FORM = """
title = "用印申请"
title_en = "Seal request"

[[field]]
id = "title"
type = "text"
label = "文件名称"
required = true
min_length = 4
max_length = 80

[[field]]
id = "kind"
type = "select"
label = "文件类型"
options = ["合同", "证明", { value = "letter", label = "函" }]
required = true

[[field]]
id = "reason"
type = "textarea"
label = "事由"
max_length = 500

[[field]]
id = "body"
type = "document"
label = "正文"

[[field]]
id = "copies"
type = "integer"
label = "份数"
min = 1
max = 99

[[field]]
id = "amount"
type = "money"
label = "合同金额"
required = "kind == '合同'"
visible = "kind == '合同'"
max = "1000000000"

[[field]]
id = "signed_on"
type = "date"
label = "签订日期"
min = 2020-01-01

[[field]]
id = "wanted_at"
type = "datetime"
label = "期望用印时间"

[[field]]
id = "topics"
type = "multiselect"
label = "涉及领域"
options = ["投资", "财务", "风控"]

[[field]]
id = "offsite"
type = "boolean"
label = "是否外带"

[[field]]
id = "place"
type = "text"
label = "外带地点"
visible = "offsite"
required = "offsite"

[[field]]
id = "witness"
type = "person"
label = "监印人"

[[field]]
id = "readers"
type = "persons"
label = "知悉范围"

[[field]]
id = "dept"
type = "unit"
label = "部门"
default = "${initiator_unit}"

[[field]]
id = "cosign"
type = "units"
label = "会签部门"

[[field]]
id = "scan"
type = "file"
label = "扫描件"

[[field]]
id = "annexes"
type = "files"
label = "附件"
max = 3

[[field]]
id = "seal"
type = "reference"
register = "seals"
label = "印章"

[[field]]
id = "items"
type = "rows"
label = "明细"
min = 1
max = 5
fields = [
    { id = "name", type = "text", label = "品名", required = true },
    { id = "price", type = "money", label = "金额" },
    { id = "rush", type = "boolean", label = "加急" },
    { id = "why", type = "text", label = "加急原因", required = "rush", visible = "rush" },
]

[[field]]
id = "phone"
type = "text"
label = "电话"
pattern = "phone"

[[field]]
id = "seal_no"
type = "text"
label = "用印登记号"
system = true

[[section]]
title = "基本信息"
fields = ["title", "kind", "reason", "body", "copies", "amount", "signed_on", "wanted_at", "topics"]

[[section]]
title = "用印"
fields = [
    "offsite", "place", "witness", "readers", "dept", "cosign", "scan", "annexes", "seal", "items", "phone", "seal_no",
]

[[rule]]
when = "kind == 'letter' and copies > 1"
field = "copies"
message = "函只能用印一份"
message_en = "a letter is sealed once"
"""

WORLD = {
    "person": {"rlb1": "周敏", "zhuren": "王建国"},
    "unit": {"rlb": "人力资源部", "cwb": "财务部"},
    "file": {"f1": "合同.pdf", "f2": "附件.docx"},
    "reference:seals": {"公章": "公章", "合同专用章": "合同专用章"},
}
CONSTANTS = {"initiator": "rlb1", "initiator_unit": "rlb", "today": "2026-09-17"}


def evaluate(text: str, variables: Mapping[str, Any]) -> Any:
    return compile_expression(text).evaluate({**variables, **CONSTANTS}, {})


def knows(kind: str, value: str) -> bool:
    return value in WORLD.get(kind, {})


def names(kind: str, value: str) -> str:
    return WORLD.get(kind, {}).get(value, value)


Check = Callable[..., forms.Checked]


@pytest.fixture(scope="session")
def seal_form() -> forms.Form:
    return forms.read_form(SEAL_FORM, "yongyin")


@pytest.fixture(scope="session")
def check(seal_form: forms.Form) -> Check:
    return partial(forms.check, seal_form, evaluate=evaluate, knows=knows)


@pytest.fixture(scope="session")
def draw(seal_form: forms.Form) -> Callable[..., forms.Drawing]:
    def drawing(data: Mapping[str, Any], rights: Mapping[str, str] | None = None, **more: Any) -> forms.Drawing:
        allowed = rights or forms.permissions("", seal_form, first=True)
        return forms.draw(seal_form, data, allowed, evaluate, names, **more)

    return drawing
