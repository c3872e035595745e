"""Several posts of one person: in which one somebody acts decides the unit and stands in the record."""

from datetime import timedelta

import pytest

from engine.errors import NotAllowed
from engine.runtime import Engine
from engine.verbs import inbox, instances, people, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, lines
from tests.web.pages import Person
from web import create_app


def test_a_person_names_only_posts_they_hold(office: Engine, who: Login) -> None:
    assert [post for post, _title in people.posts(office, who("zhuren"))] == ["bgs.zhuren", "dcw.head"]
    with pytest.raises(NotAllowed):
        people.in_post(office, who("zhuren"), "bgs.hegao")


def test_a_start_in_the_second_post_is_that_units_and_says_so(office: Engine, who: Login, clock: FakeClock) -> None:
    actor = people.in_post(office, who("zhuren"), "dcw.head")

    number = instances.start(office, "memo", {"title": "督查通报"}, actor).number

    view = instances.get(office, number, who("zhuren"))
    unit = people.directory(office).unit("dcw")
    assert unit is not None
    assert view.initiator_unit == unit.name
    assert lines(office, who, number, "submit")[0].actor_title == actor.title
    plain = instances.start(office, "memo", {"title": "平常的"}, who("zhuren")).number
    assert instances.get(office, plain, who("zhuren")).initiator_unit != unit.name


def test_the_record_names_the_post_of_the_item_and_not_the_main_one(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    people.take_leave(office, "hegao_a", None, since=clock(), until=clock().replace(month=4))
    number = instances.start(office, "memo", {"title": "以兼职核稿"}, who("rlb1")).number
    item = at(office, who, number, "Review")

    work.decide(office, item.id, "approve", who("wenshu_a"), data={"checked": True})

    (line,) = lines(office, who, number, "decide")
    assert (who("wenshu_a").title, line.actor_title) == ("文书", "核稿员")


def test_my_items_on_one_instance_are_offered_by_post(office: Engine, who: Login, clock: FakeClock) -> None:
    people.appoint(office, "zhuren", "cwb", "head", None, since=None)
    people.deactivate(office, "cwb_head", None)
    number = instances.start(office, "vote", {"title": "会签", "departments": ["bgs", "cwb"]}, who("rlb1")).number

    found = work.all_mine(office, number, who("zhuren"))

    assert len(found) == 2
    assert work.mine(office, number, who("zhuren")) == found[0].id
    clock.advance(timedelta(seconds=30))
    rows = {row.id: row.acting for row in inbox.page(office, who("zhuren")).rows}
    assert sorted(rows.values()) == ["", "财务部部长"]
    person = Person(create_app(office).test_client(), "zhuren")
    assert "以 财务部部长 办理" in person.open("/inbox").text
    choice = person.open(f"/t/{number}").text
    second = next(id for id, acting in rows.items() if acting)
    assert "以何岗位办理" in choice
    assert f"/t/{number}?item={second}" in choice
    assert "岗位办理这件" in person.open(f"/t/{number}?item={second}").text
