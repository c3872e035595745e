"""Every package can be installed by itself, and the house runs without it."""

import re
from pathlib import Path
from typing import Any

import pytest

from engine import open_engine
from engine.package import read_package
from engine.package.register import read_register
from engine.settings import Settings
from engine.verbs import definitions, files, instances, people, registers
from tests.processes.conftest import copied
from tests.processes.test_forecasts import script_of
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"
KEYS = sorted(p.parent.name for p in FOLDER.glob("*/process.toml"))
# what a package hands on to: without it, that one way out of it waits for its process (domain.md §9)
HANDS_ON_TO: dict[str, set[str]] = {
    "agenda_topic": {"supervision"},
    "asset_inventory": {"rectification"},
    "deployment": {"supervision"},
    "document_issue": {"document_receipt", "rule_making"},
    "document_receipt": {"agenda_topic", "document_issue", "supervision"},
    "meeting_preparation": {"supervision"},
    "post_rotation": {"seal_life"},
    "reception": {"car_use"},
    "rule_making": {"agenda_topic", "document_issue"},
    "seal_check": {"supervision"},
    "seal_inventory": {"supervision"},
    "supervision": {"document_issue"},
    "supervision_paper": {"supervision"},
    "supply_issue": {"procurement"},
}
# registers that other packages bring: a form offers their records only where they are deployed
OFFERS = {"document_issue": {"seal", "document_receipt"}}


@pytest.mark.parametrize("key", KEYS)
def test_a_package_alone_in_an_empty_house_takes_its_first_case(
    key: str, peopled: Path, tmp_path: Path, clock: FakeClock
) -> None:
    example = next(
        p.stem for p in sorted((FOLDER / key / "examples").glob("*.toml")) if "refused" not in start_of(key, p.stem)
    )
    start = start_of(key, example)
    copied(peopled, tmp_path)
    clock.at(start["at"])
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))

    definitions.deploy(engine, read(key))
    actor = people.actor(engine, start["as"])
    given = files.handed_in(engine, start["data"], actor, key, read(key))
    offered = registers.start_rights(engine, definitions.package(engine, key))
    done = instances.start(
        engine,
        key,
        {name: value for name, value in given.items() if offered.get(name) != "hide"},
        actor,
        urgency=start.get("urgency"),
        title=start.get("title"),
    )

    assert done.state in ("running", "completed", "voided", "rejected")
    assert done.next or done.state != "running"
    engine.close()


def start_of(key: str, example: str) -> dict[str, Any]:
    return dict(script_of(f"{key}/{example}")["start"])


@pytest.mark.parametrize("key", KEYS)
def test_a_package_names_others_only_where_it_hands_on_to_them(key: str) -> None:
    package = read_package(read(key))
    asked = " ".join(e.properties.get("register", "") for e in package.process.elements.values())

    called = set(re.findall(r'calledElement="(\w+)"', package.xml.decode()))
    assert (called | set(re.findall(r"start:(\w+)", asked))) - {key} == HANDS_ON_TO.get(key, set())
    named = {field.register for field in package.form.fields if field.type == "reference"}
    written = set(re.findall(r"(\w+)\.(?:add|renew|close|change)\b", asked))
    assert written <= set(package.registers)
    assert named - set(package.registers) == OFFERS.get(key, set())


def test_packages_that_bring_the_same_register_of_things_agree_on_its_shape() -> None:
    found: dict[str, set[bytes]] = {}
    for path in FOLDER.glob("*/registers/*.toml"):
        if read_register(path.read_text("utf-8"), path.stem).moves:
            found.setdefault(path.name, set()).add(path.read_bytes())

    assert [name for name, texts in found.items() if len(texts) > 1] == []


def read(key: str) -> dict[str, bytes]:
    return definitions.read_folder(FOLDER / key)
