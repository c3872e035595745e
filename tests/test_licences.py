"""Every locked package has a licence that use under Apache-2.0 permits; the list of what we are made of is complete."""

import json
import re
from pathlib import Path

import pytest

from tools import notices

ROOT = Path(__file__).resolve().parent.parent


def test_every_locked_package_has_a_licence_that_is_permitted() -> None:
    assert [f"{c.purl}: {c.licence}" for c in notices.components() if not notices.permits(c.licence)] == []


def test_nothing_that_is_refused_is_permitted() -> None:
    assert set(notices.RULES["permitted"]) & set(notices.RULES["refused"]) == set()


@pytest.mark.parametrize(
    "expression",
    ["MIT", "MIT OR GPL-3.0-only", "MPL-2.0 AND (Apache-2.0 OR MIT)", "(GPL-2.0-only OR MIT) AND BSD-3-Clause"],
)
def test_what_may_be_used_is_permitted(expression: str) -> None:
    assert notices.permits(expression)


@pytest.mark.parametrize(
    "expression",
    ["", "GPL-3.0-only", "MIT AND AGPL-3.0-only", "SSPL-1.0", "Proprietary", "MIT MIT", "(MIT", "UNKNOWN OR BUSL-1.1"],
)
def test_what_may_not_be_used_or_is_not_understood_is_refused(expression: str) -> None:
    assert not notices.permits(expression)


def test_the_bill_names_every_locked_package_with_its_hashes() -> None:
    found = notices.components()
    bill = notices.bill(found, "0.1.0")
    pinned = re.findall(
        r"^([\w.-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements-dev.lock").read_text("utf-8"), re.MULTILINE
    )
    npm = json.loads((ROOT / "web" / "frontend" / "package-lock.json").read_text("utf-8"))["packages"]

    assert {c.name for c in found if c.kind == "pypi"} == {notices.plain(name) for name in pinned}
    assert sum(c.kind == "npm" for c in found) == len(npm) - 1
    assert [c.name for c in found if c.kind == "pypi" and not c.hashes] == []
    assert len({each["bom-ref"] for each in bill["components"]}) == len(found)


def test_the_texts_of_what_runs_are_brought_along() -> None:
    text = "".join(notices.texts(notices.components()))

    assert "flask 3" in text
    assert "Permission is hereby granted" in text
