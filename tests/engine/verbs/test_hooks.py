"""hooks.py of a package on disk: called out of the transaction, tried again, bound to stubs, and never uploaded."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import open_engine
from engine.cli import main
from engine.errors import BadInput, InvalidPackage
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import bindings, definitions, instances, releasing
from tests.engine.conftest import Login
from tests.engine.verbs.test_bindings import DIAGRAM, FILES, PAY, incidents, opened, wait
from tests.support.clock import FakeClock

NAMED = DIAGRAM.replace(
    '<bpmn:serviceTask id="pay" name="付款" camunda:class="com.example.Pay"/>',
    '<bpmn:serviceTask id="pay" name="付款"><bpmn:extensionElements><camunda:properties>'
    '<camunda:property name="hook" value="pay"/></camunda:properties></bpmn:extensionElements></bpmn:serviceTask>',
)
WORKS = """
import os
from os import system

LOG = os.path.join(os.path.dirname(__file__), "calls.txt")

def pay(given):
    print("printed words are no answer")
    with open(LOG, "a") as log:
        log.write(given["_call"] + "\\n")
    keys = [key for key in os.environ if key.startswith("SANBAN_")]
    return {"paid": True, "doubled": float(given["amount"]) * 2, "who": given["initiator"], "keys": keys}

def _hidden(given):
    return {}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package on disk, beside one that has hooks of its own."""
    for name in ("payment", "other"):
        (tmp_path / "packages" / name / "forms").mkdir(parents=True)
    for path, content in FILES.items():
        (tmp_path / "packages" / "payment" / path).write_bytes(content)
    (tmp_path / "packages" / "payment" / "payment.bpmn").write_text(NAMED, encoding="utf-8")
    (tmp_path / "packages" / "other" / "process.toml").write_text('key = "other"\n', encoding="utf-8")
    (tmp_path / "packages" / "other" / "hooks.py").write_text("def pay(given): return {'paid': 'by the wrong one'}")
    return tmp_path / "packages" / "payment"


@pytest.fixture
def paying(office: Engine, clock: FakeClock, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The office with the packages of this folder; a secret lies in the environment."""
    monkeypatch.setenv("SANBAN_AUDIT_KEY", "not for hooks, not for hooks, not for hooks")
    settings = office.settings.model_copy(update={"processes": folder.parent})
    engine = open_engine(now=clock, settings=settings)
    yield engine
    engine.close()


def begun(engine: Engine, folder: Path, who: Login, hooks: str) -> str:
    (folder / "hooks.py").write_text(hooks, encoding="utf-8")
    definitions.deploy(engine, definitions.read_folder(folder))
    return instances.start(engine, "payment", {"title": "付材料款", "amount": 5}, who("rlb1")).number


def test_a_service_task_names_a_function_and_takes_its_answer(
    paying: Engine, folder: Path, who: Login, clock: FakeClock
) -> None:
    number = begun(paying, folder, who, WORKS)
    assert not (folder / "calls.txt").exists()
    assert [w.state for w in bindings.waiting(paying, number, who("admin"))] == ["waiting"]

    assert wait(paying, clock) == 1

    data = instances.get(paying, number, who("rlb1")).data
    assert (data["paid"], data["doubled"], data["who"], data["keys"]) == (True, 10.0, "rlb1", [])
    assert opened(paying, number, who("rlb1")) == ["核对"]
    assert len((folder / "calls.txt").read_text().splitlines()) == 1
    assert incidents(paying) == []
    assert "hooks.py" not in definitions.package(paying, "payment").files


@pytest.mark.parametrize(
    ("hooks", "tries", "said"),
    [
        ("def pay(given): raise OSError('no line')", bindings.MOST_TRIES, "no line"),
        ("def pay(given): import os; os._exit(3)", bindings.MOST_TRIES, "?"),
        ("def pay(given): return 5", 1, "不是字典"),
        ("def pay(given): return {'__class__': 1}", 1, "__class__"),
        ("def pay(given): return {'x': float('nan')}", bindings.MOST_TRIES, "JSON"),
        ("def pay(given): return {'x': 'a' * 1_100_000}", 1, "1 MB"),
        ("def other(given): return {}", 1, "没有找到钩子"),
        ("from os import system as pay", 1, "没有找到钩子"),
        ("def pay(given: return {}", 1, "无法读取"),
        ("from engine import open_engine\ndef pay(given): return {}", 1, "engine"),
        ("def pay(given):\n    from engine.verbs import people\n    return {}", 1, "engine.verbs"),
    ],
)
def test_a_hook_that_fails_is_an_incident_and_changes_nothing(
    paying: Engine, folder: Path, who: Login, clock: FakeClock, hooks: str, tries: int, said: str
) -> None:
    number = begun(paying, folder, who, hooks)

    for _ in range(bindings.MOST_TRIES + 1):
        clock.advance(timedelta(hours=2))
        assert bindings.perform_due(paying) == 0

    assert incidents(paying) == ["call"]
    (failed,) = bindings.given_up(paying, "payment")
    assert said in failed.error
    assert (failed.number, opened(paying, number, who("rlb1"))) == (number, [])
    (folder / "hooks.py").write_text(WORKS, encoding="utf-8")
    bindings.retry(paying, failed.id, who("admin"))
    assert bindings.perform_due(paying) == 1
    assert opened(paying, number, who("rlb1")) == ["核对"]


def test_an_error_named_by_a_hook_goes_the_way_of_its_event(
    paying: Engine, folder: Path, who: Login, clock: FakeClock
) -> None:
    number = begun(paying, folder, who, "def pay(given): return {'bpmn_error': 'POOR'}")

    wait(paying, clock)

    assert opened(paying, number, who("rlb1")) == ["补款"]


def test_a_hook_changes_without_a_new_version(paying: Engine, folder: Path, who: Login, clock: FakeClock) -> None:
    begun(paying, folder, who, "def pay(given): return {'paid': False}")

    number = begun(paying, folder, who, WORKS)
    wait(paying, clock)

    assert len(definitions.versions(paying, "payment")) == 1
    assert instances.get(paying, number, who("rlb1")).data["paid"] is True


def test_a_stub_of_another_house_is_bound_to_a_hook(paying: Engine, folder: Path, who: Login, clock: FakeClock) -> None:
    (folder / "payment.bpmn").write_text(DIAGRAM, encoding="utf-8")
    number = begun(paying, folder, who, WORKS)
    admin: Actor = who("admin")
    assert bindings.hooks(paying, "payment") == ("pay",)
    for wrong, code in (({"hook": "_hidden"}, "package.no_hook"), ({"hook": "pay", "url": "http://x/"}, "url.missing")):
        with pytest.raises(BadInput) as caught:
            bindings.bind(paying, "payment", PAY, wrong, admin)
        assert caught.value.reason == code

    facts = {"hook": "pay", "send": "amount = 7; initiator = 'x'", "take": "sum = answer.doubled"}
    bindings.bind(paying, "payment", PAY, facts, admin)
    wait(paying, clock)
    wait(paying, clock)

    data = instances.get(paying, number, who("rlb1")).data
    assert data["sum"] == 14.0
    assert "paid" not in data


def test_an_administrator_may_bind_a_step_with_a_hook_otherwise(
    paying: Engine, folder: Path, who: Login, clock: FakeClock
) -> None:
    number = begun(paying, folder, who, WORKS)
    (stub,) = bindings.stubs(paying, "payment")
    assert (stub.wanted, stub.hook, stub.binding) == ("hook:pay", "pay", None)

    bindings.bind(paying, "payment", "hook:pay", {"send": "paid = 'by hand'"}, who("admin"))
    wait(paying, clock)

    assert instances.get(paying, number, who("rlb1")).data["paid"] == "by hand"


@pytest.mark.parametrize("prefix", ["", "payment/", "deep/er/"])
def test_no_upload_brings_a_hook(paying: Engine, who: Login, prefix: str) -> None:
    files = {**FILES, f"{prefix}hooks.py": b"def pay(given): return {}"}

    proposed = lambda: releasing.proposal(paying, files, who("designer"))  # noqa: E731
    for judge in (proposed, lambda: definitions.check(files, paying)):
        with pytest.raises(InvalidPackage) as caught:
            judge()
        assert caught.value.reason == "package.hooks"
    with pytest.raises(InvalidPackage):
        definitions.deploy(paying, files)


@pytest.mark.parametrize(
    ("hooks", "code"), [(None, "package.no_hook"), ("def other(given): ...", "package.no_hook"), (WORKS, None),
                        ("import web", "package.hooks")],
)  # fmt: skip
def test_a_missing_hook_is_told_before_an_instance_stops(
    paying: Engine, folder: Path, hooks: str | None, code: str | None
) -> None:
    if hooks is not None:
        (folder / "hooks.py").write_text(hooks, encoding="utf-8")

    report = definitions.check(definitions.read_folder(folder), paying)

    assert report["ok"]
    assert [w["code"] for w in report["warnings"] if w["code"].startswith("package.")] == ([code] if code else [])
    done = definitions.deploy(paying, definitions.read_folder(folder))
    assert [w["code"] for w in done.report["warnings"] if "hook" in w["code"]] == ([code] if code else [])


def test_the_command_leaves_a_hook_where_it_is_and_says_when_it_will_not_be_found(office: Engine, folder: Path) -> None:
    (folder / "hooks.py").write_text(WORKS, encoding="utf-8")
    home = {"SANBAN_HOME": str(office.settings.home), "SANBAN_DATABASE_URL": office.settings.url()}

    elsewhere = CliRunner().invoke(main, ["deploy", str(folder)], env={**home, "SANBAN_PROCESSES": str(folder)})
    again = CliRunner().invoke(main, ["deploy", str(folder)], env={**home, "SANBAN_PROCESSES": str(folder.parent)})

    assert (elsewhere.exit_code, again.exit_code) == (0, 0)
    assert "v1" in elsewhere.output
    assert "没有函数 pay" in elsewhere.output
    assert again.output.strip().endswith("v1 unchanged")
