"""What the forms of the packages refuse: the office's rules of domain.md, each with the field it is reported at."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import forms
from engine.demo.organisation import organisation
from engine.org import Directory, Unit
from engine.package import Package, read_package
from engine.progress.lookups import house_functions
from engine.runtime import evaluate
from engine.verbs.definitions import read_folder

# what a house knows in which every seal is in the safe and nothing was asked for before
QUIET_HOUSE: dict[str, Callable[..., Any]] = {
    "record": lambda _register, _label: {"state": "active"},
    "count_records": lambda *_: 0,
    "repeated": lambda *_: 0,
    "workdays": lambda *_: 0,
}
FOLDER = Path(__file__).resolve().parents[2] / "processes"
CONSTANTS = {"initiator": "rlb1", "initiator_unit": "rlb", "today": "2026-03-09", "number": ""} | {
    "now": "2026-03-09T10:00:00+08:00"
}


@cache
def units() -> Directory:
    """The units of the demo and nobody in them."""
    rows = enumerate(organisation().units)
    made = [Unit(n, u["code"], u["name"], u.get("short", ""), u.get("kind", "department")) for n, u in rows]
    return Directory(persons=(), units=tuple(made), posts=(), appointments=())


@cache
def package(key: str) -> Package:
    return read_package(read_folder(FOLDER / key))


def good(key: str, example: str) -> dict[str, Any]:
    """The start data of an example that passes."""
    script = tomllib.loads((FOLDER / key / "examples" / f"{example}.toml").read_text("utf-8"))
    return dict(script["start"]["data"])


def problems(key: str, step: str, data: Mapping[str, Any], previous: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where and why a submission at a step is refused."""
    opened = package(key)
    rights = forms.permissions(opened.plans[step].fields, opened.form, first=step == opened.manifest.first)
    found = forms.check(
        opened.form,
        data,
        previous=previous,
        permissions=rights,
        evaluate=lambda text, known: evaluate(text, {**known, **CONSTANTS}, QUIET_HOUSE | house_functions(units())),
        knows=lambda kind, value: True,
    )
    return [(p.path, p.code) for p in found.problems]


REPLY = {"genre": "批复", "title": "关于增资事项的批复"}
MINUTES = {"genre": "纪要", "title": "第3次总经理办公会纪要", "seal": None}
REQUEST = {
    "genre": "请示",
    "title": "关于拨付经费的请示",
    "contact": "郝宁 0531-68120101",
    "direction": "上行",
    "series": "华远",
    "main_to": ["gzw"],
}
UPWARD = {"direction": "上行", "series": "华远", "main_to": ["gzw"]}
Case = tuple[str, str, dict[str, Any], str | None]
STARTS: tuple[Case, ...] = (
    # ---- document issue (domain.md §2.5–§2.7, §2.10)
    ("document_issue", "fw-1", {}, None),
    ("document_issue", "fw-1", {"state_secret": True}, "state_secret"),
    ("document_issue", "fw-1", {"title": "关于做好值班工作的函"}, "title"),
    (
        "document_issue",
        "fw-1",
        {"genre": "请示", "title": "关于拨付经费的请示", "contact": "郝宁 0531-68120101"},
        "direction",
    ),
    ("document_issue", "fw-1", {"direction": "上行", "series": "华远", "main_to": ["gzw", "swb"]}, "main_to"),
    ("document_issue", "fw-1", {"urgency": "特急"}, "urgency_reason"),
    ("document_issue", "fw-1", {"urgency": "加急", "urgency_reason": "假期前须发出。"}, None),
    ("document_issue", "fw-1", {"classification": "普通商密", "access_list": ["gm"]}, "secrecy_term"),
    ("document_issue", "fw-1", {"topics": ["投资"], "cosign_depts": []}, "cosign_depts"),
    ("document_issue", "fw-1", {"cosign_depts": ["rlb", "cwb"]}, "cosign_depts"),
    ("document_issue", "fw-1", {"is_policy": True}, "need_legal"),
    ("document_issue", "fw-1", {"genre": "批复", "title": "关于增资事项的批复"}, "based_on"),
    ("document_issue", "fw-1", REPLY | {"based_on": "城建公司的请示"}, "receipt"),
    ("document_issue", "fw-1", REPLY | {"based_on": "华城建〔2026〕23号"}, None),
    ("document_issue", "fw-1", REPLY | {"based_on": "城建公司的请示", "receipt": "收〔2026〕2"}, None),
    ("document_issue", "fw-1", {"phone": "总机转"}, "phone"),
    ("document_issue", "fw-1", MINUTES, "based_on"),
    ("document_issue", "fw-1", MINUTES | {"based_on": "2026年第3次总经理办公会议"}, None),
    ("document_issue", "fw-1", REQUEST, None),
    ("document_issue", "fw-1", REQUEST | {"copy_to": ["zfb"]}, None),
    ("document_issue", "fw-1", REQUEST | {"copy_to": ["zfb", "ca"]}, "copy_to"),
    ("document_issue", "fw-1", REQUEST | {"series": "华远发"}, "series"),
    ("document_issue", "fw-1", {"genre": "函", "title": "关于供热数据的函", "direction": "平行"}, "series"),
    ("document_issue", "fw-1", {"main_to": ["ca", "gzw"]}, "main_to"),
    ("document_issue", "fw-1", {"topics": ["财务"], "cosign_depts": ["ahb"]}, "cosign_depts"),
    ("document_issue", "fw-1", {"topics": ["财务", "安全"], "cosign_depts": ["cwb", "ahb"]}, None),
    ("document_issue", "fw-1", {"body": "现印发如下。\n附件：1. 值班表"}, "attachments"),
    ("document_issue", "fw-1", {"genre": "决议", "title": "关于增资的决议"}, "based_on"),
    ("document_issue", "fw-1", {**UPWARD, "genre": "决定", "title": "关于表彰的决定"}, "direction"),
    ("document_issue", "fw-1", {**UPWARD, "genre": "意见", "title": "关于改革的意见"}, None),
    ("document_issue", "fw-1", {"classification": "秘密"}, "classification"),
    ("document_issue", "fw-1", {"genre": "命令", "title": "关于嘉奖的命令"}, "genre"),
    ("document_issue", "fw-1", {"title": "关于" + "做好值班工作" * 13 + "的通知"}, "title"),
    ("document_issue", "fw-1", REQUEST | {"contact": None}, "contact"),
    ("document_issue", "fw-1", REQUEST | {"main_to": ["gzw", "zfb"]}, "main_to"),
    ("document_issue", "fw-1", {"legal_kinds": ["担保"]}, "need_legal"),
    ("document_issue", "fw-1", {"legal_kinds": ["担保"], "need_legal": True}, None),
    ("document_issue", "fw-1", {"topics": ["风控"]}, "cosign_depts"),
    ("document_issue", "fw-1", {"topics": ["党建"], "cosign_depts": ["dqb"]}, None),
    (
        "document_issue",
        "fw-1",
        {"body": "印发如下。\n附件：1. 值班表\n附件2 名单", "attachments": ["a"]},
        "attachments",
    ),
    ("document_issue", "fw-1", {"body": "印发如下。\n附件1 值班表\n附件2 名单", "attachments": ["a", "b"]}, None),
    ("document_issue", "fw-1", REQUEST | {"answer_by": "2026-03-11"}, "answer_by"),
    (
        "document_issue",
        "fw-1",
        REQUEST | {"answer_by": "2026-03-11", "urgency": "加急", "urgency_reason": "资金到期。"},
        None,
    ),
    ("document_issue", "fw-1", {"joint_issuers": ["group", "ca"]}, "joint_issuers"),
    (
        "document_issue",
        "fw-1",
        {"classification": "核心商密", "access_list": ["gm"], "secrecy_term": "1年", "copy_no": "12"},
        "copy_no",
    ),
    # ---- seal use (domain.md §3.1, §3.5)
    ("seal_use", "yy-1", {}, None),
    ("seal_use", "yy-1", {"has_blank": True}, "has_blank"),
    ("seal_use", "yy-1", {"file_name": "空白合同"}, "has_blank"),
    ("seal_use", "yy-1", {"copies": 0}, "copies"),
    ("seal_use", "yy-1", {"counterparty": None}, "counterparty"),
    ("seal_use", "yy-1", {"amount": "-1.00"}, "amount"),
    ("seal_use", "yy-1", {"amount": "30000000.00"}, "resolution"),
    ("seal_use", "yy-1", {"guarantee": True}, "resolution"),
    ("seal_use", "yy-1", {"guarantee": True, "resolution": "董事会〔2026〕4号决议"}, None),
    ("seal_use", "off-site", {"off_witness": "rlb1"}, "off_witness"),
    ("seal_use", "off-site", {"off_witness": None}, "off_witness"),
    ("seal_use", "off-site", {"return_due": "2026-03-12T17:30:00+08:00"}, "return_due"),
    # ---- archive lending (domain.md §9, X01)
    ("archive_lending", "lent", {}, None),
    ("archive_lending", "lent", {"outsider": True, "introduction": "介字12号"}, "way"),
    ("archive_lending", "lent", {"way": "室内查阅", "outsider": True}, "introduction"),
)


@pytest.mark.parametrize(("key", "example", "changes", "field"), STARTS)
def test_a_start_form_refuses_what_the_rules_forbid(
    key: str, example: str, changes: dict[str, Any], field: str | None
) -> None:
    first = package(key).manifest.first or ""

    found = problems(key, first, good(key, example) | changes, package(key).empty)

    assert sorted({path for path, _code in found}) == ([field] if field else [])


def test_a_report_may_not_carry_a_request() -> None:
    data = good("document_issue", "fw-1") | {
        "genre": "报告",
        "title": "关于一季度经营情况的报告",
        "direction": "上行",
        "main_to": ["gzw"],
        "series": "华远",
        "body": "现将有关情况报告如下。所需资金，请批示。",
    }

    found = problems("document_issue", "FW10", data, package("document_issue").empty)

    assert found == [("body", "form.rule")]


LATER = {
    "postpone_until": "2026-03-20T17:30:00+08:00",
    "postpone_reason": "评估机构延后。",
    "postpone_done": "已清查。",
}
STEPS: tuple[Case, ...] = (
    ("document_issue", "FW40", {"g_policy": "不通过"}, "g_route"),
    ("document_issue", "FW40", {"g_policy": "通过"}, None),
    ("document_issue", "FW80", {"review_items": ["附件齐全"]}, "review_items"),
    ("document_issue", "FW110", {"sealed_copies": 19}, "sealed_copies"),
    ("document_issue", "FW110", {"sealed_copies": 19, "seal_note": "一份印坏作废"}, None),
    ("seal_use", "YY60", {"checks": ["审批手续完备", "无空白、填写完整"]}, "checks"),
    ("seal_use", "YY70", {"actual_copies": 3, "actual_places": 2, "straddle_done": True}, "actual_copies"),
    ("seal_use", "YY70", {"actual_copies": 2, "actual_places": 2}, "straddle_done"),
    ("seal_use", "YY75", {"off_receiver": "cb_liaison"}, "off_receiver"),
    ("archive_lending", "JY70", {"check_ok": False}, "check_ok"),
    ("archive_lending", "JY70", {"check_ok": False, "missing_pages": "缺第12页"}, None),
    (
        "document_rating",
        "PB50",
        {"issued_quality": "甲、乙、丙、丁、戊、己", "issued_handling": "甲"},
        "issued_quality",
    ),
    ("document_rating", "PB50", {"issued_quality": "甲、乙、丙、丁、戊", "issued_handling": "甲"}, None),
    ("seal_life", "YZ50", {"done_note": "已销毁。"}, "done_photos"),
    ("supervision", "DB80", LATER, None),
    ("supervision", "DB80", {**LATER, "postpone_until": "2026-03-12T17:30:00+08:00"}, "postpone_until"),
    ("supervision", "DB80", {**LATER, "postpone_until": "2026-03-25T17:30:00+08:00"}, "postpone_until"),
    ("supervision", "DB85", {"granted_until": "2026-03-18T17:30:00+08:00"}, None),
    ("supervision", "DB85", {"granted_until": "2026-03-21T17:30:00+08:00"}, "granted_until"),
)
HELD: dict[str, dict[str, Any]] = {
    "document_issue": {
        "g_route": "通过",
        "g_legal": "通过",
        "g_format": "通过",
        "g_text": "通过",
        "copies": 20,
    },
    "seal_use": {
        "copies": 2,
        "places": 2,
        "straddle": True,
        "mode": "外带",
        "valid_until": "2026-03-06T17:30:00+08:00",
    },
    "archive_lending": {},
    "document_rating": {},
    "seal_life": {"operation": "销毁"},
    "supervision": {
        "handed_over": "2026-03-02T10:00:00+08:00",
        "original_due": "2026-03-13T17:30:00+08:00",
        "due": "2026-03-13T17:30:00+08:00",
        "postpone_until": "2026-03-20T17:30:00+08:00",
    },
}


@pytest.mark.parametrize(("key", "step", "data", "field"), STEPS)
def test_a_step_refuses_what_the_rules_forbid(key: str, step: str, data: dict[str, Any], field: str | None) -> None:
    example = {
        "document_issue": "fw-1",
        "document_rating": "half-year",
        "seal_life": "lost",
        "seal_use": "off-site",
        "archive_lending": "lent",
        "supervision": "db-2",
    }[key]
    previous = {**package(key).empty, **good(key, example), **HELD[key]}

    found = problems(key, step, data, previous)

    assert found == ([(field, "form.rule")] if field else [])


@pytest.mark.parametrize(
    ("held", "refused"),
    [
        ({}, False),
        ({"due": "2026-03-09T09:59:59+08:00"}, True),  # asked for a second after the deadline: counts as late
        ({"postpones": 1}, False),
        ({"postpones": 2}, True),
    ],
)
def test_a_postponement_is_taken_before_the_deadline_and_twice_at_most(held: dict[str, Any], refused: bool) -> None:
    previous = {**package("supervision").empty, **good("supervision", "db-2"), **HELD["supervision"], **held}

    found = problems("supervision", "DB80", LATER, previous)

    assert found == ([("postpone_until", "form.rule")] if refused else [])
