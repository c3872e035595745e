"""用词检查 (domain.md M028): what is found is shown, settled with a reason, waived or put right; both databases."""

from io import BytesIO

import pytest
from docx import Document

from engine.errors import BadInput, Conflict, InvalidProcess, NotAllowed
from engine.lexicon import Allowance, Checked
from engine.runtime import Engine
from engine.verbs import definitions, files, instances, people, registers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.memo import MEMO

FORM = (
    MEMO["forms/form.toml"]
    + """
[[field]]
id = "text"
type = "textarea"
label = "正文"
[[field]]
id = "papers"
type = "files"
label = "附件"
""".encode()
)
SHAPE = """
title = "词库"
label = "{word}"
writers = ["clerk"]
recorded = true
[states]
active = "启用"
stopped = "停用"
[moves]
active = ["stopped"]
stopped = ["active"]
[[column]]
id = "word"
label = "词语"
required = true
[[column]]
id = "kind"
label = "类别"
type = "select"
options = ["错别字", "不规范", "敏感", "禁用"]
required = true
[[column]]
id = "suggestion"
label = "建议"
[[column]]
id = "since"
label = "启用日期"
type = "date"
[[seed]]
word = "帐户"
kind = "错别字"
suggestion = "账户"
[[seed]]
word = "内部口径"
kind = "敏感"
[[seed]]
word = "全国第一"
kind = "禁用"
[[seed]]
word = "明日之词"
kind = "禁用"
since = "2026-03-10"
"""
LOOKS, GATE = "title, text, papers", "title, text, papers; waive: post('zhuren')"


def with_words(first: str = LOOKS, review: str = GATE) -> dict[str, bytes]:
    """The memo with a dictionary that its draft and its review are looked through with."""
    said = '<camunda:property name="words" value="{}" />'
    drafting, fields = 'name="performer" value="initiator()" />', 'name="fields" value="checked:write'
    main = MEMO["main.bpmn"].decode().replace(drafting, drafting + said.format(first))
    main = main.replace(f'{fields}" />', f'{fields}, text:write, papers:write" />{said.format(review)}')
    return {**MEMO, "forms/form.toml": FORM, "registers/lexicon.toml": SHAPE.encode(), "main.bpmn": main.encode()}


@pytest.fixture
def house(office: Engine) -> Engine:
    definitions.deploy(office, with_words())
    return office


def draft(house: Engine, who: Login, text: str, papers: list[str] | None = None) -> int:
    """A memo with its editor; the item."""
    data = {"title": "关于对账的签报", "text": text, "papers": papers or []}
    number = instances.start(house, "memo", data, who("rlb1")).number
    found = work.mine(house, number, who("hegao_a"))
    assert found is not None
    return found


def check(house: Engine, item: int, who: Login, login: str = "hegao_a") -> Checked:
    found = work.check_words(house, item, who(login))
    assert found is not None
    return found


def refusal(house: Engine, item: int, who: Login, words: Allowance | None = None, **data: str) -> str:
    with pytest.raises((BadInput, Conflict)) as refused:
        work.decide(house, item, "approve", who("hegao_a"), data=data, words=words)
    return refused.value.reason


def test_every_finding_is_ticked_off_with_one_reason_which_the_record_keeps(house: Engine, who: Login) -> None:
    item = draft(house, who, "帐户、帐户，按内部口径。")

    assert [(f.key, f.kind, f.count, f.suggestion) for f in check(house, item, who).findings] == [
        ("text:帐户", "错别字", 2, "账户"),
        ("text:内部口径", "敏感", 1, ""),
    ]
    assert refusal(house, item, who) == "work.words"
    assert refusal(house, item, who, Allowance(("text:帐户",), "引文。")) == "work.words"
    assert refusal(house, item, who, Allowance(("text:帐户", "text:内部口径"), "  ")) == "work.words_reason"
    done = work.decide(
        house, item, "approve", who("hegao_a"), words=Allowance(("text:帐户", "text:内部口径"), "引用原文。")
    )

    entry = next(e for e in instances.get(house, done.number, who("auditor")).history if e.verb == "decide")
    assert entry.detail["words"]["allowed"] == ["text:帐户", "text:内部口径"]
    assert entry.detail["words"]["reason"] == "引用原文。"
    assert [f["word"] for f in entry.detail["words"]["found"]] == ["帐户", "内部口径"]


def test_what_is_put_right_needs_no_tick_and_taking_back_takes_the_verdicts_back(house: Engine, who: Login) -> None:
    item = draft(house, who, "帐户，按内部口径。")
    ticks = Allowance(("text:内部口径",), "已核定。")

    done = work.decide(house, item, "approve", who("hegao_a"), data={"text": "账户，按内部口径。"}, words=ticks)
    work.retract(house, item, who("hegao_a"))

    assert done.next[0].element == "Sign"
    assert [f.verdict for f in check(house, item, who).findings] == ["", ""]


def test_a_verdict_holds_for_as_many_as_it_was_given_for(house: Engine, who: Login) -> None:
    item = draft(house, who, "按内部口径。")
    done = work.decide(house, item, "approve", who("hegao_a"), words=Allowance(("text:内部口径",), "已核定。"))
    signer = work.mine(house, done.number, who("vp_a"))
    assert signer is not None
    work.return_to(house, signer, who("vp_a"), to="Review", opinion="再核。", reasons=["R-TEXT"])
    again = work.mine(house, done.number, who("hegao_a"))
    assert again is not None

    assert [(f.verdict, f.by) for f in check(house, again, who).findings] == [("allowed", "hegao_a")]
    assert refusal(house, again, who, text="按内部口径，仍按内部口径。") == "work.words"
    assert work.decide(house, again, "approve", who("hegao_a")).next[0].element == "Sign"


def test_a_banned_word_stands_only_by_the_word_of_whoever_may_waive(house: Engine, who: Login) -> None:
    item = draft(house, who, "清理“全国第一”一类用语。")
    number = work.view(house, item, who("hegao_a")).instance.number

    assert refusal(house, item, who) == "work.words_banned"
    assert refusal(house, item, who, Allowance(("text:全国第一",), "引用。")) == "work.words_banned"
    assert not check(house, item, who).may_waive
    with pytest.raises(NotAllowed):
        work.waive(house, number, who("hegao_a"), keys=["text:全国第一"], reason="引用。")
    with pytest.raises(BadInput) as unknown:
        work.waive(house, number, who("zhuren"), keys=["text:没有"], reason="引用。")
    assert unknown.value.reason == "work.words_key"
    assert [f.word for f in work.waivable(house, number, who("zhuren"))] == ["全国第一"]
    work.waive(house, number, who("zhuren"), keys=["text:全国第一"], reason="引用被清理的用语。", key="k")
    work.waive(house, number, who("zhuren"), keys=["text:全国第一"], reason="引用被清理的用语。", key="k")

    assert [(f.verdict, f.by) for f in check(house, item, who).findings] == [("waived", "zhuren")]
    assert work.waivable(house, number, who("zhuren")) == ()
    work.decide(house, item, "approve", who("hegao_a"))
    history = instances.get(house, number, who("auditor")).history
    assert [e.opinion for e in history if e.verb == "waive"] == ["引用被清理的用语。"]


def test_refusing_and_returning_need_no_tick_and_say_what_was_found(house: Engine, who: Login) -> None:
    item = draft(house, who, "全国第一的帐户。")
    done = work.return_to(house, item, who("hegao_a"), to="Draft", opinion="请改。", reasons=["R-TEXT"])
    entry = next(e for e in instances.get(house, done.number, who("auditor")).history if e.verb == "return")
    assert [f["word"] for f in entry.detail["words"]["found"]] == ["全国第一", "帐户"]
    other = draft(house, who, "全国第一的帐户。")
    assert work.decide(house, other, "refuse", who("hegao_a"), opinion="不宜发文。").state == "rejected"


def test_the_drafter_is_shown_what_keeps_nobody(house: Engine, who: Login) -> None:
    typed = {"title": "全国第一的签报", "text": "帐户"}

    found = work.check_start(house, "memo", typed, who("rlb1"))

    assert found is not None
    assert ([f.key for f in found.findings], found.gate) == (["title:全国第一", "text:帐户"], False)
    assert instances.start(house, "memo", typed, who("rlb1")).next[0].element == "Review"
    assert work.check_start(house, "vote", {"title": "全国第一"}, who("rlb1")) is None


def word_file(house: Engine, who: Login, text: str) -> str:
    document, content = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(content)
    return files.put(house, "送审稿.docx", [content.getvalue()], who("rlb1")).id


def test_an_attached_draft_is_looked_through_and_what_has_no_text_is_named(house: Engine, who: Login) -> None:
    scan = files.put(house, "扫描件.pdf", [b"%PDF-1.7 scan"], who("rlb1")).id
    item = draft(house, who, "请审。", [word_file(house, who, "核对帐户。"), scan])

    checked = check(house, item, who)

    assert [(f.key, f.place) for f in checked.findings] == [("papers/送审稿.docx:帐户", "附件 送审稿.docx")]
    assert checked.unread == ("扫描件.pdf",)
    key = checked.findings[0].key
    assert work.decide(house, item, "approve", who("hegao_a"), words=Allowance((key,), "旧名。")).next


def test_nobody_learns_by_the_check_what_stands_in_a_file_of_somebody_else(house: Engine, who: Login) -> None:
    strange = word_file(house, who, "全国第一")

    found = work.check_start(house, "memo", {"title": "签报", "papers": [strange]}, who("cwb1"))

    assert found is not None
    assert (found.findings, found.unread) == ((), ())


def test_a_word_counts_from_its_day_until_it_is_stopped_and_the_house_remembers_both(
    house: Engine, who: Login, clock: FakeClock
) -> None:
    item = draft(house, who, "明日之词、帐户、新词。")
    clerk = who("wenshu_a")

    assert [f.word for f in check(house, item, who).findings] == ["帐户"]
    clock.set("2026-03-10T09:00:00+08:00")
    registers.add(house, "lexicon", {"word": "新词", "kind": "不规范"}, clerk)
    line = next(one for one in registers.rows(house, "lexicon", clerk).lines if one.label == "帐户")
    registers.change(house, line.id, {}, "不再提示。", clerk, state="stopped")

    assert [f.word for f in check(house, item, who).findings] == ["明日之词", "新词"]
    told = [e for e in people.house_entries(house, who("auditor")) if e.verb == "register"]
    assert [(e.by, e.detail["lines"][0]["label"], e.detail["lines"][0]["state"]) for e in told] == [
        ("wenshu_a", "帐户", "stopped"),
        ("wenshu_a", "新词", "active"),
    ]


def test_words_come_from_a_table_all_or_none_with_every_fault_by_row(house: Engine, who: Login) -> None:
    clerk = who("wenshu_a")
    good, bad = "词语,类别,建议\n贵司,不规范,贵公司\n帐户,敏感,账户\n", "词语,类别\n贵司,骂人\n,禁用\n"

    faults = registers.preview(house, "lexicon", bad.encode(), "词.csv", clerk).faults
    with pytest.raises(BadInput):
        registers.take_in(house, "lexicon", bad.encode(), "词.csv", clerk)
    registers.take_in(house, "lexicon", good.encode(), "词.csv", clerk)

    assert {fault.line for fault in faults} == {2, 3}
    item = draft(house, who, "贵司帐户。")
    assert [(f.word, f.kind) for f in check(house, item, who).findings] == [("贵司", "不规范"), ("帐户", "敏感")]
    (entry,) = [e for e in people.house_entries(house, who("auditor")) if e.verb == "register"]
    assert entry.detail["many"] == 2


@pytest.mark.parametrize("said", ["nothing", "; waive: post('zhuren')", "title; waive:", "title; by: post('zhuren')"])
def test_a_package_says_fields_that_there_are_and_who_waives(office: Engine, said: str) -> None:
    with pytest.raises(InvalidProcess):
        definitions.deploy(office, with_words(review=said))
