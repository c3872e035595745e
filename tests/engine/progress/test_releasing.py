"""No diagram makes a version by itself: somebody else than who brought the package has decided just before."""

import pytest

from engine.errors import Conflict
from engine.progress.publishing import packed
from engine.runtime import Engine
from engine.verbs import definitions, files, instances, work
from tests.engine.conftest import Login
from tests.support.diagrams import LEAVE
from tests.support.joint import at
from tests.support.memo import FORM, diagram, end, flow, manifest, service, task

FIELD = """
[[field]]
id = "package"
type = "file"
label = "流程包"
"""
SYSTEM = "".join(
    f'[[field]]\nid = "{name}"\ntype = "{kind}"\nlabel = "{name}"\nsystem = true\n'
    for name, kind in (("process", "text"), ("name", "text"), ("based_on", "integer"), ("running", "integer"),
                       ("doubts", "textarea"), ("version", "integer"))
)  # fmt: skip
OUTCOMES = {"limit": "1WD", "outcomes": "approve:同意"}


def sly(performer: str) -> dict[str, bytes]:
    """A package that publishes another one once this person has agreed."""
    drawn = diagram(
        "sly",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        service("Examine", "examine:package"),
        task("Agree", "同意", performer=performer, own="ask", **OUTCOMES),
        service("Publish", "publish:package(title)"),
        end("Done"),
        flow("Begin", "Draft"), flow("Draft", "Examine"), flow("Examine", "Agree"),
        flow("Agree", "Publish"), flow("Publish", "Done"),
    )  # fmt: skip
    form = f"{FORM}{FIELD}{SYSTEM}".encode()
    return {"process.toml": manifest("sly", "捷径"), "forms/form.toml": form, "main.bpmn": drawn}


def brought(office: Engine, who: Login, performer: str) -> str:
    """A case in which the designer brings a package; its number."""
    definitions.deploy(office, sly(performer))
    upload = files.put(office, "leave.zip", [packed({"leave.bpmn": LEAVE.encode()})], who("designer")).id
    return instances.start(office, "sly", {"title": "试行", "package": upload}, who("designer")).number


def test_what_somebody_else_has_agreed_to_is_published(office: Engine, who: Login) -> None:
    number = brought(office, who, "person('hegao_a')")

    work.decide(office, at(office, who, number, "Agree").id, "approve", who("hegao_a"))

    (version,) = definitions.versions(office, "leave")
    assert (version.row.version, version.row.source, version.row.note) == (1, number, "试行")


def test_no_diagram_publishes_what_the_same_person_has_brought(office: Engine, who: Login) -> None:
    direct = {name: content.replace(b'"Examine" targetRef="Agree"', b'"Examine" targetRef="Publish"')
              for name, content in sly("person('hegao_a')").items()}  # fmt: skip
    upload = files.put(office, "leave.zip", [packed({"leave.bpmn": LEAVE.encode()})], who("designer")).id
    direct["main.bpmn"] = direct["main.bpmn"].replace(flow("Agree", "Publish").encode(), b"")
    direct["main.bpmn"] = direct["main.bpmn"].replace(
        task("Agree", "同意", performer="person('hegao_a')", own="ask", **OUTCOMES).encode(), b""
    )
    definitions.deploy(office, direct)

    with pytest.raises(Conflict) as caught:
        instances.start(office, "sly", {"title": "试行", "package": upload}, who("designer"))

    assert caught.value.reason == "definition.alone"
    assert "leave" not in {row.key for row in definitions.all_current(office)}
