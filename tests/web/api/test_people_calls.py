"""Calls about people and search: the same verbs, the same refusals."""

from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import inbox
from tests.support.clock import FakeClock
from tests.web.cases import HEAD, document
from tests.web.conftest import Sign

SPAN = {"since": "2026-03-09T09:00:00+08:00", "until": "2026-03-13T17:30:00+08:00"}


def test_a_leave_goes_and_comes_back_through_the_interface(
    app: APIFlask, office: Engine, clock: FakeClock, sign: Sign
) -> None:
    number = document(office, clock)
    head = sign(HEAD)

    made = head.post("/leaves", {**SPAN, "by": "rlb_liaison", "reason": "出差"})
    assert made.status_code == 201
    row = made.get_json()["id"]
    assert head.post("/leaves", SPAN).get_json()["code"] == "org.leave_exists"
    told = head.get(f"/leaves/{row}").get_json()
    assert (told["state"], [m["number"] for m in told["moved"]]) == ("away", [number])
    assert sign("cwb1").get(f"/leaves/{row}").status_code == 403

    back = head.post(f"/leaves/{row}/end").get_json()["moved"]
    assert [(m["number"], m["to"], m["done"]) for m in back] == [(number, HEAD, True)]
    assert head.mine(number)


def test_an_authority_asked_for_twice_is_one(sign: Sign) -> None:
    asked = {**SPAN, "by": "dangan_a", "scope": ["document_issue"]}
    caller = sign("hegao_a")

    first, second = (caller.post("/substitutions", asked).get_json()["id"] for _ in range(2))

    assert first == second
    (row,) = caller.get("/substitutions").get_json()["items"]
    assert (row["principal"], row["substitute"], row["scope"]) == ("hegao_a", "dangan_a", ["document_issue"])
    circle = sign("dangan_a").post("/substitutions", {**SPAN, "by": "hegao_a"})
    assert (circle.status_code, circle.get_json()["code"]) == (422, "org.substitute_circle")
    assert caller.post(f"/substitutions/{row['id']}/end").status_code == 200
    assert caller.get("/substitutions").get_json()["items"] == []


def test_a_leaver_and_a_rotation_through_the_interface(
    app: APIFlask, office: Engine, clock: FakeClock, sign: Sign
) -> None:
    number = document(office, clock)
    admin = sign("admin")
    assert sign(HEAD).get("/users").status_code == 403

    refused = admin.post(f"/users/{HEAD}/deactivate", {})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "org.receiver_needed")
    moved = admin.post(f"/users/{HEAD}/deactivate", {"to": "cwb_head"}).get_json()["moved"]
    assert [(m["number"], m["to"]) for m in moved] == [(number, "cwb_head")]
    assert admin.post(f"/users/{HEAD}/activate").status_code == 200

    body = {"login": "hegao_a", "to": "huiwu_a", "unit": "bgs", "post": "hegao", "on": "2026-03-16"}
    slip = admin.post("/handovers", body).get_json()["id"]
    assert admin.post("/handovers", body).status_code == 409
    assert admin.get(f"/handovers/{slip}").get_json()["state"] == "planned"
    assert admin.post(f"/handovers/{slip}/cancel").status_code == 200
    assert {s["state"] for s in admin.get("/handovers").get_json()["items"]} == {"done", "cancelled"}


def test_roles_are_listed_given_and_taken_through_the_interface(sign: Sign) -> None:
    admin = sign("admin")

    done = admin.post("/users/cwb1/roles", {"give": ["supervisor"], "take": ["clerk"]})

    assert (done.status_code, done.get_json()["roles"]) == (200, ["user", "supervisor"])
    held = {row["login"]: row["roles"] for row in admin.get("/roles").get_json()["items"]}
    assert (held["cwb1"], held["auditor"]) == (["supervisor"], ["auditor"])
    assert sign("cwb1").get("/roles").status_code == 403
    apart = admin.post("/users/auditor/roles", {"give": ["admin"]})
    own = admin.post("/users/admin/roles", {"give": ["leader"]})
    unknown = admin.post("/users/cwb1/roles", {"give": ["king"]})
    assert [(a.status_code, a.get_json()["code"]) for a in (apart, own, unknown)] == [
        (422, "org.roles_apart"),
        (403, "org.own_roles"),
        (422, "org.role"),
    ]


def test_search_answers_what_the_caller_may_open(office: Engine, clock: FakeClock, sign: Sign) -> None:
    number = document(office, clock, title="关于供热管网检修的通知")
    inbox.catch_up(office)

    found = sign(HEAD).get("/search", q="供热 检修").get_json()
    assert ([i["number"] for i in found["items"]], found["total"], found["kinds"]) == (
        [number],
        1,
        {"document_issue": 1},
    )
    assert sign("cwb1").get("/search", q="供热").get_json()["total"] == 0
    assert sign(HEAD).get("/search", q="供热", limit=0).status_code == 400
