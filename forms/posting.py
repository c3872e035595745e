"""Turn what an HTML page posts into data; nothing is judged here, so a wrong text stays one and is refused by check().

The page sends an empty hidden value before every check box, multiple choice and table of rows: its presence says that
the field was on the page, so that "nothing chosen" differs from "not asked".
"""

import re
from collections.abc import Iterable
from typing import Protocol

from forms.model import Field, Form, Json
from forms.types import MOST_ROWS, TYPES


class Posted(Protocol):
    """The part of a multi-valued dictionary that is needed here."""

    def keys(self) -> Iterable[str]: ...

    def getlist(self, key: str) -> list[str]: ...


def parse_post(form: Form, posted: Posted) -> dict[str, Json]:
    """Data of the fields that were on the page; other names (CSRF token, opinion, button) are left alone."""
    keys = set(posted.keys())
    data: dict[str, Json] = {}
    for field in form.fields:
        if field.type == "rows":
            if any(key == field.id or key.startswith(field.id + "-") for key in keys):
                data[field.id] = _rows(field, posted, keys)
        elif field.id in keys:
            data[field.id] = TYPES[field.type].read(posted.getlist(field.id))
    return data


def _rows(field: Field, posted: Posted, keys: set[str]) -> list[dict[str, Json]]:
    """Rows in the order of their numbers (``items-0-name``), numbers closed up, rows without any value left out."""
    name = re.compile(re.escape(field.id) + r"-(\d{1,6})-[a-z0-9_]+", re.ASCII)
    numbers = sorted({int(found.group(1)) for key in keys if (found := name.fullmatch(key))})
    rows = []
    for number in numbers[: MOST_ROWS + 1]:  # one too many, so that check() says so
        row = {
            column.id: TYPES[column.type].read(posted.getlist(key))
            for column in field.fields
            if (key := f"{field.id}-{number}-{column.id}") in keys
        }
        if any(value not in (None, False, []) for value in row.values()):
            rows.append(row)
    return rows
