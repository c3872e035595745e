"""Files in, one immutable value out: compiled once, and anew for whoever reads them otherwise."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from engine.bpmn.expressions import Office, office, settle
from engine.errors import InvalidPackage
from engine.package import read_package
from tests.support.memo import MEMO


@pytest.fixture(autouse=True)
def _the_office_stays() -> Iterator[None]:
    before = office()
    yield
    settle(before)


def test_the_same_files_in_any_order_are_one_package() -> None:
    assert read_package(dict(reversed(MEMO.items()))) is read_package(MEMO)


def test_what_has_changed_is_another_package() -> None:
    title = MEMO["process.toml"].replace("签报".encode(), "请示".encode())

    assert read_package(MEMO | {"process.toml": title}).manifest.title != read_package(MEMO).manifest.title


def test_an_office_in_another_zone_reads_its_diagrams_anew() -> None:
    here = read_package(MEMO)
    settle(Office(ZoneInfo("Asia/Urumqi"), office().feel))

    assert read_package(MEMO) is not here


def test_what_is_refused_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(InvalidPackage):
            read_package({"process.toml": MEMO["process.toml"]})
