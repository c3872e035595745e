"""Attachments of a case: whose they become, how many, and that what was decided on stays (A39, A41, A42)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine import open_engine
from engine.errors import BadInput, Conflict, NotFound, TooLarge
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import files as rows
from engine.store import instances as stored
from engine.verbs import definitions, files, instances, people, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, lines
from tests.support.memo import FORM, diagram, end, flow, manifest, task

PAPER = {
    "process.toml": manifest("paper", "文稿"),
    "forms/form.toml": (FORM + '[[field]]\nid = "papers"\ntype = "files"\nlabel = "附件"\n').encode(),
    "main.bpmn": diagram(
        "paper",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task("Check", "核稿", performer="post('hegao')", limit="1WD", outcomes="approve:同意"),
        task("Sign", "签发", performer="person('vp_a')", limit="1WD", outcomes="approve:签发", fields="papers:write"),
        task("File", "归档", performer="person('wenshu_a')", limit="1WD", fields="papers:write"),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Check"),
        flow("Check", "Sign"),
        flow("Sign", "File"),
        flow("File", "Done"),
    ),
}

Put = Callable[..., str]


@pytest.fixture
def put(office: Engine, who: Login) -> Put:
    """Upload as somebody; the id of the file."""
    definitions.deploy(office, PAPER)

    def upload(login: str, content: bytes = b"%PDF-1.4 one", name: str = "方案.pdf") -> str:
        return files.put(office, name, [content], who(login)).id

    return upload


def began(office: Engine, who: Login, *papers: str) -> str:
    return instances.start(office, "paper", {"title": "关于检查的方案", "papers": list(papers)}, who("rlb1")).number


def approve(office: Engine, who: Login, number: str, element: str, login: str, *papers: str) -> None:
    item = at(office, who, number, element)
    data = {"papers": list(papers)} if papers else {}
    work.decide(office, item.id, "approve", who(login), data=data)


def test_a42_what_somebody_decided_on_is_not_replaced(office: Engine, who: Login, put: Put) -> None:
    first, other = put("rlb1"), put("rlb1", b"%PDF-1.4 other")
    number = began(office, who, first, other)
    approve(office, who, number, "Check", "hegao_a")
    again = put("vp_a", b"%PDF-1.4 two")

    with pytest.raises(Conflict) as refused:
        approve(office, who, number, "Sign", "vp_a", again, other)

    assert refused.value.reason == "file.frozen"
    assert who("hegao_a").name in refused.value.message_zh
    assert "方案.pdf" in refused.value.message_zh
    assert instances.get(office, number, who("auditor")).data["papers"] == [first, other]
    approve(office, who, number, "Sign", "vp_a", first, other, again)
    assert instances.get(office, number, who("auditor")).data["papers"] == [first, other, again]


def test_a42_the_record_of_a_decision_holds_the_digests_of_what_lay_before_it(
    office: Engine, who: Login, put: Put
) -> None:
    paper = put("rlb1")
    number = began(office, who, paper)

    approve(office, who, number, "Check", "hegao_a")

    entry = lines(office, who, number, "decide")[-1]
    assert entry.detail["files"] == {paper: files.of_instance(office, number, who("hegao_a"))[0].digest}


def test_a42_after_a_return_papers_may_be_mended(office: Engine, who: Login, put: Put) -> None:
    number = began(office, who, put("rlb1"))
    approve(office, who, number, "Check", "hegao_a")
    item = at(office, who, number, "Sign")
    work.return_to(office, item.id, who("vp_a"), to="Draft", opinion="附件有误。")
    mended = put("rlb1", b"%PDF-1.4 mended")

    work.decide(office, at(office, who, number, "Draft").id, "submit", who("rlb1"), data={"papers": [mended]})

    assert instances.get(office, number, who("auditor")).data["papers"] == [mended]


def test_what_a_later_step_adds_belongs_to_the_case_and_others_read_it(office: Engine, who: Login, put: Put) -> None:
    number = began(office, who)
    approve(office, who, number, "Check", "hegao_a")
    added = put("vp_a")

    approve(office, who, number, "Sign", "vp_a", added)

    assert files.get(office, added, who("rlb1"))[0].name == "方案.pdf"
    with pytest.raises(NotFound):
        files.get(office, added, who("cwb1"))


def test_a_file_that_somebody_else_has_only_uploaded_is_nobodys_to_take(office: Engine, who: Login, put: Put) -> None:
    theirs = put("cwb1")

    with pytest.raises(BadInput) as refused:
        began(office, who, theirs)

    assert refused.value.reason == "form.unknown_value"  # said at the field, before any file is touched
    with pytest.raises(NotFound):
        files.get(office, theirs, who("rlb1"))


def test_a39_a_thousand_files_are_enough_for_one_case(office: Engine, who: Login, put: Put) -> None:
    number = began(office, who)
    with office.store.transaction() as tx:
        instance, me = stored.by_number(tx, number), who("rlb1")
        for n in range(1_000):
            rows.add(
                tx,
                instance_id=instance.id,
                item_id=None,
                name=f"{n}.pdf",
                size=1,
                media_type="application/pdf",
                digest="0" * 64,
                uploaded_by=me.id,
                uploaded_at=office.now(),
            )
    approve(office, who, number, "Check", "hegao_a")
    one_more = put("vp_a")

    with pytest.raises(BadInput) as refused:
        approve(office, who, number, "Sign", "vp_a", one_more)

    assert refused.value.reason == "file.quota"
    assert at(office, who, number, "Sign")


def test_a39_what_one_person_sends_in_a_day_is_bounded(office: Engine, who: Login, clock: FakeClock) -> None:
    settings = Settings(
        home=office.settings.home, database_url=office.settings.database_url, max_upload_mb=1, daily_upload_mb=1
    )
    engine = open_engine(now=clock, settings=settings)
    half = b"%PDF-" + bytes(600_000)

    def send(login: str) -> None:
        files.put(engine, "扫描件.pdf", [half], people.actor(engine, login))

    send("rlb1")
    with pytest.raises(TooLarge) as refused:
        send("rlb1")
    send("cwb1")
    clock.at("2026-03-10 09:01")
    send("rlb1")
    with pytest.raises(TooLarge) as large:
        files.put(engine, "扫描件.pdf", [half, half], people.actor(engine, "rlb1"))
    engine.close()

    assert (refused.value.reason, large.value.reason) == ("file.quota", "file.too_large")


def test_a41_two_uploads_of_one_name_at_once_are_both_kept(office: Engine, who: Login, put: Put) -> None:
    together = Barrier(2)

    def upload(content: bytes) -> str:
        together.wait()
        return put("rlb1", content)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(upload, (b"%PDF-1.4 one", b"%PDF-1.4 two"))

    kept = [files.get(office, one_id, who("rlb1")) for one_id in (one, two)]
    assert [path.read_bytes() for _row, path in kept] == [b"%PDF-1.4 one", b"%PDF-1.4 two"]
    assert {row.name for row, _path in kept} == {"方案.pdf"}
