"""A58 to A66: what belongs to others stays theirs, nobody approves their own request, and names give no rights."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask

from engine.errors import BadInput, NotAllowed, SanbanError
from engine.runtime import Engine
from engine.verbs import files, instances, people, work
from tests.browser.office import DOCUMENT
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.web.attacks.conftest import House
from tests.web.attacks.test_interface import told
from tests.web.attacks.test_lists_and_files import LENDING
from tests.web.cases import DRAFTER, HEAD, document, item_of, seal_use
from tests.web.conftest import Caller, Sign

STRANGER = "cwb1"
ACTS = {
    "decision": {"outcome": "approve"}, "return": {"to": "FW10", "opinion": "退。"}, "transfer": {"to": STRANGER},
    "claim": None, "release": None, "retract": None, "urge": {}, "consult": {"to": [STRANGER], "question": "？"},
    "add": {"to": [STRANGER]}, "circulate": {"to": [STRANGER]}, "delegate": {"to": STRANGER},
}  # fmt: skip


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a58_nothing_can_be_done_with_the_item_of_another(house: House, act: str) -> None:
    stranger = house.caller(STRANGER)

    with house.unchanged():
        answers = [stranger.post(f"/items/{house.item + n}/{act}", ACTS[act]) for n in (0, 1)]
        answers.append(stranger.get(f"/items/{house.item}"))

    assert [answer.status_code for answer in answers] == [404 if act in ("retract", "urge") else 403, 404, 404]
    # neither title nor number nor who had it
    assert house.number not in "".join(answer.text for answer in answers)


def test_a59_a_file_of_another_is_neither_read_nor_taken(house: House) -> None:
    secret = files.put(house.engine, "机密.pdf", [b"%PDF-1.4 secret"], people.actor(house.engine, "vp_b"))
    stranger, number = house.caller(DRAFTER), house.number
    house.caller(HEAD)
    thief, mine = people.actor(house.engine, DRAFTER), {**DOCUMENT, "title": "关于借看他人附件的请示"}
    field = "attachments"
    house.person(DRAFTER)

    with house.unchanged():
        read = house.person(DRAFTER).open(f"/files/{secret.id}")
        taken = stranger.post("/instances", {"process": "document_issue", "data": {**mine, field: [secret.id]}})
        beside = house.caller(HEAD).post(
            f"/items/{house.item}/decision",
            {"outcome": "approve", "opinion": "同意。", "attachments": [secret.id]},
        )
        with pytest.raises(SanbanError):
            instances.start(house.engine, "document_issue", mine, thief, attachments=[secret.id])

    assert number
    assert (read.status_code, taken.status_code, beside.status_code) == (404, 422, 422)
    assert told(beside)["code"] == "file.unknown"


def test_a59_what_one_has_uploaded_or_the_case_has_is_accepted(office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    head, drafter = people.actor(office, HEAD), people.actor(office, DRAFTER)
    own = files.put(office, "意见.pdf", [b"%PDF-1.4 own"], head)
    there = files.put(office, "附件.pdf", [b"%PDF-1.4 there"], drafter, instance=number)

    work.decide(
        office, item_of(office, number, HEAD), "approve", head, opinion="同意。", attachments=[own.id, there.id]
    )

    assert {f.name for f in files.of_instance(office, number, drafter)} == {"意见.pdf", "附件.pdf"}


def test_a60_what_is_done_cancelled_or_over_is_not_done_again(office: Engine, sign: Sign, clock: FakeClock) -> None:
    done, withdrawn = document(office, clock), document(office, clock)
    head, drafter = sign(HEAD), people.actor(office, DRAFTER)
    first, second = item_of(office, done, HEAD), item_of(office, withdrawn, HEAD)
    instances.withdraw(office, withdrawn, drafter, reason="写错了。")
    body = {"outcome": "approve", "opinion": "同意。"}
    assert head.post(f"/items/{first}/decision", body).status_code == 200

    answers = [head.post(f"/items/{item}/decision", body) for item in (first, second)]

    assert [(a.status_code, told(a)["code"]) for a in answers] == [
        (409, "work.already_handled"),
        (409, "work.not_offered"),
    ]


def test_a61_nobody_gets_their_own_request_to_approve(office: Engine, clock: FakeClock) -> None:
    """Neither by transfer nor by delegation nor as a signer; substitutes and groups are tried in the tests of org."""
    number = seal_use(office, clock)
    head = people.actor(office, HEAD)
    item = item_of(office, number, HEAD)

    acts: tuple[Callable[[], object], ...] = (
        lambda: work.transfer(office, item, DRAFTER, head),
        lambda: work.delegate(office, item, DRAFTER, head),
        lambda: work.add(office, item, [DRAFTER], head, where="before"),
    )
    for act in acts:
        with pytest.raises((BadInput, NotAllowed)):
            act()
    assert work.mine(office, number, people.actor(office, DRAFTER)) is None


def test_a62_an_authority_lasts_a_quarter_at_most_and_begins_when_it_says(house: House) -> None:
    now, principal = house.engine.now(), people.actor(house.engine, "zhuren")

    with house.unchanged():
        for since, until in (
            (now, now + timedelta(days=91)),
            (now - timedelta(days=10), now - timedelta(days=1)),
            (now + timedelta(days=2), now + timedelta(days=1)),
        ):
            with pytest.raises(BadInput):
                people.substitute(house.engine, "zhuren", "fuzhuren", principal, since=since, until=until)
        with pytest.raises(NotAllowed):
            people.substitute(
                house.engine, "zhuren", "cwb1", people.actor(house.engine, "cwb1"), since=now, until=now + timedelta(1)
            )


def test_a63_a_foreign_item_among_many_stays_and_says_only_that_it_is_not_there(
    office: Engine, sign: Sign, clock: FakeClock
) -> None:
    number = instances.start(office, "archive_lending", LENDING, people.actor(office, STRANGER)).number
    stolen, own = _open_item(office, number), item_of(office, document(office, clock), HEAD)

    answer = sign(HEAD).post(
        "/items/decisions", {"items": [stolen, own, 10**9], "outcome": "approve", "opinion": "同意。"}
    )

    rows = answer.get_json()["items"]
    assert (answer.status_code, answer.get_json()["done"]) == (200, 1)
    assert [(row["done"], row["code"]) for row in rows] == [(False, "not_found"), (True, ""), (False, "not_found")]
    assert [rows[n]["title"] for n in (0, 2)] == ["", ""]
    assert _open_item(office, number) == stolen


def _open_item(office: Engine, number: str) -> int:
    items = instances.get(office, number, people.actor(office, STRANGER)).items
    return next(item.id for item in items if item.state == "open")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"process": "no_such_process"}, 404, "not_found"),
        ({"process": "document_issue", "version": 1}, 422, "request.invalid"),
        ({"process": "document_issue@1"}, 404, "not_found"),
        ({"process": "../document_issue"}, 404, "not_found"),
        ({"process": "Document_Issue"}, 404, "not_found"),
    ],
)
def test_a64_only_what_is_published_can_be_started(
    house: House, body: dict[str, object], status: int, code: str
) -> None:
    with house.unchanged():
        answer = house.caller(DRAFTER).post("/instances", {**body, "data": DOCUMENT})

    assert (answer.status_code, told(answer)["code"]) == (status, code)


def test_a65_an_administrator_moves_nothing_alone(office: Engine, app: APIFlask, clock: FakeClock) -> None:
    number, admin = document(office, clock), Caller(app.test_client(), "admin")
    before = item_of(office, number, HEAD)

    asked = admin.post(f"/instances/{number}/move", {"enter": ["FW80"], "reason": "跳过审核。"})
    request = admin.get(f"/instances/{number}/move").get_json()["requests"][0]["id"]
    alone = admin.post(f"/instances/{number}/move/{request}", {"agree": True})
    data = admin.post(f"/items/{before}/decision", {"outcome": "approve", "opinion": "代签。"})

    assert (asked.status_code, alone.status_code, data.status_code) == (200, 403, 403)
    assert item_of(office, number, HEAD) == before


@pytest.mark.parametrize("login", ["admіn", "ａｄｍｉｎ", "admin ", "Admin", "admin\u200b", "a" * 41])
def test_a66_a_name_that_looks_like_another_is_refused(house: House, login: str) -> None:
    with house.unchanged(), pytest.raises(SanbanError):
        passwords.add_person(house.engine, login, "冒名者", "六月的雨下得正好")


def test_a66_a_unit_or_post_called_like_a_role_gives_no_right(office: Engine) -> None:
    people.add_unit(office, "admins", "admin", None)
    people.add_post(office, "admins", "admin", "admin", None)
    before = people.actor(office, STRANGER).roles

    people.appoint(office, STRANGER, "admins", "admin", None)

    person = people.actor(office, STRANGER)
    assert "admins.admin" in person.pools
    assert person.roles == before
    with pytest.raises(NotAllowed):
        people.users(office, person)


def test_a58_who_decided_what_is_told_to_no_stranger(office: Engine, sign: Sign, clock: FakeClock) -> None:
    number = document(office, clock)
    item = item_of(office, number, HEAD)
    work.decide(office, item, "approve", people.actor(office, HEAD), opinion="同意。")

    answers = [sign(STRANGER).post(f"/items/{item}/{act}", ACTS[act]) for act in ("decision", "return", "retract")]

    assert [answer.status_code for answer in answers] == [403, 403, 404]
    name = people.actor(office, HEAD).name
    assert [told(answer)["code"] for answer in answers if name in answer.text or number in answer.text] == []
