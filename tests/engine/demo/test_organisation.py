"""The demo organisation is the one that the scenarios of domain.md §8 speak of."""

import re
import shutil
from pathlib import Path

import pytest

from engine.demo import PASSWORD, load_organisation, logins
from engine.demo.organisation import organisation
from engine.errors import Conflict
from engine.org import Facts, resolve
from engine.runtime import Engine, evaluate, open_engine
from engine.settings import Settings
from engine.verbs import people
from tests.support.effort import within

ROOT = Path(__file__).resolve().parents[3]
DEPARTMENTS = ("dsb", "dqb", "rlb", "cwb", "tzb", "fwb", "ahb", "yyb", "cgb", "xxb", "jjb")


@pytest.fixture
def office(engine: Engine) -> Engine:
    load_organisation(engine)
    return engine


def who(engine: Engine, rule: str) -> str:
    facts = Facts(initiator="rlb1", initiator_unit="rlb")
    found = resolve(rule, facts, people.directory(engine), engine.now(), evaluate=evaluate)
    assert found.problem == ""
    return ",".join(performer.login for performer in found.performers)


def test_it_loads_on_each_kind_of_database(any_engine: Engine) -> None:
    load_organisation(any_engine)

    directory = people.directory(any_engine)

    assert len(directory.units) == 21
    assert len(directory.persons) >= 90
    assert len({person.name for person in directory.persons}) == len(directory.persons)


def test_it_loads_quickly(sqlite_schema: Path, tmp_path: Path) -> None:
    def load() -> None:
        shutil.copy(sqlite_schema, tmp_path / "sanban.db")
        engine = open_engine(settings=Settings(home=tmp_path))
        load_organisation(engine)
        engine.close()

    within(0.5, load)


def test_it_never_mixes_with_real_people(office: Engine) -> None:
    with pytest.raises(Conflict):
        load_organisation(office)


@pytest.mark.parametrize("login", ["zhuren", "rlb1", "chairman", "admin", "ca_wenshu"])
def test_everybody_signs_in_with_the_demo_password(office: Engine, login: str) -> None:
    assert people.sign_in(office, login, PASSWORD).login == login


@pytest.mark.parametrize("unit", DEPARTMENTS)
def test_every_department_has_a_head_a_liaison_and_two_clerks(office: Engine, unit: str) -> None:
    directory = people.directory(office)

    assert [person.login for person in directory.holders("head", unit)] == [f"{unit}_head"]
    assert [person.login for person in directory.holders("liaison", unit)] == [f"{unit}_liaison"]
    assert [person.login for person in directory.holders("staff", unit)] == [f"{unit}1", f"{unit}2"]
    assert directory.in_charge(unit) is not None


@pytest.mark.parametrize("unit", ["ca", "cb", "cc"])
def test_every_company_has_its_four_posts(office: Engine, unit: str) -> None:
    directory = people.directory(office)

    for post in ("gm", "zhuren", "wenshu", "liaison"):
        assert [person.login for person in directory.holders(post, unit)] == [f"{unit}_{post}"]


@pytest.mark.parametrize("post", ["wenshu", "hegao", "yinzhang", "jianyin", "ducha", "dangan", "huiwu", "cheliang"])
def test_every_post_of_the_office_has_an_a_and_a_b(office: Engine, post: str) -> None:
    directory = people.directory(office)

    found = directory.on().find_post(post, directory.unit("bgs"))

    assert [seat.role for seat in directory.on().seats(found)] == ["A", "B"]


@pytest.mark.parametrize(
    ("rule", "login"),
    [
        ("post('hegao')", "hegao_a"),
        ("post('wenshu')", "wenshu_a"),
        ("post('zhuren')", "zhuren"),
        ("dept_head(initiator)", "rlb_head"),
        ("in_charge('rlb')", "party_vice"),
        ("in_charge('bgs')", "vp_a"),
        ("in_charge('cgb')", "vp_b"),
        ("in_charge('ca')", "vp_a"),
        ("principal('exec')", "gm"),
        ("principal('party')", "chairman"),
        ("legal_rep()", "chairman"),
        ("cosign(['cwb', 'ahb'])", "cwb_head,ahb_head"),
        ("unit_head('ca')", "ca_gm"),
        ("unit_liaison('ca')", "ca_liaison"),
        ("unit_head('bgs')", "zhuren"),
        ("unit_clerk(['ca', 'xxb'])", "ca_wenshu,xxb_liaison"),
        ("seal_keeper('公章') + seal_witness('公章')", "yinzhang_a,jianyin_a"),
        ("superior('gm')", "chairman"),
        ("superior('cfo')", "gm"),
    ],
)
def test_the_rules_of_the_packages_find_these_people(office: Engine, rule: str, login: str) -> None:
    assert who(office, rule) == login


def test_the_first_clerk_is_also_the_second_editor(office: Engine) -> None:
    directory = people.directory(office)

    assert [post.title for post in directory.posts_of(directory.person("wenshu_a"))] == ["文书", "核稿员"]
    assert [person.login for person in directory.holders("hegao")] == ["hegao_a", "wenshu_a"]


def test_the_director_of_the_office_also_directs_supervision(office: Engine) -> None:
    assert who(office, "unit_head('dcw')") == "zhuren"


@pytest.mark.parametrize("page", ["demo-organisation.md", "demo-organisation.zh-CN.md"])
def test_the_tutorial_introduces_everybody_by_the_right_name(page: str) -> None:
    text = (ROOT / "docs" / "tutorial" / page).read_text(encoding="utf-8")
    names = {person["login"]: person["name"] for person in organisation().persons}

    told = dict(re.findall(r"`([a-z][a-z0-9_]+)`(?: \| | )([\u4e00-\u9fff]{2,3})(?![\u4e00-\u9fff])", text))
    introduced = {login: name for login, name in names.items() if "director" not in login}

    assert {login: told.get(login) for login in introduced} == introduced
    assert all(name in text for name in names.values())


def test_the_logins_are_printed_by_role() -> None:
    lines = list(logins())

    assert PASSWORD in lines[0]
    assert any("vp_a 沈怀瑾" in line for line in lines)
