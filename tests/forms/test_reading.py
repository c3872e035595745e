"""What a form file may say, and that everything wrong with one is said at once."""

import re

import pytest

import forms
from forms.patterns import PATTERNS

ONE = '[[field]]\nid = "a"\ntype = "text"\nlabel = "甲"\n'


def faults(text: str) -> dict[str, str]:
    with pytest.raises(forms.FormError) as caught:
        forms.read_form(text, "t")
    assert caught.value.code == "form.schema"
    return {fault.where: fault.message_en for fault in caught.value.faults}


def test_fields_may_stand_by_themselves_or_inside_sections() -> None:
    form = forms.read_form(
        'title = "表"\n'
        + ONE
        + '[[section]]\ntitle = "一"\nfields = ["a", {id = "b", type = "integer", label = "乙"}]',
        "t",
    )

    assert [field.id for field in form.fields] == ["a", "b"]
    assert form.sections == (forms.Section("一", "一", ("a", "b")),)


def test_a_form_without_sections_is_one_section() -> None:
    assert forms.read_form('title = "表"\n' + ONE, "t").sections[0].fields == ("a",)


def test_all_faults_come_at_once() -> None:
    found = faults("""
        [[field]]
        id = "outcome"
        type = "text"
        label = "结论"
        [[field]]
        id = "kind"
        type = "wheel"
        label = "种类"
        [[rule]]
        when = "kind == 1"
        field = "missing"
        message = "不对"
    """)

    assert set(found) == {"表单", "outcome", "kind", "第 1 个 rule"}


RESERVED = (
    "outcome",
    "results",
    "initiator",
    "number",
    "today",
    "typename",
    "constructor",
    "__proto__",
    "LIMIT",
    "1a",
    "a-b",
    "甲",
)


@pytest.mark.parametrize("id", RESERVED)
def test_a_reserved_or_malformed_id_is_refused(id: str) -> None:
    assert id in faults(f'title = "表"\n[[field]]\nid = "{id}"\ntype = "text"\nlabel = "甲"')


def test_urgency_may_be_a_field() -> None:
    form = forms.read_form('title = "表"\n[[field]]\nid = "urgency"\ntype = "text"\nlabel = "紧急程度"', "t")

    assert "urgency" in form.by_id


@pytest.mark.parametrize(
    "line",
    [
        '"$ref" = "http://example.org/schema"',
        "x-component = 'function(){}'",
        "pattern = '^(a+)+$'",
        "pattern = 7",
        'options = ["a"]',
        'fields = [{id = "b", type = "text", label = "乙"}]',
        "min = 3",
        "max_length = -1",
        "max_length = true",
        'required = ""',
        "visible = 1",
        "default = 7",
        "help = 7",
    ],
)  # fmt: skip
def test_anything_else_a_field_says_is_a_fault(line: str) -> None:
    """A32."""
    assert "a" in faults('title = "表"\n' + ONE + line)


@pytest.mark.parametrize(
    "field",
    [
        'type = "select"',
        'type = "select"\noptions = []',
        'type = "select"\noptions = ["a", "a"]',
        'type = "select"\noptions = [1]',
        'type = "reference"',
        'type = "rows"',
        'type = "rows"\nfields = [{id = "b", type = "rows", label = "乙"}]',
        'type = "rows"\nfields = [{id = "b", type = "text", label = "乙", system = true}]',
        'type = "date"\nmin = "yesterday"',
        'type = "money"\nmax = "many"',
    ],
)
def test_a_type_needs_what_it_needs(field: str) -> None:
    found = faults(f'title = "表"\n[[field]]\nid = "a"\nlabel = "甲"\n{field}')

    assert all(where.startswith("a") for where in found)


def test_ten_thousand_fields_are_refused() -> None:
    """A32."""
    many = "".join(f'[[field]]\nid = "f{n}"\ntype = "text"\nlabel = "字段"\n' for n in range(10_000))

    assert set(faults('title = "表"\n' + many)) <= {"表单", "文件"}


@pytest.mark.parametrize(
    "text", ["title = ", "= 1", "a" * 300_000, "x = " + "[" * 5_000, "n = " + "9" * 10_000], ids=range(5)
)
def test_a_broken_file_is_a_fault_and_no_crash(text: str) -> None:
    assert "文件" in faults(text)


def test_a_field_stands_in_exactly_one_section() -> None:
    two = ONE + ONE.replace('"a"', '"b"')

    assert set(faults('title = "表"\n' + two + '[[section]]\nfields = ["a", "a", "c"]')) == {"a", "b", "c"}


def test_an_id_is_used_once() -> None:
    assert faults('title = "表"\n' + ONE + ONE) == {"a": "the id is used twice"}


def test_every_expression_is_listed_for_whoever_deploys_the_form(seal_form: forms.Form) -> None:
    found = dict(seal_form.expressions())

    assert found["amount required"] == "kind == '合同'"
    assert found["items.why visible"] == "rush"
    assert found["dept default"] == "${initiator_unit}"
    assert found["rule 1 when"] == "kind == 'letter' and copies > 1"


def test_the_json_schema_names_every_field(seal_form: forms.Form) -> None:
    schema = forms.json_schema(seal_form)

    assert set(schema["properties"]) == set(seal_form.by_id)
    assert schema["additionalProperties"] is False


MATCHES = {
    "phone": ("010-68123456", "+86 010-68123456", "68123456转801"),
    "mobile": ("13800138000",),
    "email": ("wang@huayuan.example.cn",),
    "doc_no": ("华远发〔2026〕12号", "华远发[2026]12号"),
    "letter_no": ("供水函〔2026〕9号", "国资委通报[2026]第3期"),
    "year": ("2026",),
    "digits": ("0042",),
    "code": ("AB-1_2",),
    "credit_code": ("91110000100003962T",),
}


def test_every_named_pattern_matches_what_it_is_for_and_nothing_hostile() -> None:
    """A32, A22: a form names a pattern and never brings a regular expression."""
    assert set(MATCHES) == set(PATTERNS)
    for name, good in MATCHES.items():
        expression = re.compile(PATTERNS[name].expression)
        assert all(expression.search(text) for text in good), name
        assert not any(expression.search(text) for text in ("", "<script>", "a" * 5_000 + "!", "1" * 5_000 + "x!")), (
            name
        )


@pytest.mark.parametrize(
    "typed", ["华远发[2026]12号", "华远发(2026)12号", "华远发（2026）12号", "华远发【2026】12号", "华远发〔2026〕12号"]
)
def test_the_year_of_a_document_number_is_written_in_its_own_brackets(typed: str) -> None:
    form = forms.read_form(
        'title = "表"\n[[field]]\nid = "no"\ntype = "text"\nlabel = "字号"\npattern = "doc_no"\n', "t"
    )

    checked = forms.check(
        form,
        {"no": typed},
        previous={},
        permissions={"no": "write"},
        evaluate=lambda _t, _k: None,
        knows=lambda _k, _v: True,
    )

    assert (checked.problems, checked.data["no"]) == ((), "华远发〔2026〕12号")


@pytest.mark.parametrize(
    "wrong",
    [
        "华远发〔2026〕012号",
        "华远发〔26〕1号",
        "华〔2026〕1号",
        "华远发〔2026〕第1号",
        "华远发〔2026〕1",
        "华远发〔1926〕1号",
    ],
)
def test_a_document_number_has_no_empty_places_and_its_year_in_full(wrong: str) -> None:
    assert not re.search(PATTERNS["doc_no"].expression, wrong)


def test_a_reference_says_which_states_it_takes_and_what_it_takes_over() -> None:
    form = forms.read_form(
        'title = "表"\n'
        '[[field]]\nid = "seal"\ntype = "reference"\nlabel = "印章"\nregister = "seal"\nstates = ["made", "active"]\n'
        'take = { kind = "kind" }\n[[field]]\nid = "kind"\ntype = "text"\nlabel = "类型"\nsystem = true\n',
        "t",
    )

    assert form.by_id["seal"].source == "seal:made,active"
    assert form.by_id["seal"].take == {"kind": "kind"}


def test_only_the_engine_writes_what_is_taken_over_from_a_record() -> None:
    reference = '[[field]]\nid = "seal"\ntype = "reference"\nlabel = "印章"\nregister = "seal"\n'

    assert "take: a must be a system field" in faults(reference + 'take = { a = "kind" }\n' + ONE)["seal"]
    assert faults(reference + "take = 3\nstates = 4\n")["seal"]
