"""The house's own words of notices: written by administrators, tried out, used from the next notice on."""

import pytest
from sqlalchemy import select

from engine.errors import BadInput, InvalidPackage, NotAllowed, NotFound
from engine.runtime import Engine
from engine.store.tables import notification
from engine.verbs import instances, texts
from tests.engine.conftest import Login

TITLE = "请办：《{{ title }}》"
BODY = "{{ step }}，{{ due }} 前。{% for line in lines %}{{ line }}{% endfor %}"


def told(engine: Engine, who: Login) -> str:
    instances.start(engine, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))
    with engine.store.reading() as tx:
        return str(tx.scalar(select(notification.c.title).order_by(notification.c.id.desc()).limit(1)))


def test_the_house_has_words_of_its_own_for_one_process_before_those_for_all(office: Engine, who: Login) -> None:
    admin = who("admin")
    assert told(office, who).startswith("【待办】")
    texts.save(office, "T-NEW", TITLE, BODY, admin)
    assert told(office, who) == "请办：《关于值班的签报》"
    texts.save(office, "T-NEW", "签报：{{ title }}", BODY, admin, process="memo")
    assert told(office, who) == "签报：关于值班的签报"

    shown = texts.get(office, "T-NEW", admin, process="memo")
    assert (shown.source, shown.name, shown.changed_by) == ("process", "新待办", admin.name)
    texts.reset(office, "T-NEW", admin, process="memo")
    texts.reset(office, "T-NEW", admin)
    assert told(office, who).startswith("【待办】")
    with pytest.raises(NotFound):
        texts.reset(office, "T-NEW", admin)


def test_every_shipped_text_has_a_name_and_fills_with_the_example(office: Engine, who: Login) -> None:
    listed = texts.listed(office, who("admin"))

    assert {view.code for view in listed} == set(texts.NAMES)
    for view in listed:
        title, body = texts.preview(view.code, view.title, view.body)
        assert title, view.code
        assert "{{" not in title + body


@pytest.mark.parametrize(
    ("title", "body", "error"),
    [
        ("{{ title", "x", InvalidPackage),
        ("{{ ''.__class__ }}", "x", BadInput),
        ("{{ title * 99999 }}", "x", InvalidPackage),
        ("x", "{% for a in body %}{% for b in body %}{{ a }}{% endfor %}{% endfor %}", InvalidPackage),
        ("x", "{% include '/etc/passwd' %}", InvalidPackage),
        ("{{ nothing }}", "x", BadInput),
        ("x" * 401, "x", BadInput),
        ("x", "y" * 4001, BadInput),
    ],
)
def test_words_that_cannot_be_used_are_refused_and_nothing_changes(
    office: Engine, who: Login, title: str, body: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        texts.save(office, "T-NEW", title, body, who("admin"))

    assert texts.get(office, "T-NEW", who("admin")).source == "shipped"


def test_only_administrators_and_only_known_notices(office: Engine, who: Login) -> None:
    with pytest.raises(NotAllowed):
        texts.listed(office, who("rlb1"))
    with pytest.raises(NotFound):
        texts.save(office, "T-NONE", "x", "y", who("admin"))
    with pytest.raises(NotFound):
        texts.listed(office, who("admin"), process="nothing")
