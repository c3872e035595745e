"""``/archives``: the register of archives, its packages, and where the paper lies."""

import io
import zipfile
from datetime import timedelta

from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import archives, definitions, instances, people, work
from tests.engine.verbs.test_archives import PACKAGE
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in


def filed(office: Engine, clock: FakeClock) -> str:
    """An ended case whose package is made and whose paper nobody has filed."""
    definitions.deploy(office, PACKAGE)
    number = instances.start(office, "filed", {"title": "=1+1 购置签报"}, people.actor(office, "rlb1")).number
    clerk = people.actor(office, "wenshu_a")
    item = next(i for i in instances.get(office, number, clerk).items if i.element == "P2")
    work.decide(office, item.id, "done", clerk, opinion="归档。")
    clock.advance(timedelta(minutes=20))
    assert archives.make_due(office) == 1
    return number


def test_a_clerk_enters_the_paper_and_the_file_is_complete(
    office: Engine, client: FlaskClient, clock: FakeClock
) -> None:
    number = filed(office, clock)
    clerk = sign_in(client, "wenshu_a")
    line = archives.page(office, people.actor(office, "wenshu_a")).lines[0]
    paper = f"/archives/{line.id}/paper?lacks=paper"

    page = clerk.get("/archives?lacks=paper").text
    assert "缺纸质" in page
    assert number in page
    refused = post(clerk, paper, page="/archives?lacks=paper", number="WS-9", place="")
    assert refused.status_code == 422
    assert "请填写纸质档号和位置" in refused.text
    assert 'value="WS-9"' in refused.text
    done = post(clerk, paper, page="/archives?lacks=paper", number="WS-9", place="一库 1 架")
    assert (done.status_code, done.location) == (303, "/archives?lacks=paper")
    assert "没有符合条件" in clerk.get("/archives?lacks=paper").text
    assert "双套齐全" in clerk.get("/archives?year=2026&q=WS-9").text
    table = clerk.get("/archives/export.csv?year=2026").data.decode("utf-8-sig")
    assert "'=1+1 购置签报" in table
    assert "双套齐全" in table


def test_the_package_is_fetched_from_the_case(office: Engine, client: FlaskClient, clock: FakeClock) -> None:
    number = filed(office, clock)
    person = sign_in(client, "rlb1")
    line = archives.of_instance(office, number, people.actor(office, "rlb1"))[0]

    assert f"/archives/{line.id}/package" in person.get(f"/d/{number}/files").text
    answer = person.get(f"/archives/{line.id}/package")

    assert answer.headers["Content-Disposition"] == f"attachment; filename={number}.zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert "manifest.json" in package.namelist()


def test_wrong_filters_are_said_and_others_find_nothing(office: Engine, client: FlaskClient, clock: FakeClock) -> None:
    number = filed(office, clock)
    person = sign_in(client, "cwb1")

    assert number not in person.get("/archives").text
    for wrong in ("retention=5", "lacks=all", "year=99999"):
        assert person.get(f"/archives?{wrong}").status_code in (400, 422)
