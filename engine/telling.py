"""How a command answers: in words or in JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal

import click

from engine.model import Json

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
as_login = click.option("--as", "login", required=True, help="Login of the person who acts.")


def say(value: object, as_json: bool, words: Callable[[], str]) -> None:
    """Print a value as JSON, or its words."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2) if as_json else words())


def plain(value: object) -> Json:
    """A value as JSON knows it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {k: plain(v) for k, v in asdict(value).items()}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, Decimal):
        return str(value)  # exact, as over HTTP
    return value.isoformat() if isinstance(value, date) else value
