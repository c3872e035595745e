"""The check-up finds every planted fault, one by one, names its instance, and finds nothing in a sound office."""

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from engine.runtime import Engine
from engine.store import house, shelf
from engine.store import instances as stored
from engine.verbs import definitions, doctor, instances, people, stopping, watching, work
from engine.verbs.doctor.findings import TEXTS
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.diagrams import LEAVE
from tests.support.joint import at
from tests.support.memo import MEMO
from tests.support.postgres import owning
from tests.support.telephone import enrol

OLD = "2020-01-01 00:00:00.000000"

# code -> statements that plant the fault into the instance :i with its open activity :a and work item :w
PLANTED: dict[str, tuple[str, ...]] = {
    "call.altered": (
        "INSERT INTO outgoing_call (instance_id, wait, element, wanted, state, next_try, asked_at, row_digest)"
        f" VALUES (:i, 'w', 'pay', 'http:pay', 'done', '{OLD}', '{OLD}', '1:another')",
    ),
    "archive.altered": (
        "INSERT INTO archive (instance_id, edition, state, ended_at, retention, next_try, row_digest)"
        f" VALUES (:i, 1, 'made', '{OLD}', '永久', '{OLD}', '1:another')",
    ),
    "instance.tokens": ("UPDATE activity SET token = 'gone' WHERE id = :a",),
    "instance.snapshot": ("UPDATE instance SET snapshot = :junk WHERE id = :i",),
    "activity.nobody": ("UPDATE work_item SET state = 'cancelled' WHERE id = :w",),
    "activity.deadline": ("UPDATE activity SET deadline = NULL WHERE id = :a",),
    "activity.ended": ("UPDATE instance SET state = 'completed' WHERE id = :i",),
    "item.nobody": ("UPDATE work_item SET performer_id = NULL, pool = NULL WHERE id = :w",),
    "item.gone": ("UPDATE person SET active = false WHERE id = (SELECT performer_id FROM work_item WHERE id = :w)",),
    "item.stray": ("UPDATE activity SET state = 'done' WHERE id = :a",),
    "item.duty": ("UPDATE work_item SET name = ' ' WHERE id = :w",),
    "item.order": (f"UPDATE work_item SET sort_at = '{OLD}' WHERE id = :w",),
    "item.paused": ("UPDATE work_item SET state = 'paused' WHERE id = :w",),
    "item.untold": ("DELETE FROM notification WHERE instance_id = :i",),
    "item.unlogged": ("DELETE FROM history WHERE instance_id = :i AND verb = 'submit'",),
    "item.twice": (
        "INSERT INTO history (instance_id, seq, at, verb, item_id, detail, hash)"
        f" VALUES (:i, 91, '{OLD}', 'decide', :w, '{{}}', ''), (:i, 92, '{OLD}', 'decide', :w, '{{}}', '')",
    ),
    "timer.missing": ("DELETE FROM timer WHERE activity_id = :a",),
    "timer.other": (f"UPDATE activity SET deadline = '{OLD}' WHERE id = :a",),
    "timer.stray": (
        "UPDATE timer SET activity_id = (SELECT min(id) FROM activity WHERE instance_id = :i)"
        " WHERE id = (SELECT max(id) FROM timer WHERE activity_id = :a)",
    ),
    "timer.ended": (
        "UPDATE activity SET state = 'done' WHERE id = :a",
        "UPDATE work_item SET state = 'cancelled' WHERE id = :w",
        "UPDATE instance SET state = 'completed' WHERE id = :i",
    ),
    "timer.paused": ("UPDATE timer SET state = 'paused' WHERE activity_id = :a",),
    "timer.dead": ("UPDATE timer SET state = 'dead' WHERE activity_id = :a",),
    "timer.unlogged": ("UPDATE timer SET state = 'fired' WHERE activity_id = :a",),
    "outbox.stray": ("UPDATE notification SET item_id = 999999 WHERE instance_id = :i",),
    "instance.altered": ("UPDATE instance SET variables = replace(variables, '平件', '加急') WHERE id = :i",),
    "item.altered": ("UPDATE work_item SET outcome = 'refuse' WHERE instance_id = :i AND state = 'done'",),
    "history.chain": ("UPDATE history SET detail = '{}' WHERE instance_id = :i AND seq = 1",),
    "file.missing": (
        "INSERT INTO attachment (instance_id, name, size, media_type, digest, uploaded_by, uploaded_at)"
        f" VALUES (:i, 'a.pdf', 1, 'application/pdf', 'ab12', 1, '{OLD}')",
    ),
    "activity.altered": ("UPDATE activity SET name = '复核' WHERE id = :a",),
    "timer.altered": ("UPDATE timer SET rung = 'late-9' WHERE activity_id = :a",),
    "attachment.altered": (
        "INSERT INTO attachment (instance_id, name, size, media_type, digest, uploaded_by, uploaded_at, row_digest)"
        f" VALUES (:i, 'a.pdf', 1, 'application/pdf', 'cd34', 1, '{OLD}', '1:another')",
    ),
    "knowers.altered": ("UPDATE instance SET known_to = ',gm,' WHERE id = :i",),
    "pause.altered": (
        "INSERT INTO pause (instance_id, code, basis, days, state, asked_by, asked_at, row_digest)"
        f" VALUES (:i, 'P2', '等批复', 3, 'asked', 1, '{OLD}', '1:another')",
    ),
    "consent.altered": (
        "INSERT INTO consent (instance_id, verb, state, asked_by, asked_at, facts, row_digest)"
        f" VALUES (:i, 'move', 'waiting', 1, '{OLD}', '{{}}', '1:another')",
    ),
    "choices.altered": (
        f"INSERT INTO follow (person_id, instance_id, at, row_digest) VALUES (1, :i, '{OLD}', '1:another')",
    ),
    "figures.altered": (
        "INSERT INTO settled_case (instance_id, month, process, person_id, started_at, returns, row_digest)"
        f" VALUES (:i, '2020-01', 'memo', 1, '{OLD}', 0, '1:another')",
    ),
    "instance.contact": ("UPDATE instance SET first_contact_id = NULL WHERE id = :i",),
    "archive.late": (
        "INSERT INTO archive (instance_id, edition, state, ended_at, retention, next_try)"
        f" VALUES (:i, 1, 'waiting', '{OLD}', '10年', '{OLD}')",
    ),
}  # fmt: skip
# the same for what belongs to no instance
OF_THE_HOUSE: dict[str, tuple[str, ...]] = {
    "key.unfinished": (f"INSERT INTO idempotency (key, digest, created_at) VALUES ('1:x', 'y', '{OLD}')",),
    "series.gap": (
        "INSERT INTO series (name, year, last) VALUES ('华远发', 2026, 3)",
        *(
            "INSERT INTO taken_number (series, year, ordinal, text, state, reason, taken_at)"
            f" VALUES ('华远发', 2026, {n}, '号', 'used', '', '{OLD}')"
            for n in (1, 3)
        ),
    ),
    "outbox.late": (
        "INSERT INTO delivery (notification_id, channel, state, attempts, next_try)"
        f" SELECT min(id), 'mail', 'waiting', 0, '{OLD}' FROM notification",
    ),
    "definition.altered": ("UPDATE definition SET digest = 'another' WHERE key = 'memo'",),
    "record.altered": (
        "INSERT INTO record (register, ordinal, label, state, data, created_at, digest)"
        f" VALUES ('seal', 1, 'YZ-1', '', '{{}}', '{OLD}', '1:another')",
    ),
    "draft.altered": (
        "INSERT INTO draft (person_id, scope, title, data, saved_at, row_digest)"
        f" VALUES (1, 'start:memo', '草稿', '{{}}', '{OLD}', '1:another')",
    ),
    "people.altered": ("UPDATE unit SET short = '人资部' WHERE code = 'rlb'",),
    "setting.altered": (
        "INSERT INTO notice_text (process, code, title, body, changed_at, changed_by, row_digest)"
        f" VALUES ('', 'N01', '题', '文', '{OLD}', 1, '1:another')",
    ),
    "session.altered": (
        "INSERT INTO token (digest, person_id, created_at, expires_at, row_digest)"
        f" VALUES ('ab', 1, '{OLD}', '{OLD}', '1:another')",
    ),
    "proposal.altered": (
        "INSERT INTO checklist_proposal (process, file, change, entry, given, why, state, at, row_digest)"
        f" VALUES ('memo', 'a.csv', 'drop', 'E1', '{{}}', '不用', 'open', '{OLD}', '1:another')",
    ),
    "number.altered": ("INSERT INTO series (name, year, last, row_digest) VALUES ('华远发', 2025, 3, '1:another')",),
    "job.altered": (
        "INSERT INTO job (kind, title, state, facts, asked_at, row_digest)"
        f" VALUES ('count', '清点', 'done', '{{}}', '{OLD}', '1:another')",
    ),
    "delivery.altered": (
        "INSERT INTO delivery (notification_id, channel, state, next_try, row_digest)"
        f" SELECT min(id), 'webhook', 'sent', '{OLD}', '1:another' FROM notification",
    ),
    "wait.astray": (
        "INSERT INTO delivery (notification_id, channel, state, next_try)"
        " SELECT min(id), 'wecom', 'waiting', '2226-03-09 01:00:00.000000' FROM notification",
    ),
    "schedule.altered": (
        "INSERT INTO scheduled_start (process, name, period, due, state, at, row_digest)"
        f" VALUES ('memo', 'monthly', '2026-01', '{OLD}', 'started', '{OLD}', '1:another')",
    ),
    "incident.altered": (
        "INSERT INTO incident (kind, message, facts, opened_at, row_digest)"
        f" VALUES ('stuck', '停滞', '{{}}', '{OLD}', '1:another')",
    ),
    "answer.altered": (
        "INSERT INTO idempotency (key, digest, answer, created_at, answer_digest)"
        f" VALUES ('1:once', 'd', '{{}}', '{OLD}', '1:another')",
    ),
    "post.empty": ("DELETE FROM appointment WHERE post_id IN (SELECT id FROM post WHERE code = 'hegao')",),
    "schedule.failed": (
        "INSERT INTO scheduled_start (process, name, period, due, state, at)"
        f" VALUES ('memo', 'monthly', '2026-02', '{OLD}', 'failed', '{OLD}')",
    ),
    "people.admin": ("UPDATE person SET roles = '[\"user\"]'",),
    "database.schema": ("UPDATE alembic_version SET version_num = '0000'",),
}


def started(engine: Engine, title: str) -> dict[str, Any]:
    """A memo that waits for its review: number, and the ids that the statements name."""
    actor = people.actor(engine, "rlb1")
    number = instances.start(engine, "memo", {"title": title, "urgency": "平件"}, actor).number
    with engine.store.reading() as tx:
        row = stored.by_number(tx, number)
        activity = stored.open_activities(tx, row.id)[0].id
    item = next(i for i in instances.get(engine, number, actor).items if i.state == "open").id
    return {"number": number, "i": row.id, "a": activity, "w": item}


def plant(engine: Engine, statements: tuple[str, ...], where: dict[str, Any]) -> None:
    with owning(engine) as owner, owner.store.transaction() as tx:
        for statement in statements:
            wanted = {k: v for k, v in {**where, "junk": b"{}"}.items() if f":{k}" in statement}
            tx.execute(text(statement), wanted)


def found(engine: Engine) -> set[tuple[str, str]]:
    """Codes and instances; the server of the tests is not durable, and says so."""
    engine.forget()
    return {(f.code, f.instance) for f in doctor.examine(engine).findings if f.code != "database.settings"}


def test_a_sound_office_shows_nothing_whatever_was_done_in_it(office: Engine, who: Login, clock: FakeClock) -> None:
    number = started(office, "关于值班的签报")["number"]
    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"))
    clock.advance(timedelta(seconds=11))
    work.return_to(office, at(office, who, number, "Sign").id, who("vp_a"), to="Draft", opinion="请改。")
    held = started(office, "关于培训的签报")["number"]
    stopping.suspend(office, held, who("admin"), reason="等待。")
    instances.withdraw(office, started(office, "关于设备的签报")["number"], who("rlb1"), reason="不办了。")
    stopping.terminate(office, started(office, "关于车辆的签报")["number"], who("admin"), reason="停办。")

    looked_at = doctor.examine(office)

    assert found(office) == set()
    assert looked_at.instances == 4


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_each_planted_fault_is_found_with_its_instance(sqlite_office: Engine, code: str) -> None:
    started(sqlite_office, "一件好的签报")
    bad = started(sqlite_office, "一件坏的签报")
    assert found(sqlite_office) == set()

    plant(sqlite_office, PLANTED[code], bad)

    assert (code, bad["number"]) in found(sqlite_office)


@pytest.mark.parametrize("code", sorted(OF_THE_HOUSE))
def test_each_planted_fault_of_the_house_is_found(sqlite_office: Engine, code: str) -> None:
    started(sqlite_office, "一件好的签报")

    plant(sqlite_office, OF_THE_HOUSE[code], {})

    assert (code, "") in found(sqlite_office)


@pytest.mark.postgres
def test_all_faults_at_once_are_told_apart_on_postgresql(postgres_office: Engine) -> None:
    bad = {code: started(postgres_office, code) for code in PLANTED}
    for code, statements in PLANTED.items():
        plant(postgres_office, statements, bad[code])
    for statements in OF_THE_HOUSE.values():
        plant(postgres_office, statements, {})

    told = found(postgres_office)

    assert {(code, bad[code]["number"]) for code in PLANTED} | {(code, "") for code in OF_THE_HOUSE} <= told


def test_an_attachment_that_is_not_what_was_uploaded_is_told(sqlite_office: Engine) -> None:
    bad, home = started(sqlite_office, "有附件的签报"), sqlite_office.settings.home
    digest = hashlib.sha256(b"%PDF-1.7").hexdigest()
    place = shelf.path_of(home, digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"%PDF-1.7")
    plant(sqlite_office, (PLANTED["file.missing"][0].replace("ab12", digest),), bad)
    before = found(sqlite_office)

    place.write_bytes(b"%PDF-1.6")

    assert before == set()
    assert found(sqlite_office) == {("file.altered", bad["number"])}


def hang(engine: Engine, bad: dict[str, Any]) -> None:
    """Take everything away by hand that could move a memo."""
    with engine.store.transaction() as tx:
        snapshot = json.loads(stored.by_id(tx, bad["i"]).snapshot)
        snapshot["tokens"] = snapshot["tokens"][:1]
        for statement in (
            "UPDATE instance SET snapshot = :s WHERE id = :i",
            "UPDATE activity SET state = 'cancelled' WHERE id = :a",
            "UPDATE work_item SET state = 'cancelled' WHERE id = :w",
            "UPDATE timer SET state = 'cancelled' WHERE activity_id = :a",
        ):
            given = {**bad, "s": json.dumps(snapshot).encode()}
            tx.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})


def test_an_instance_that_hangs_is_told(office: Engine) -> None:
    bad = started(office, "停住的签报")
    hang(office, bad)

    # it was made to hang by hand, and that shows too
    codes = ("instance.stuck", "instance.altered", "item.altered")
    assert found(office) == {(code, bad["number"]) for code in codes}


STUB = LEAVE.replace(
    '<bpmn:userTask id="approve" name="部门审批" camunda:assignee="${initiator}" />',
    '<bpmn:serviceTask id="approve" name="发工资" camunda:class="com.example.Pay" />',
)
TIMED = LEAVE.replace(
    '<bpmn:userTask id="approve" name="部门审批" camunda:assignee="${initiator}" />',
    '<bpmn:intermediateCatchEvent id="approve"><bpmn:timerEventDefinition>'
    "<bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
)


def waiting_at(office: Engine, who: Login, diagram: str) -> str:
    """The number of an instance that stands at the second element of the diagram."""
    key = definitions.deploy(office, {"leave.bpmn": diagram.encode()}).key
    number = instances.start(office, key, {"title": "请假"}, who("rlb1")).number
    for item in instances.get(office, number, who("rlb1")).items:
        if item.state == "open":
            work.decide(office, item.id, "approve", who("rlb1"))
    return number


def test_waiting_for_work_that_nobody_has_bound_must_be_an_incident(office: Engine, who: Login) -> None:
    number = waiting_at(office, who, STUB)
    assert {code for code, _ in found(office)} == {"incident.open", "stub.unbound"}

    plant(office, ("DELETE FROM incident",), {})

    assert ("instance.unseen", number) in found(office)


def test_a_timer_event_that_is_not_armed_is_told(office: Engine, who: Login) -> None:
    number = waiting_at(office, who, TIMED)
    assert found(office) == set()

    plant(office, ("UPDATE timer SET state = 'cancelled' WHERE kind = 'wake'",), {})

    assert found(office) == {("timer.wake", number)}


def test_an_end_that_nobody_was_told_of_is_found(office: Engine, who: Login) -> None:
    number = started(office, "关于车辆的签报")["number"]
    stopping.terminate(office, number, who("admin"), reason="停办。")

    plant(office, ("DELETE FROM notification WHERE kind = 'copy'",), {})

    assert found(office) == {("outbox.end", number)}


def test_a_clock_that_stands_still_and_a_calendar_that_ends_are_told(office: Engine, clock: FakeClock) -> None:
    started(office, "没人计时的签报")
    clock.at("2026-12-01 09:00")

    assert found(office) == {("clock.late", ""), ("calendar.year", "")}


def test_an_incident_and_an_open_secret_are_told(office: Engine) -> None:
    with office.store.transaction() as tx:
        house.open_incident(tx, kind="test", message="坏了", at=office.now())
    key = office.settings.home / "secret.key"
    key.write_text("x", encoding="ascii")
    key.chmod(0o644)

    assert found(office) == {("incident.open", ""), ("secret.open", "")}


def test_second_factors_without_their_key_are_told(office: Engine) -> None:
    enrol(office, "cwb1")
    assert found(office) == set()
    key = office.settings.home / "factor.key"
    kept = key.read_text(encoding="ascii")

    key.write_text(kept[::-1], encoding="ascii")
    assert found(office) == {("factor.unreadable", "")}
    key.unlink()
    assert found(office) == {("factor.unreadable", "")}
    assert not key.exists()


def test_an_outbox_that_is_held_is_told(office: Engine) -> None:
    with office.store.transaction() as tx:
        house.beat(tx, "outbox held", office.now(), {})

    assert found(office) == {("outbox.held", "")}


def test_a_hasty_setting_and_a_damaged_file_are_told(sqlite_office: Engine) -> None:
    def hasten(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA foreign_keys=OFF")

    event.listen(sqlite_office.store.engine, "connect", hasten)
    sqlite_office.store.engine.dispose()
    plant(sqlite_office, (f"INSERT INTO draft (person_id, scope, data, saved_at) VALUES (999, 'x', '1', '{OLD}')",), {})

    told = {(f.code, f.what) for f in doctor.examine(sqlite_office).findings}

    assert {what for code, what in told if code == "database.settings"} == {"synchronous=OFF", "foreign_keys=OFF"}
    assert "database.damaged" in {code for code, _ in told}


def test_a_server_that_may_forget_commits_is_told(postgres_office: Engine) -> None:
    whats = {f.what for f in doctor.examine(postgres_office).findings if f.code == "database.settings"}

    assert {"fsync=off", "synchronous_commit=off"} <= whats


def test_every_finding_says_what_to_do_in_two_languages() -> None:
    words = ("zh", "en", "repair_zh", "repair_en")

    assert [code for code, told in TEXTS.items() if not all(told.get(word) for word in words)] == []


def test_what_the_calendar_should_have_started_and_nobody_answers_for_is_found(
    office: Engine, clock: FakeClock
) -> None:
    daily = '\n[[schedule]]\nname = "daily"\ntitle = "日报"\nevery = "day"\nperformer = "performer()"\n'
    clock.at("2026-03-09 08:00")
    definitions.deploy(office, {**MEMO, "process.toml": MEMO["process.toml"] + daily.encode()})
    before = found(office)
    clock.at("2026-03-09 09:30")

    assert ("schedule.nobody", "") in before
    assert found(office) - before == {("schedule.late", "")}


def test_a_notice_whose_words_were_edited_is_found(office: Engine, who: Login) -> None:
    instances.start(office, "memo", {"title": "关于值班的签报"}, who("rlb1"))
    before = found(office)
    with office.store.transaction() as tx:
        tx.execute(text("UPDATE notification SET body = 'x'"))

    assert {code for code, _ in found(office) - before} == {"notice.altered"}


def test_a_mark_that_the_record_of_the_house_knows_of_is_missed(office: Engine) -> None:
    watching.look(office)
    before = found(office)

    plant(office, ("DELETE FROM heartbeat WHERE name = 'rows guarded 2'",), {})

    assert found(office) - before == {("database.mark", "")}


def test_every_finding_can_be_found() -> None:
    elsewhere = set(re.findall(r'"([a-z]+\.[a-z]+)"', Path(__file__).read_text(encoding="utf-8")))

    assert set(TEXTS) - elsewhere == set()


def test_every_finding_is_documented_and_as_grave_as_it_is() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "doctor.md").read_text(encoding="utf-8")

    told = re.findall(r"^\| `([a-z.]+)` \| (\w+) \|", page, re.MULTILINE)
    assert sorted(told) == sorted((code, doctor.Finding(code, "", "").severity) for code in TEXTS)
