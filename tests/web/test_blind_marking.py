"""Judges of documents see papers and no units, on the page of their part and of the case (domain.md §9, X18)."""

from apiflask import APIFlask

from engine.runtime import Engine
from engine.verbs import instances, people, work
from tests.processes.test_small_packages import decide, start
from tests.support.clock import FakeClock
from tests.web.browsing import sign_in


def test_judges_see_neither_units_nor_the_marks_of_others(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    clock.at("2026-07-06 09:00")
    number = start(office, "document_rating", "half-year", "wenshu_a")
    decide(office, number, "PB20", "zhuren")
    items = instances.get(office, number, people.actor(office, "auditor")).items
    blind = sorted((i for i in items if i.state == "open"), key=lambda i: i.element)

    assert [i.element for i in blind] == ["PB31", "PB32", "PB33"]
    for place, item in enumerate(blind, 1):
        judge = people.actor_by_id(office, item.performer_id or 0)
        assert judge is not None
        rights = work.view(office, item.id, judge).permissions
        hidden = {"entries", "units", *(f"scores_{n}" for n in (1, 2, 3) if n != place)}
        assert {name for name in hidden if rights[name] != "hide"} == set()
        assert "华远城建发" not in sign_in(app.test_client(), judge.login).get(f"/d/{number}").text
    assert "华远城建发" in sign_in(app.test_client(), "wenshu_a").get(f"/d/{number}").text
