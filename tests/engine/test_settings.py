"""Keys: nothing starts with one that is missing, short or simple, and processes that start at once agree on one."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from engine.errors import BadInput
from engine.settings import Settings


@pytest.mark.parametrize("key", ["short", "a" * 40, "changeme" * 3, "abababababababababababababababababab"])
def test_a48_a_short_or_simple_key_stops_the_start(tmp_path: Path, key: str) -> None:
    settings = Settings(home=tmp_path, secret_key=SecretStr(key), audit_key=SecretStr(key))

    for ask in (settings.secret, settings.audit_secret):
        with pytest.raises(BadInput) as refused:
            ask()
        assert refused.value.reason == "settings.key"
        assert "32" in refused.value.hint
        assert key not in refused.value.message_zh


def test_a48_an_emptied_key_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("", encoding="ascii")

    with pytest.raises(BadInput):
        Settings(home=tmp_path).secret()


def test_keys_are_made_once_apart_from_each_other_and_for_the_owner_only(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as processes:
        keys = set(processes.map(lambda _: Settings(home=tmp_path).secret(), range(64)))

    assert len(keys) == 1
    assert Settings(home=tmp_path).audit_secret().decode() not in keys
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["audit.key", "secret.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("zone", ["Asia/Shangai", "", "../etc/passwd", "UTC+8"])
def test_a_zone_that_does_not_exist_stops_the_start(zone: str) -> None:
    with pytest.raises(ValidationError, match="time zone"):
        Settings(timezone=zone)
