"""首问负责: who took a case in is told of every change until its end, and hands the duty over when they leave."""

from datetime import timedelta

from engine.model import Actor
from engine.runtime import Engine
from engine.store import instances as stored
from engine.store import knowers
from engine.verbs import definitions, doctor, instances, notifications, people, stopping, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.decay import change, noticed
from tests.support.joint import at
from tests.support.memo import FORM, HEAD, end, flow, service, task

FIELDS = """
[[field]]
id = "first_contact"
type = "person"
label = "首问责任人"
system = true
"""
DIAGRAM = (
    HEAD
    + '<bpmn:process id="asked" isExecutable="true"><bpmn:startEvent id="S" />'
    + task("P1", "受理", performer="post('wenshu', 'bgs')", limit="none", outcomes="done:受理", fields="*:write")
    + service("R", "set:first_contact=${results.P1.by}")
    + task("P2", "承办", performer="post('hegao', 'bgs')", limit="none", outcomes="done:办结")
    + task("P3", "回访", performer="first_contact()", limit="none", outcomes="done:办结")
    + end("E")
    + flow("S", "P1") + flow("P1", "R") + flow("R", "P2") + flow("P2", "P3") + flow("P3", "E")
    + "</bpmn:process></bpmn:definitions>"
)  # fmt: skip
PACKAGE = {
    "process.toml": b'key = "asked"\ntitle = "\xe5\x92\xa8\xe8\xaf\xa2"\ndiagram = "asked.bpmn"\nform = "asked"\n',
    "asked.bpmn": DIAGRAM.encode(),
    "forms/asked.toml": (FORM + FIELDS).encode(),
}


def heard(office: Engine, number: str, actor: Actor) -> list[str]:
    """Events that somebody was told about a case, the oldest first."""
    return [n.event for n in reversed(notifications.centre(office, actor, limit=100)) if n.number == number]


def test_who_began_a_case_hears_of_every_change_once(office: Engine, who: Login, clock: FakeClock) -> None:
    number = instances.start(office, "memo", {"title": "关于值班的签报"}, who("rlb1")).number
    assert instances.get(office, number, who("rlb1")).first_contact == who("rlb1").name

    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"))
    clock.advance(timedelta(seconds=11))
    told = next(n for n in notifications.centre(office, who("rlb1")) if n.event == "T-FIRST")
    assert who("vp_a").name in told.body
    stopping.suspend(office, number, who("admin"), reason="等待。")
    stopping.resume(office, number, who("admin"), reason="")
    work.return_to(office, at(office, who, number, "Sign").id, who("vp_a"), to="Draft", opinion="请改。")
    work.decide(office, at(office, who, number, "Draft").id, "submit", who("rlb1"))  # they did it themselves
    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"))
    clock.advance(timedelta(seconds=11))
    work.decide(office, at(office, who, number, "Sign").id, "approve", who("vp_a"))
    clock.advance(timedelta(seconds=11))
    stopping.terminate(office, number, who("admin"), reason="不再需要。")

    changes = ["T-FIRST", "T-STATE", "T-STATE", "T-RETURNED", "T-FIRST", "T-FIRST", "T-VOID"]
    assert heard(office, number, who("rlb1")) == changes


def test_who_received_it_is_the_first_contact_whoever_handles_it(office: Engine, who: Login, clock: FakeClock) -> None:
    definitions.deploy(office, PACKAGE)
    number = instances.start(office, "asked", {"title": "来电咨询"}, who("rlb1")).number
    work.decide(office, at(office, who, number, "P1").id, "done", who("wenshu_a"))
    assert instances.get(office, number, who("wenshu_a")).first_contact == who("wenshu_a").name

    work.transfer(office, at(office, who, number, "P2").id, "cwb1", who("hegao_a"), opinion="请承办。")
    work.decide(office, at(office, who, number, "P2").id, "done", who("cwb1"))

    assert at(office, who, number, "P3").performer_id == who("wenshu_a").id
    assert instances.get(office, number, who("wenshu_a")).first_contact == who("wenshu_a").name


def test_who_leaves_hands_the_duty_over_and_the_receiver_is_told_from_then_on(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    definitions.deploy(office, PACKAGE)
    number = instances.start(office, "asked", {"title": "来电咨询"}, who("rlb1")).number
    work.decide(office, at(office, who, number, "P1").id, "done", who("wenshu_a"))
    admin = who("admin")

    assert ("首问责任", number) in [(m.step, m.number) for m in people.preview_handover(office, "wenshu_a", admin)]
    done = people.deactivate(office, "wenshu_a", admin, to="cwb1")

    assert done is not None
    assert [(m.number, m.to) for m in done.moved if m.step == "首问责任"] == [(number, "cwb1")]
    view = instances.get(office, number, who("cwb1"))  # who has the duty may look
    assert view.first_contact == who("cwb1").name
    assert next(e.detail["to"] for e in view.history if e.verb == "first_contact") == who("cwb1").name
    work.decide(office, at(office, who, number, "P2").id, "done", who("hegao_a"))
    assert at(office, who, number, "P3").performer_id == who("cwb1").id
    assert "instance.contact" not in {f.code for f in doctor.examine(office).findings}


def test_a_secret_case_is_not_handed_to_who_may_not_know_it(office: Engine, who: Login, admin: Actor) -> None:
    number = instances.start(office, "memo", {"title": "商密签报"}, who("rlb1")).number
    with office.store.transaction() as tx:
        row = stored.by_number(tx, number)
        knowers.put(tx, row.id, ",gm,hegao_a,")

    done = people.deactivate(office, "rlb1", admin, to="cwb1")

    assert done is not None
    assert [(m.done, m.title) for m in done.moved if m.step == "首问责任"] == [(False, "（商密件，请登录后查看）")]
    assert ("instance.contact", number) in [(f.code, f.instance) for f in doctor.examine(office).findings]


def bundles(office: Engine, actor: Actor) -> list[str]:
    return [n.body for n in notifications.centre(office, actor, limit=100) if n.event == "T-FIRST-DAY"]


def test_the_steps_of_a_day_come_in_one_notice_for_whoever_wants_it_so(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    clock.at("2026-03-10 09:00")
    notifications.wish(office, who("rlb1"), channels={}, robots={}, digest=True, first_daily=True)
    first = instances.start(office, "memo", {"title": "关于值班的签报"}, who("rlb1")).number
    second = instances.start(office, "memo", {"title": "关于用车的签报"}, who("rlb1")).number
    urgent = instances.start(office, "memo", {"title": "抢修签报", "urgency": "特急"}, who("rlb1")).number
    for number in (first, second, urgent):
        work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"))
    clock.advance(timedelta(seconds=11))
    stopping.terminate(office, second, who("admin"), reason="不再需要。")

    assert notifications.send_first_digests(office) == 0  # not before the end of the day
    assert heard(office, first, who("rlb1")) == []
    assert heard(office, second, who("rlb1")) == ["T-VOID"]  # an end is told at once
    clock.advance(timedelta(seconds=11))
    assert heard(office, urgent, who("rlb1")) == ["T-FIRST"]  # and what is most urgent

    clock.at("2026-03-10 17:00")
    assert notifications.send_first_digests(office) == 1
    assert notifications.send_first_digests(office) == 0
    (body,) = bundles(office, who("rlb1"))
    assert "您首问的 2 件有 2 项进展" in body
    assert f"《关于值班的签报》（{first}）：03-10 09:00 到“签发”，由 {who('vp_a').name} 办理" in body
    assert second in body


def test_what_was_taken_back_or_happened_on_a_day_off_is_told_rightly(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    clock.at("2026-03-14 10:00")  # a Saturday
    notifications.wish(office, who("rlb1"), channels={}, robots={}, digest=True, first_daily=True)
    number = instances.start(office, "memo", {"title": "关于值班的签报"}, who("rlb1")).number
    other = instances.start(office, "memo", {"title": "关于用车的签报"}, who("rlb1")).number
    review = at(office, who, number, "Review").id
    work.decide(office, review, "approve", who("hegao_a"))
    work.retract(office, review, who("hegao_a"))
    work.decide(office, at(office, who, other, "Review").id, "approve", who("hegao_a"))

    clock.at("2026-03-14 17:30")
    assert notifications.send_first_digests(office) == 0
    clock.at("2026-03-16 17:30")
    assert notifications.send_first_digests(office) == 1

    (body,) = bundles(office, who("rlb1"))
    assert (number in body, other in body) == (False, True)


def test_what_is_not_as_it_was_written_is_told_when_it_is_mended(office: Engine, who: Login, clock: FakeClock) -> None:
    clock.at("2026-03-10 09:00")
    notifications.wish(office, who("rlb1"), channels={}, robots={}, digest=True, first_daily=True)
    number = instances.start(office, "memo", {"title": "关于值班的签报"}, who("rlb1")).number
    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"))
    change(office, "UPDATE first_change SET words = replace(words, '签发', '签罚')")

    clock.at("2026-03-10 17:00")
    assert notifications.send_first_digests(office) == 0
    assert noticed(office) == {"notice.altered"}
    change(office, "UPDATE first_change SET words = replace(words, '签罚', '签发')")
    clock.at("2026-03-11 17:00")
    assert notifications.send_first_digests(office) == 1
    assert "签发" in bundles(office, who("rlb1"))[0]
