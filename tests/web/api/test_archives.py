"""Archives, the numbers of a year, the handbook and the template of a checklist over HTTP."""

import io
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from engine.runtime import Engine
from tests.support.clock import FakeClock
from tests.web.api.test_calls import json
from tests.web.conftest import Sign
from tests.web.test_archives import filed

LIST = "/processes/meeting_preparation/checklist"


def test_the_file_of_a_case_is_found_fetched_and_its_paper_placed(office: Engine, clock: FakeClock, sign: Sign) -> None:
    number = filed(office, clock)
    clerk, drafter, stranger = sign("wenshu_a"), sign("rlb1"), sign("tzb1")

    found = json(clerk.get("/archives", lacks="paper"))
    (line,) = json(drafter.get(f"/instances/{number}/archives"))["lines"]
    package = drafter.get(f"/archives/{line['id']}/package")
    body = {"number": "WS-9", "place": "全宗 1—2026—永久—3 盒—7"}
    refused = drafter.post(f"/archives/{line['id']}/paper", body)
    filed_now = clerk.post(f"/archives/{line['id']}/paper", body, key="paper-1")
    again = clerk.post(f"/archives/{line['id']}/paper", body, key="paper-1")

    assert ([one["number"] for one in found["lines"]], found["counts"]["total"]) == ([number], 1)
    assert line["state"] == "缺纸质"
    assert package.mimetype == "application/zip"
    assert "处理单.pdf" in zipfile.ZipFile(io.BytesIO(package.data)).namelist()
    assert refused.status_code == 403
    assert (filed_now.status_code, json(again)) == (200, json(filed_now))
    assert [e["verb"] for e in json(clerk.get(f"/instances/{number}"))["history"]].count("paper") == 1
    assert json(clerk.get(f"/instances/{number}/archives"))["lines"][0]["state"] == "双套齐全"
    assert json(stranger.get("/archives"))["lines"] == []
    assert stranger.get(f"/archives/{line['id']}/package").status_code == 404
    assert clerk.get("/archives", lacks="everything").status_code == 400


def test_the_numbers_of_a_year_and_what_they_count(sign: Sign) -> None:
    leader = sign("gm")

    found = json(leader.get("/reports/year", year="2026"))
    listed = json(leader.get(f"/reports/year/{found['figures'][0]['code']}", year="2026"))

    assert (found["year"], found["complete"]) == (2026, False)
    assert {"code", "title", "unit", "definition", "value", "target", "share", "parts"} <= set(found["figures"][0])
    assert (listed["year"], listed["total"]) == (2026, len(listed["entries"]))
    assert leader.get("/reports/year/N99", year="2026").status_code == 404
    assert leader.get("/reports/year", year="1999").status_code == 400
    assert sign("tzb1").get("/reports/year").status_code == 403


def cells(answer: TestResponse) -> list[list[Any]]:
    """The first sheet of an Excel file."""
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def test_the_numbers_of_a_year_and_of_a_month_are_fetched_as_excel(sign: Sign) -> None:
    leader = sign("gm")
    figures = json(leader.get("/reports/year", year="2026"))["figures"]

    year, month = leader.get("/reports/year.xlsx", year="2026"), leader.get("/reports/timeliness/2026-03.xlsx")

    assert [row[0] for row in cells(year) if row[2] == "合计"] == [one["code"] for one in figures]
    assert "year-2026.xlsx" in year.headers["Content-Disposition"]
    assert any("2026-03" in str(cell) for row in cells(month) for cell in row)
    assert sign("tzb1").get("/reports/year.xlsx").status_code == 403
    assert leader.get("/reports/year.xlsx", year="1999").status_code == 400
    assert leader.get("/reports/timeliness/soon.xlsx").status_code == leader.get("/reports/timeliness/soon").status_code


def test_the_handbook_is_fetched_by_the_office(sign: Sign) -> None:
    book = sign("wenshu_a").get("/handbook/archive_lending")

    assert (book.status_code, book.data[:4]) == (200, b"%PDF")
    assert sign("tzb1").get("/handbook/archive_lending").status_code == 403


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"entry": "Z99"}, "checklist.revision"),
        ({"owner": "外星人"}, "checklist.revision"),
        ({"due": "明天"}, "checklist.revision"),
        ({"change": "改一改"}, "request.invalid"),
        ({"why": " "}, "work.opinion"),
    ],
)
def test_what_cannot_be_carried_out_is_not_proposed(sign: Sign, changes: dict[str, Any], code: str) -> None:
    clerk = sign("huiwu_a")
    body = {"change": "修改", "entry": "A05", "due": "T-9", "why": "报批太紧。"}

    answer = clerk.post(f"{LIST}/proposals", body | changes)

    assert (answer.status_code, json(answer)["code"]) == (422, code)
    assert json(clerk.get(LIST))["proposals"] == []


def test_a_clerk_proposes_and_whoever_keeps_the_list_makes_it_the_next_version(office: Engine, sign: Sign) -> None:
    clerk, keeper = sign("huiwu_a"), sign("ducha_a")
    body = {"change": "修改", "entry": "A05", "due": "T-9", "why": "报批太紧。"}

    assert clerk.post(f"{LIST}/proposals", body).status_code == 201
    assert json(clerk.post(f"{LIST}/proposals", body))["code"] == "checklist.twice"
    other = {"change": "取消", "entry": "A07", "why": "与 A06 合并。"}
    assert clerk.post(f"{LIST}/proposals", other).status_code == 201
    second, first = json(keeper.get(LIST))["proposals"]
    assert (first["entry"], first["given"], first["by"]) == ("A05", {"截止": "T-9"}, first["by"])
    seen = json(keeper.post(f"{LIST}/versions/preview", {"proposals": [first["id"]]}))
    assert seen["changed"] == [
        {"change": "change", "entry": "A05", "title": seen["changed"][0]["title"], "fields": [["截止", "T-10", "T-9"]]}
    ]
    assert clerk.post(f"{LIST}/versions", {"proposals": [first["id"]], "note": "。"}).status_code == 403
    declined = keeper.post(f"{LIST}/proposals/{second['id']}/decline", {"reason": "仍要分开。"})
    made = keeper.post(f"{LIST}/versions", {"proposals": [first["id"]], "note": "办公会同意。"})
    twice = keeper.post(f"{LIST}/versions", {"proposals": [first["id"]], "note": "办公会同意。"})

    assert (declined.status_code, made.status_code, json(made)) == (200, 201, {"versions": 1})
    assert (twice.status_code, json(twice)["code"]) == (409, "checklist.answered")
    files = {file["file"]: file for file in json(clerk.get(LIST))["files"]}
    assert files["checklists/meeting.csv"]["version"] == 1
    assert next(r["due"] for r in files["checklists/meeting.csv"]["rows"] if r["id"] == "A05") == "T-9"
