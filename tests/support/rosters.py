"""Rosters for tests: the organisation of an engine as a table, and tables as files."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from engine.org import KEPT_BY_HAND
from engine.runtime import Engine
from engine.store import staffing
from engine.verbs import people

HEAD = (
    "登录名",
    "姓名",
    "单位代码",
    "单位名称",
    "上级代码",
    "单位类型",
    "岗位代码",
    "岗位名称",
    "角色",
    "主职",
    "邮箱",
    "电话",
)
Table = Sequence[Sequence[str]]


def roster_of(engine: Engine) -> list[list[str]]:
    """Everybody active whom a roster keeps, one row for each post."""
    now = people.directory(engine)
    with engine.store.reading() as tx:
        contacts = staffing.contacts(tx)
    rows = [list(HEAD)]
    for person in now.persons:
        if not person.active or person.roles & KEPT_BY_HAND:
            continue
        for row in now.on().seats_of(person):
            post = now.post(row.post_id)
            unit = now.unit(post.unit_id) if post else None
            if post and unit:
                place = [unit.code, "", "", "", post.code, "", row.role, "是" if row.main else "否"]
                rows.append([person.login, person.name, *place, *contacts[person.id]])
    return rows


def as_csv(rows: Table, encoding: str = "utf-8-sig") -> bytes:
    """The table as it is saved by a spreadsheet."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_workbook(rows: Table) -> bytes:
    """The table as an .xlsx file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, row)
    book.close()
    return out.getvalue()
