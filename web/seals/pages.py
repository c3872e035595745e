"""The register of seal use by month, seal and department; one line with its corrections; the seals themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from engine.errors import BadInput, NotFound
from engine.verbs import inbox, registers
from web.auth import actor
from web.shell import the_engine
from web.task.sheet import group_name
from web.whole_numbers import whole
from web.words import local

USES, SEALS, PROCESS = "seal_use", "seal", "seal_use"
EVERY = "all"
PAGE = 50
MOST = 5000
# columns the table has room for; the page of a line shows all
SHOWN = ("used_at", "seal", "file_name", "applicant_dept", "approver", "sealers", "mode", "result")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; without a month it is the present one."""

    month: str
    seal: str = ""
    dept: str = ""
    q: str = ""
    limit: int = PAGE

    @classmethod
    def read(cls, args: Mapping[str, str], today: date) -> "Chosen":
        """From a query string."""
        limit = args.get("limit", "")
        return cls(
            month=args.get("month", "")[:7] or f"{today:%Y-%m}",
            seal=args.get("seal", "")[:60],
            dept=args.get("dept", "")[:60],
            q=args.get("q", "").strip()[:80],
            limit=min(whole(limit) or PAGE, MOST),
        )

    def url(self, path: str = "/seals", **changes: Any) -> str:
        """The register with some choices changed."""
        new = replace(self, **changes)
        pairs = [("month", new.month), ("seal", new.seal), ("dept", new.dept), ("q", new.q)]
        pairs += [("limit", str(new.limit))] if new.limit != PAGE else []
        return f"{path}?{urlencode([(name, value) for name, value in pairs if value])}"

    def beside(self, months: int) -> str:
        """The month before or after, as an address; none beside all months."""
        if self.month == EVERY:
            return ""
        first = date.fromisoformat(f"{self.month}-01")
        other = first - timedelta(days=1) if months < 0 else first + timedelta(days=31)
        return self.url(month=f"{other:%Y-%m}", limit=PAGE)

    @property
    def narrowed(self) -> bool:
        """Whether something besides the month narrows the list."""
        return bool(self.seal or self.dept or self.q)


def register() -> str:
    """One month of the register."""
    chosen = _chosen()
    return render_template(
        "seals/register.html",
        sheet=_sheet(chosen, chosen.limit),
        chosen=chosen,
        shown=SHOWN,
        this_month=f"{_today():%Y-%m}",
        waiting=inbox.page(the_engine(), actor(), box="todo", process=PROCESS, limit=1).total,
    )


def print_register() -> str:
    """The same month for paper, with totals and lines to sign on."""
    chosen = _chosen()
    sheet = _sheet(chosen, MOST)
    valid = [line for line in reversed(sheet.lines) if line.corrected_by is None]
    copies = sum(int(line.data.get("copies") or 0) for line in valid)
    return render_template(
        "seals/print.html", sheet=sheet, lines=valid, copies=copies, chosen=chosen, group=group_name(the_engine())
    )


def line(record: int) -> str:
    """One line with everything it says, and what was corrected about it."""
    return render_template("seals/line.html", detail=of_use(record))


def of_use(record: int) -> registers.Detail:
    """A line of this register; records of others have pages of their own."""
    detail = registers.get(the_engine(), record, actor())
    if detail.register != USES:
        raise NotFound("用印登记簿里没有这一条登记。", f"record {record} is of {detail.register}", "请从用印登记打开。")
    return detail


def seals() -> str:
    """The seals: state, keepers, and where each is kept."""
    return render_template("seals/seals.html", sheet=registers.rows(the_engine(), SEALS, actor()))


def _chosen() -> Chosen:
    chosen = Chosen.read(request.args, _today())
    if chosen.month != EVERY:
        try:
            date.fromisoformat(f"{chosen.month}-01")
        except ValueError as error:
            raise BadInput(f"月份“{chosen.month}”不对。", "bad month", "写成 2026-11。", "list.parameters") from error
    return chosen


def _sheet(chosen: Chosen, limit: int) -> registers.Sheet:
    return registers.rows(
        the_engine(),
        USES,
        actor(),
        month=None if chosen.month == EVERY else chosen.month,
        text=chosen.q or None,
        filters={"seal": chosen.seal, "applicant_dept": chosen.dept},
        limit=limit,
    )


def _today() -> date:
    return local(the_engine().now()).date()
