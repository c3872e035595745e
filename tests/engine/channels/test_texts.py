"""Texts of notices: every code fills, missing facts leave nothing, and the sandbox holds."""

import pytest

from engine.channels import load_texts, render, shipped_texts
from engine.errors import InvalidPackage
from engine.limits import shipped_ladders

FACTS = {
    "process": "发文",
    "title": "关于国庆值班的通知",
    "number": "华远发〔2026〕12号",
    "urgency": "特急",
    "step": "会签",
    "due": "09-22 17:30",
    "remaining": "剩 1 天",
    "performer": "张伟",
    "unit": "信息中心",
    "k": 3,
    "copied": "分管领导",
    "answer_by": "1 个工作日",
    "seal": "合同章",
    "keeper": "印章管理员甲",
    "principal": "王芳",
    "substitute": "李强",
    "source": "某公司请示",
    "reasons": "R-MIXED",
    "opinion": "改用请示",
    "year": 2027,
    "result": "离岗 1 人",
    "n": 4,
    "actor": "赵敏",
    "person": "王芳",
    "from_step": "核稿",
    "outcome": "已印发",
    "phone": True,
}


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("T-NEW", "【待办】发文《关于国庆值班的通知》到达“会签”，请于 09-22 17:30 前办理。【特急】"),
        ("T-WARN", "【预警】《关于国庆值班的通知》“会签”将于 09-22 17:30 到期（剩 1 天），当前办理人 张伟。"),
        ("T-DUE", "【到期】《关于国庆值班的通知》“会签”（09-22 17:30）今日到期，请立即办理或按规定提出延期。"),
        (
            "T-OVER",
            "【逾期3个工作日】《关于国庆值班的通知》“会签”自 09-22 17:30 逾期，办理人 张伟，已抄送 分管领导，"
            "请说明原因。请电话联系。",
        ),
        (
            "T-RED",
            "【红色督办单】华远发〔2026〕12号《关于国庆值班的通知》逾期未办结，"
            "请 信息中心 于 1 个工作日 内书面说明并推进。",
        ),
        (
            "T-YELLOW",
            "【黄色督办单】华远发〔2026〕12号《关于国庆值班的通知》未达序时进度，请 信息中心 说明原因，采取措施，"
            "确保 09-22 17:30 前办结。",
        ),
        (
            "T-BLUE",
            "【蓝色督办单】华远发〔2026〕12号《关于国庆值班的通知》临近办结时限，请 信息中心 于 09-22 17:30 前办结，"
            "确有困难的按规定提出延期。",
        ),
        (
            "T-SEAL-RETURN",
            "【用印外带】合同章应于 09-22 17:30 归还，当前未归还，请立即归还并报 印章管理员甲。请电话联系。",
        ),
        ("T-AB", "【代办】王芳 不在岗，《关于国庆值班的通知》由 李强 代办（代 王芳 办理）。"),
        ("T-RETURN-DOC", "【退文】某公司请示 经初审不合格（原因：R-MIXED），修改意见：改用请示。"),
        ("T-ROSTER", "【目录同步】今日按目录服务更新人员：离岗 1 人。详情见组织与人员。"),
        (
            "T-ACCOUNT",
            "【账号】王芳：赵敏离岗 1 人。如不是您知道或同意的操作，请立即联系安全管理员和审计员。",
        ),
        ("T-HOLIDAY", "【日历】2027 法定日历未导入，4 个截止时间为暂定，请管理员处理。"),
        (
            "T-URGE",
            "【催办】赵敏催办：《关于国庆值班的通知》“会签”应于 09-22 17:30 前办结（剩 1 天），"
            "请尽快办理。附言：改用请示",
        ),
        (
            "T-RETURNED",
            "【退回】《关于国庆值班的通知》由 赵敏 从“核稿”退回到“会签”，请于 09-22 17:30 前处理。"
            "原因：R-MIXED。意见：改用请示",
        ),
        ("T-DONE", "【办结】发文《关于国庆值班的通知》（华远发〔2026〕12号）已办结，结论：已印发。改用请示"),
        (
            "T-VOID",
            "【已作废】发文《关于国庆值班的通知》（华远发〔2026〕12号）已结束，经办人 赵敏，"
            "编号与办理记录保留。原因：改用请示",
        ),
    ],
)
def test_a_notice_says_what_the_office_wrote(code: str, body: str) -> None:
    assert render(code, FACTS)[1] == body


@pytest.mark.parametrize("code", shipped_texts())
def test_every_text_stands_with_few_facts(code: str) -> None:
    title, body = render(code, {"process": "发文", "title": "通知", "step": "会签", "due": None})

    assert title
    assert "None" not in title + body
    assert "{{" not in title + body
    assert "\n" not in title


def test_every_ladder_speaks_with_a_text_that_exists() -> None:
    for ladder in shipped_ladders().values():
        for rung in (*ladder.rungs, *([ladder.daily] if ladder.daily else [])):
            assert rung.template in shipped_texts(), (ladder.name, rung.key)


def test_ordinary_matters_carry_no_mark_of_urgency() -> None:
    title, body = render("T-NEW", {**FACTS, "urgency": "平件"})

    assert title.startswith("【待办】")
    assert body.endswith("前办理。")


@pytest.mark.parametrize(
    ("state", "word"),
    [("rejected", "【未予通过】"), ("withdrawn", "【已撤销】"), ("terminated", "【已终止】"), ("voided", "【已作废】")],
)
def test_an_end_without_result_is_called_by_its_name(state: str, word: str) -> None:
    title, body = render("T-VOID", {**FACTS, "state": state, "reason": "会议取消"})

    assert title.startswith(word)
    assert body.startswith(word)
    assert body.endswith("原因：会议取消")


def test_the_digest_lists_its_lines() -> None:
    title, body = render("T-DIGEST", {"today": 2, "late": 1, "lines": ["《甲》 今日 17:30", "《乙》 超期 1 天"]})

    assert title == "【今日待办】今日到期 2 件，逾期 1 件，待阅 0 件"
    assert body.splitlines()[1:] == ["《甲》 今日 17:30", "《乙》 超期 1 天"]


def test_facts_are_values_and_never_templates() -> None:
    title, _ = render("T-DUE", {"title": "{{ 7 * 7 }}{% for x in y %}", "step": "a\r\nBcc: all@example.com"})

    assert "{{ 7 * 7 }}" in title
    assert "\n" not in title
    assert "\r" not in title


def test_a_package_may_speak_in_its_own_words() -> None:
    own = load_texts('[T-NEW]\ntitle = "请阅 {{ title }}"\nbody = "请阅。"\n')

    assert render("T-NEW", FACTS, own) == ("请阅 关于国庆值班的通知", "请阅。")
    assert render("T-DUE", FACTS, own) == render("T-DUE", FACTS)


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ title.__init__.__globals__ }}",
        "{{ lines.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{{ title / 0 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '长' * 10000000000 }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ title | center(9999999999) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 1 / 0 }}",
    ],
)
def test_a_text_cannot_reach_outside_its_facts(body: str) -> None:
    with pytest.raises(InvalidPackage, match="T-X"):
        render("T-X", {"title": "通知", "lines": []}, load_texts(f"[T-X]\ntitle = 't'\nbody = '''{body}'''\n"))


@pytest.mark.parametrize(
    "text",
    [
        "[T-X",
        "[T-X]\ntitle = 'a'\n",
        "[T-X]\ntitle = ''\nbody = 'b'\n",
        "[T-X]\ntitle = 'a'\nbody = 'b'\nsubject = 'c'\n",
        "[T-X]\ntitle = 'a'\nbody = '{% if %}'\n",
        "[T-X]\ntitle = '{{ a '\nbody = 'b'\n",
        "T-X = 1\n",
    ],
)
def test_a_broken_text_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(InvalidPackage, match="notice text"):
        load_texts(text)


@pytest.mark.parametrize("name", ["cycler", "joiner", "namespace", "lipsum", "dict", "range", "title.format.__func__"])
def test_names_of_the_template_language_itself_are_unknown(name: str) -> None:
    own = load_texts(f"[T-X]\ntitle = 't'\nbody = '({{{{ {name} }}}})'\n")

    assert render("T-X", {"title": "通知"}, own)[1] == "()"


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(InvalidPackage, match="T-NOWHERE"):
        render("T-NOWHERE", FACTS)
