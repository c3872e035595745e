"""A list as its page shows it: rows with their addresses, groups, filter pills, and the neighbours of one item."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.model import Actor, ItemRow, Page
from engine.verbs import definitions, inbox
from web.language import N_, _, pgettext, told
from web.lists.boxes import BOXES, READ_WORDS, Filters
from web.shell import the_engine

if TYPE_CHECKING:
    from engine.runtime import Engine

GROUPS = {
    "overdue": N_("已超期"), "today": N_("今日到期"), "week": N_("本周到期"), "later": N_("以后到期"),
    "none": N_("不计时"),
}  # fmt: skip
NAMES = tuple(field.name for field in fields(ItemRow))


@dataclass(frozen=True, slots=True)
class Pill:
    """One filter: how many it would show, and where it leads."""

    title: str
    count: int
    url: str
    current: bool
    lamp: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in the filtered list, with the addresses of its neighbours."""

    n: int
    of: int
    before: str
    after: str
    next_key: str  # of the item to select when this one has gone


Line = dict[str, Any]


def lines(page: Page, filters: Filters) -> list[Line]:
    """Rows with ``key``, which names them in an address, and ``href``, where they are worked on or read."""
    many = Counter(row.number for row in page.rows)
    found = []
    for row in page.rows:
        line = {name: getattr(row, name) for name in NAMES}
        line["entry"] = row.kind != "instance" and bool(row.element) and is_entry(row)
        line["key"] = row.number if many[row.number] == 1 else f"{row.number}.{row.id}"
        if row.state == "altered":
            line["title"] = line["name"] = told(row.title)
        line["due_by"] = told(row.due_by)  # 整件, 阶段“签发至分发”; nothing where it is the step's own
        line["href"] = _href(row, filters, alone=many[row.number] == 1)
        found.append(line)
    return found


def is_entry(row: ItemRow) -> bool:
    """Whether a row is an entry of a checklist: then what is to be done says more than what it is done for."""
    plan = definitions.package(the_engine(), row.process).plans.get(row.element)
    return plan is not None and plan.checklist is not None


def groups(rows: Sequence[Line], filters: Filters) -> list[tuple[str, list[Line]]]:
    """Rows under headings by urgency of the deadline; without headings where the order is another one."""
    if filters.box.key != "todo":
        return [("", list(rows))] if rows else []
    return [(GROUPS.get(name, ""), list(part)) for name, part in groupby(rows, key=lambda line: line["group"])]


def selected(rows: Sequence[Line], filters: Filters) -> Line | None:
    """The row the address names, otherwise the first."""
    wanted = filters.sel
    for row in rows:
        if wanted in (row["key"], row["number"], f"{row['number']}.{row['id']}"):
            return row
    return rows[0] if rows else None


def pills(counts: Mapping[str, int], page: Page, filters: Filters) -> list[Pill]:
    """The quick filters above a list; their numbers come from the query that lists."""
    plain: dict[str, Any] = {"due": "", "urgency": "", "on_behalf": False, "sel": "", "q": "", "seen": ""}
    narrowed = bool(filters.due or filters.urgency or filters.on_behalf or filters.seen)
    whole = counts["todo"] if filters.box.key == "todo" else page.counts.get("total", page.total)
    found = [Pill(N_("全部"), whole, filters.url(**plain), not narrowed)]
    if filters.box.key == "todo":
        for due, title, lamp in (("overdue", pgettext("filter", "超期"), "red"), ("today", _("今日到期"), "amber")):
            address = filters.url(**{**plain, "due": due})
            found.append(Pill(title, counts[due], address, filters.due == due, lamp))
        address = filters.url(**{**plain, "urgency": "特急"})
        found.append(Pill(N_("特急"), counts.get("urgent", 0), address, filters.urgency == "特急"))
        address = filters.url(**{**plain, "on_behalf": True})
        found.append(Pill(pgettext("filter", "代办"), counts.get("on_behalf", 0), address, filters.on_behalf))
    if filters.box.key == "cc":
        for read, name in (("0", "unread"), ("1", "read")):
            address = filters.url(**{**plain, "seen": read})
            found.append(Pill(READ_WORDS[read], page.counts[name], address, filters.seen == read))
    return found


def place(engine: "Engine", actor: Actor, filters: Filters, item_id: int) -> Place | None:
    """Where an item of mine stands among the filtered ones; None if the filter does not show it."""
    rows = lines(inbox.page(engine, actor, box="todo", **filters.query()), filters)
    at = next((n for n, row in enumerate(rows) if row["id"] == item_id), None)
    if at is None:
        return None
    before, after = rows[at - 1 : at] if at else [], rows[at + 1 : at + 2]
    following = (after or before or [{"key": ""}])[0]["key"]
    return Place(
        n=at + 1,
        of=len(rows),
        before=before[0]["href"] if before else "",
        after=after[0]["href"] if after else "",
        next_key=following,
    )


def _href(row: ItemRow, filters: Filters, *, alone: bool) -> str:
    if filters.box.key == "drafts":
        return _draft_href(row)
    if filters.box.key in ("todo", "cc"):
        carried = filters.carried() if filters.box is BOXES["todo"] else {}
        return url_for("task.page", number=row.number, item=None if alone else row.id, **carried)
    return url_for("instances.overview", number=row.number)


def _draft_href(row: ItemRow) -> str:
    if row.kind == "item":
        return url_for("inbox.draft_of_item", item=row.id)
    return url_for("start.form", process=row.process)
