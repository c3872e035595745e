"""What search fields offer while somebody types."""

import pytest
from flask.testing import FlaskClient

from engine.pinyin import pinyin
from engine.runtime import Engine
from engine.verbs import people
from tests.web.pages import Person


def labels(person: Person, path: str, words: str) -> list[str]:
    return [one["label"] for one in person.client.get(path, query_string={"q": words}).get_json()]


def test_people_are_found_by_name_pinyin_initials_login_and_unit(client: FlaskClient, office: Engine) -> None:
    person = Person(client, "zhuren")
    head = people.actor(office, "rlb_head").name

    for words in (head, *pinyin(head).split(), "rlb_head", "人力资源部"):
        assert head in labels(person, "/pickers/people", words), words


def test_with_nothing_typed_the_own_unit_is_offered(client: FlaskClient, office: Engine) -> None:
    person = Person(client, "rlb1")

    assert people.actor(office, "rlb_head").name in labels(person, "/pickers/people", "")
    assert people.actor(office, "vp_a").name not in labels(person, "/pickers/people", "")


@pytest.mark.parametrize("words", ["财务", "cwb", "caiwu", "cw"])
def test_units_are_found_by_name_code_and_pinyin(client: FlaskClient, words: str) -> None:
    assert "财务部" in labels(Person(client, "rlb1"), "/pickers/units", words)


def test_a_form_may_refer_to_a_register_its_writer_may_not_read(client: FlaskClient) -> None:
    person = Person(client, "rlb1")

    assert "公章" in labels(person, "/pickers/records/seal", "公")
    assert person.open("/pickers/records/nothing").status_code == 404
