"""``/sla`` without scripts: the tester, the table of a process, limits and ladders set in versions."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.browsing import post, sign_in

TABLE = "/sla/document_issue"
EDIT = f"{TABLE}/set?element=FW20"
LADDER = f"{TABLE}/ladders/ESC-DOC"


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    """The administrator looks."""
    return sign_in(client, "admin")


def row(page: str, element: str) -> str:
    found = re.search(rf'<tr id="e-{element}">.*?</tr>', page, re.S)
    assert found
    return found[0]


def test_the_tester_explains_and_says_what_is_wrong(admin: FlaskClient) -> None:
    page = admin.get("/sla?limit=4WH&start=2026-11-13T16:30").text

    assert 'data-figure="due">2026-11-16 11:30<' in page
    assert "跳过：周末" in page
    assert "暂定" in admin.get("/sla?limit=5WD&start=2026-12-30T10:00").text
    assert "无法识别" in admin.get("/sla?limit=soon&start=2026-11-13T16:30").text
    assert "收到时间不对" in admin.get("/sla?limit=4WH&start=yesterday").text


def test_a_limit_is_set_shown_with_its_version_and_withdrawn(admin: FlaskClient) -> None:
    assert "1 个工作日" in row(admin.get(TABLE).text, "FW20")

    sent = {"element": "FW20", "scope": "", "limit": "1CH/4WH/2WD", "reasons": ["P2", "P4"], "note": "议定"}
    kept = post(admin, f"{TABLE}/set", page=EDIT, **sent)

    assert kept.status_code == 303
    shown = row(admin.get(TABLE).text, "FW20")
    assert "2 个工作日" in shown
    assert "第 1 版" in shown
    assert "P2、P4" in shown
    assert post(admin, f"{TABLE}/withdraw", page=EDIT, element="FW20", scope="", note="恢复").status_code == 303
    assert "第 1 版" not in row(admin.get(TABLE).text, "FW20")


@pytest.mark.parametrize("fields", [{"limit": "很快"}, {"note": ""}, {"warn": "soon"}, {"ladder": "ESC-X"}])
def test_what_cannot_be_a_limit_is_said_in_the_dialog(admin: FlaskClient, fields: dict[str, str]) -> None:
    sent = {"element": "FW20", "scope": "", "limit": "1WD", "note": "议定", **fields}

    answer = post(admin, f"{TABLE}/set", page=EDIT, **sent)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_ladder_is_shown_rewritten_and_brought_back(admin: FlaskClient) -> None:
    text = re.search(r'name="text"[^>]*>(.*?)</textarea>', admin.get(LADDER).text, re.S)
    assert text
    written = text[1].replace("&#34;", '"').replace("&#39;", "'").replace("day+7", "day+9")

    assert post(admin, LADDER, page=LADDER, scope="", text=written, note="放宽").status_code == 303
    page = admin.get(TABLE).text
    assert "到期后第 9 个工作日 08:30" in page
    assert "改写第 1 版" in page
    refused = post(admin, LADDER, page=LADDER, scope="", text="[ESC-DOC]", note="错")
    assert refused.status_code == 422
    assert post(admin, f"{LADDER}/withdraw", page=LADDER, scope="", note="恢复").status_code == 303
    assert "改写第 1 版" not in admin.get(TABLE).text


def test_others_may_look_or_not_at_all(client: FlaskClient) -> None:
    designer = sign_in(client.application.test_client(), "designer")
    assert designer.get(TABLE).status_code == 200
    assert "/set?element=" not in designer.get(TABLE).text
    clerk = sign_in(client.application.test_client(), "rlb1")
    for path in ("/sla", TABLE, EDIT, LADDER):
        assert clerk.get(path).status_code == 403, path
    assert sign_in(client, "admin").get(f"{TABLE}/set?element=FW99").status_code == 404


def test_pages_carry_no_inline_style_or_script(admin: FlaskClient) -> None:
    for path in ("/sla?limit=4WH&start=2026-11-13T16:30", TABLE, EDIT, LADDER):
        assert not re.search(r"<[^>]+\sstyle=|<script(?![^>]+src=)|\son\w+=", admin.get(path).text), path
