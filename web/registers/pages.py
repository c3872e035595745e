"""The list of registers, one of them by month and text, one line with its chain, and the same list as a CSV file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, render_template, request

from engine.errors import BadInput, NotFound
from engine.verbs import registers
from web.auth import actor
from web.csv_files import csv_text
from web.numbers import whole
from web.shell import the_engine
from web.words import local

PAGE = 50
MOST = 5000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; without a month it is everything."""

    name: str
    month: str = ""
    q: str = ""
    limit: int = PAGE

    @classmethod
    def read(cls, name: str, args: Mapping[str, str]) -> "Chosen":
        """From a query string."""
        month, limit = args.get("month", "")[:7], args.get("limit", "")
        if month:
            try:
                date.fromisoformat(f"{month}-01")
            except ValueError as error:
                raise BadInput(f"月份“{month}”不对。", "bad month", "写成 2026-11。", "list.parameters") from error
        shown = min(whole(limit) or PAGE, MOST)
        return cls(name, month, args.get("q", "").strip()[:80], shown)

    def url(self, suffix: str = "", **changes: Any) -> str:
        """The same list with some choices changed."""
        new = replace(self, **changes)
        pairs = [("month", new.month), ("q", new.q), ("limit", str(new.limit) if new.limit != PAGE else "")]
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"/registers/{quote(self.name)}{suffix}" + (f"?{query}" if query else "")

    @property
    def narrowed(self) -> bool:
        """Whether something narrows the list."""
        return bool(self.month or self.q)


def index() -> str:
    """All registers with the number of their standing lines."""
    found = registers.shelves(the_engine(), actor())
    return render_template("registers/index.html", registers=found)


def sheet(register: str) -> str:
    """Standing lines of one register, newest first."""
    chosen = Chosen.read(register, request.args)
    return render_template("registers/sheet.html", sheet=_sheet(chosen, chosen.limit), chosen=chosen, today=_today())


def line(register: str, record: int) -> str:
    """One line with everything it says and the lines it replaces or that replace it."""
    detail = registers.get(the_engine(), record, actor())
    if detail.register != register:
        raise NotFound(f"“{register}”里没有这一条登记。", f"record {record} is not in {register}", "请从台账打开。")
    return render_template("registers/line.html", detail=detail)


def table(register: str) -> Response:
    """The list as CSV, oldest first; a text that a spreadsheet would compute begins with an apostrophe."""
    chosen = Chosen.read(register, request.args)
    found = _sheet(chosen, MOST)
    heading = ["登记号", *(label for _key, label in found.columns), "状态", "来源"]
    lines = ([one.label, *(one.texts[k] for k, _label in found.columns), one.state_label, one.number]
             for one in reversed(found.lines))  # fmt: skip
    file = f"{found.title}{chosen.month or _today()}.csv"
    answer = Response(csv_text([heading, *lines]), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file)}"
    return answer


def _sheet(chosen: Chosen, limit: int) -> registers.Sheet:
    return registers.rows(
        the_engine(),
        chosen.name,
        actor(),
        month=chosen.month or None,
        text=chosen.q or None,
        standing=True,
        limit=limit,
    )


def _today() -> date:
    return local(the_engine().now()).date()
