"""Packages of documents, seals and licences, each deployed without any other."""

import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from engine.demo import load_organisation
from engine.errors import FormProblems
from engine.examples import play
from engine.runtime import Engine
from engine.store import overview
from engine.verbs import definitions, instances, people, registers
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"


def alone(engine: Engine, clock: FakeClock, key: str) -> Engine:
    """The demo organisation with one package."""
    clock.at("2026-01-05 08:00")
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(FOLDER / key))
    return engine


@pytest.mark.parametrize("example", ["seal_life/handed-over", "licence_lending/lent", "seal_use/off-site"])
def test_a_package_works_without_the_others(engine: Engine, clock: FakeClock, example: str) -> None:
    key, _, name = example.partition("/")

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    played = play(alone(engine, clock, key), go, (FOLDER / key / "examples" / f"{name}.toml").read_text("utf-8"))

    assert played.faults == []


def test_an_inventory_without_a_register_of_seals_finds_nothing_to_check(engine: Engine, clock: FakeClock) -> None:
    office = alone(engine, clock, "seal_inventory")
    asked = {"year_checked": "2026", "scope_note": "逐枚核对。", "urgency": "平件"}

    number = instances.start(office, "seal_inventory", asked, people.actor(office, "zhuren")).number

    view = instances.get(office, number, people.actor(office, "auditor"))
    assert [item.element for item in view.items if item.state == "open"] == ["PD30"]


def test_documents_are_issued_without_registers_of_seals_and_receipts(engine: Engine, clock: FakeClock) -> None:
    office = alone(engine, clock, "document_issue")
    example = (FOLDER / "document_issue" / "examples" / "network-notice.toml").read_text("utf-8")
    start, rest = example.replace('seal = "公章"\n', "").split("[[expect]]", 1)
    filed = rest[rest.index('[[do]]\nat = "2026-04-08 10:00"') :]
    by_hand = '[[do]]\nat = "2026-04-08 09:00"\nstep = "FW125"\nas = "wenshu_a"\noutcome = "done"\n\n'

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    played = play(office, go, start + by_hand + filed)

    assert played.faults == []
    assert registers.start_rights(office, definitions.package(office, "document_issue"))["seal"] == "hide"


def test_a_rule_is_issued_by_hand_in_a_house_without_document_issue(engine: Engine, clock: FakeClock) -> None:
    office = alone(engine, clock, "rule_making")
    example = (FOLDER / "rule_making" / "examples" / "issued.toml").read_text("utf-8")
    passed, rest = example.split("# ---- the document", 1)
    passed = passed.replace('draft_due = "2026', 'replaces = "华远制〔2024〕8号"\ndraft_due = "2026', 1)
    replaced = 'states = { "rule:华远制〔2026〕1号" = "active", "rule:华远制〔2024〕8号" = "revised" }'
    rest = rest.replace('states = { "rule:华远制〔2026〕1号" = "active" }', replaced)
    issued = 'data = { doc_no = "华远发〔2026〕21号", effective = "2026-04-01" }'
    by_hand = f'[[do]]\nat = "2026-03-27 10:01"\nstep = "ZD60"\nas = "wenshu_a"\noutcome = "done"\n{issued}\n\n'
    after = (
        rest[rest.index("# It ends with its number") :]
        .replace("〔2026〕1号", "〔2026〕21号")
        .replace("制〔2026〕21", "制〔2026〕1")
    )
    after = after.replace('issued_on = "2026-03-25", ', "").replace('"ZD58", "ZD55"', '"ZD60", "ZD55"')

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    played = play(office, go, passed + by_hand + after)

    assert played.faults == []


def test_whoever_names_a_seal_in_a_house_without_seals_is_told_what_is_missing(
    engine: Engine, clock: FakeClock
) -> None:
    office = alone(engine, clock, "document_issue")
    example = (FOLDER / "document_issue" / "examples" / "network-notice.toml").read_text("utf-8")
    given = tomllib.loads(example)["start"]["data"]

    with pytest.raises(FormProblems) as refused:
        instances.start(office, "document_issue", given, people.actor(office, "rlb1"))

    assert [(p.path, p.code) for p in refused.value.problems] == [("seal", "form.no_register")]
    assert instances_of(office) == 0


def instances_of(engine: Engine) -> int:
    with engine.store.reading() as tx:
        return len(overview.instances_of(tx, ["document_issue"]))
