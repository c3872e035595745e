"""Every operation has a button, a call and a line in the record: who, for whom, why, before and after."""

from typing import Any

from apiflask import APIFlask

from engine.runtime import Engine
from engine.store import history
from engine.store import instances as stored
from engine.store.history import HistoryRow
from engine.verbs import instances, people
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.operations import ABSENT, BREATH, OPERATIONS, WHY, Operation, Stage, oral_body, stage
from tests.web.conftest import Caller
from tests.web.pages import Person
from web import create_app

# what only switches something for oneself is not asked for a reason
WITHOUT_REASON = {"follow", "unfollow"}


class House:
    """The doors of one office: pages and calls of everybody, each signed in once."""

    def __init__(self, app: APIFlask) -> None:
        self.app = app
        self._pages: dict[str, Person] = {}
        self._calls: dict[str, Caller] = {}
        self.spec: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()

    def page(self, login: str) -> Person:
        if login not in self._pages:
            self._pages[login] = Person(self.app.test_client(), login)
        return self._pages[login]

    def call(self, login: str) -> Caller:
        if login not in self._calls:
            self._calls[login] = Caller(self.app.test_client(), login)
        return self._calls[login]


def filled(text: str, number: str, item: int | None) -> str:
    return text.replace("{number}", number).replace("{id}", str(item))


def described(house: House, one: Operation) -> bool:
    """Whether the description of the interface has this call."""
    path = "/api/v1" + one.call.replace("/items/{id}", "/items/{item}").replace("/move/{id}", "/move/{request_id}")
    return "post" in house.spec["paths"].get(path, {})


def line_of(engine: Engine, number: str, verb: str) -> HistoryRow | None:
    with engine.store.reading() as tx:
        row = stored.by_number(tx, number)
        assert history.broken_at(tx, row.id, row.history_hash) is None
        return next((r for r in reversed(history.of_instance(tx, row.id)) if r.verb == verb), None)


def faults(house: House, one: Operation, at: Stage, clock: FakeClock) -> list[str]:
    """What is missing of one operation."""
    item = one.ready(at)
    if one.verb == "unfollow":
        house.call(one.by).post(f"/instances/{at.number}/follow")
    clock.advance(BREATH)
    found = shown(house, one, at, item) if at.engine.settings.url().startswith("sqlite") else []
    body: Any = one.body | (oral_body(at.engine) if one.verb == "oral" else {})
    if body.get("items"):
        body = body | {"items": [item]}
    answer = house.call(one.by).post(filled(one.call, at.number, item), body or None)
    if answer.status_code != 200:
        return [*found, f"answers {answer.status_code} {answer.text}"]
    row = line_of(at.engine, at.number, one.verb)
    return [*found, *(recorded(one, at, row) if row is not None else ["leaves no line"])]


def shown(house: House, one: Operation, at: Stage, item: int | None) -> list[str]:
    """What pages and description lack; they are the same on every database."""
    found = [] if described(house, one) else ["is not in the description"]
    page = house.page(one.by).open(filled(one.page, at.number, item)).text
    if filled(one.button, at.number, item) not in page.replace("&amp;", "&"):
        found.append("has no button")
    return found


def recorded(one: Operation, at: Stage, row: HistoryRow) -> list[str]:
    """What the line does not say."""
    found = []
    if row.actor_id != at.who(one.by).id:
        found.append("does not say who")
    if row.principal_id != (at.who(one.behalf).id if one.behalf else None):
        found.append(f"does not say for whom: {row.principal_id}")
    if one.verb not in WITHOUT_REASON and WHY not in (row.detail.get("opinion"), row.detail.get("reason")):
        found.append(f"does not say why: {row.detail}")
    before, after = row.detail.get("before"), row.detail.get("after")
    if not after or before == after or (isinstance(before, dict) and set(before) != set(after)):
        found.append(f"does not say what it replaced: {before} {after}")
    return found


def test_every_operation_has_its_button_its_call_and_its_line(office: Engine, who: Login, clock: FakeClock) -> None:
    house, told = House(create_app(office)), {}
    people.take_leave(office, ABSENT, None, since=clock(), until=clock() + BREATH * 10_000)

    for one in OPERATIONS:
        wrong = faults(house, one, stage(office, who, one.urgency), clock)
        if wrong:
            told[f"{one.verb} by {one.by}: {one.call}"] = wrong

    assert told == {}


NOT_OFFERED: dict[str, dict[str, Any]] = {
    "add": {"to": ["cwb_head"]},
    "consult": {"to": ["cwb_head"], "question": WHY},
    "circulate": {"to": ["cwb_head"]},
    "delegate": {"to": "cwb_head"},
}


def test_what_a_step_does_not_offer_has_no_button_and_is_refused(sqlite_office: Engine) -> None:
    number = instances.start(sqlite_office, "memo", {"title": "签报"}, people.actor(sqlite_office, "rlb1")).number
    sqlite_office.now.advance(BREATH)  # type: ignore[attr-defined]
    house = House(create_app(sqlite_office))
    item = house.call("hegao_a").mine(number)
    page = house.page("hegao_a").open(f"/t/{number}").text

    assert "/ask/transfer" in page
    for name, body in NOT_OFFERED.items():
        assert f"/ask/{name}" not in page
        assert house.call("hegao_a").post(f"/items/{item}/{name}", body).status_code == 403, name


def test_a_draft_is_kept_and_thrown_away_by_call_and_page_and_leaves_no_line(sqlite_office: Engine) -> None:
    """Nothing of the case has changed (decision 071)."""
    number = instances.start(sqlite_office, "memo", {"title": "签报"}, people.actor(sqlite_office, "rlb1")).number
    sqlite_office.now.advance(BREATH)  # type: ignore[attr-defined]
    house = House(create_app(sqlite_office))
    caller, other = house.call("hegao_a"), house.call("admin")
    path = f"/items/{caller.mine(number)}/draft"

    kept = caller.post(path, {"data": {"checked": True}, "opinion": "原则同意。"}).get_json()

    assert (kept["data"], kept["opinion"], bool(kept["saved"])) == ({"checked": True}, "原则同意。", True)
    page = house.page("hegao_a").open(f"/t/{number}").text
    assert "原则同意。" in page
    assert "data-draft-url" in page
    assert other.get(path).get_json()["saved"] is None
    assert other.post(path, {"opinion": "别人的"}).status_code == 403
    assert caller.post(path, {"data": {"title": "改题"}}).status_code == 422
    assert caller.client.delete(f"/api/v1{path}", headers=caller.keyed()).status_code == 204
    assert caller.get(path).get_json()["saved"] is None
    begun = caller.post("/processes/memo/draft", {"data": {"title": "另一件"}}).get_json()
    assert begun["data"] == {"title": "另一件"}
    assert caller.post("/processes/moon/draft", {"data": {}}).status_code == 404
    assert caller.client.delete("/api/v1/processes/memo/draft", headers=caller.keyed()).status_code == 204
    assert line_of(sqlite_office, number, "draft") is None
