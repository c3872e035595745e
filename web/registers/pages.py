"""The list of registers, one of them by month and text, one line with its chain, and the same list as a CSV file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, render_template, request

from engine.errors import BadInput, NotFound
from engine.verbs import definitions, marking, registers
from web.auth import actor
from web.language import _
from web.registers.sending import download
from web.shell import the_engine
from web.whole_numbers import whole
from web.words import local

PAGE = 50
MOST = 5000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; without a month it is everything."""

    name: str
    month: str = ""
    q: str = ""
    state: str = ""
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
        return cls(name, month, args.get("q", "").strip()[:80], args.get("state", "")[:20], shown)

    def url(self, suffix: str = "", **changes: Any) -> str:
        """The same list with some choices changed."""
        new = replace(self, **changes)
        pairs = [
            ("month", new.month),
            ("q", new.q),
            ("state", new.state),
            ("limit", str(new.limit) if new.limit != PAGE else ""),
        ]
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"/registers/{quote(self.name)}{suffix}" + (f"?{query}" if query else "")

    @property
    def narrowed(self) -> bool:
        """Whether something narrows the list."""
        return bool(self.month or self.q or self.state)


def index() -> str:
    """All registers with the number of their standing lines."""
    found = registers.shelves(the_engine(), actor())
    return render_template("registers/index.html", registers=found)


def sheet(register: str) -> str:
    """Standing lines of one register, newest first."""
    chosen = Chosen.read(register, request.args)
    found = _sheet(chosen, chosen.limit)
    return render_template("registers/sheet.html", sheet=found, columns=_columns(found), chosen=chosen, today=_today())


def _columns(found: registers.Sheet) -> list[tuple[str, str]]:
    """The columns of the table, without those that only repeat what a line is called."""
    return [
        (key, label)
        for key, label in found.columns
        if not found.lines or any(line.texts[key] != line.label for line in found.lines)
    ]


def line(register: str, record: int) -> str:
    """One line with everything it says and the lines it replaces or that replace it."""
    detail = registers.get(the_engine(), record, actor())
    if detail.register != register:
        raise NotFound("这个台账里没有这一条登记。", f"record {record} is not in {register}", "请从台账打开。")
    differences = [_differences(detail, n) for n in range(len(detail.chain))]
    return render_template("registers/line.html", detail=detail, differences=differences, begins=_begins(detail))


def _begins(detail: registers.Detail) -> list[tuple[str, str, str]]:
    """Key and title of each process that this person may begin from the record, and the field that names it."""
    mine = [definitions.package(the_engine(), card.key) for card in definitions.cards(the_engine(), actor())]
    found = registers.fields_from(the_engine(), detail, mine)
    return [(package.manifest.key, package.manifest.title, field) for package, field in found]


def _differences(detail: registers.Detail, n: int) -> list[tuple[str, str, str]]:
    """What a line of the chain changed: label, before, after; nothing for the first."""
    if n == 0:
        return []
    before, after = detail.chain[n - 1], detail.chain[n]
    found = [
        (label, before.texts[key], after.texts[key])
        for key, label, _kind in detail.columns
        if before.texts[key] != after.texts[key]
    ]
    return found + ([(_("状态"), before.state_label, after.state_label)] if before.state != after.state else [])


def table(register: str) -> Response:
    """The list as CSV, oldest first; nothing in it is computed."""
    found, stem, mark = _asked(register)
    return download(registers.as_csv(found), mark.name(stem, "csv"))


def workbook(register: str) -> Response:
    """The list as Excel, oldest first; texts stay texts."""
    found, stem, mark = _asked(register)
    return download(registers.as_workbook(found, mark), f"{stem}.xlsx")


def _asked(register: str) -> tuple[registers.Sheet, str, marking.Mark]:
    """The list, what its file is called, and whose export it is."""
    chosen = Chosen.read(register, request.args)
    found = _sheet(chosen, MOST)
    return found, f"{found.title}{chosen.month or _today()}", marking.mark(the_engine(), actor())


def _sheet(chosen: Chosen, limit: int) -> registers.Sheet:
    return registers.rows(
        the_engine(),
        chosen.name,
        actor(),
        month=chosen.month or None,
        text=chosen.q or None,
        state=chosen.state or None,
        standing=True,
        limit=limit,
    )


def _today() -> date:
    return local(the_engine().now()).date()
