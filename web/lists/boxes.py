"""The five boxes and the filters of a list, as values; everything a person chose is in the address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from web.language import N_, _, pgettext, told
from web.whole_numbers import whole

PAGE = 50
MOST = 200
READ_WORDS = {"0": N_("待阅"), "1": N_("已阅")}
DUE_WORDS = {"overdue": N_("超期"), "today": N_("今日到期"), "week": N_("本周到期")}


@dataclass(frozen=True, slots=True)
class Box:
    """One list of the inbox; ``preview`` tells whether a pane beside it shows the selected item."""

    key: str
    title: str
    path: str
    icon: str
    preview: bool = False


BOXES = {
    box.key: box
    for box in (
        Box("todo", N_("待办"), "/inbox", "inbox", preview=True),
        Box("done", N_("已办"), "/done", "circle-check"),
        Box("mine", N_("我发起"), "/mine", "send"),
        Box("cc", N_("传阅"), "/cc", "eye"),
        Box("drafts", N_("草稿"), "/drafts", "file-pencil"),
    )
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says about a list; ``sel`` names the selected item."""

    box: Box
    due: str = ""
    process: str = ""
    urgency: str = ""
    on_behalf: bool = False
    q: str = ""
    seen: str = ""  # of what was circulated: 0 is still to be read, 1 was read
    limit: int = PAGE
    sel: str = ""

    @classmethod
    def read(cls, box: Box, args: Mapping[str, str]) -> "Filters":
        """From a query string; what cannot be meant is left out."""
        due, limit = args.get("due", ""), args.get("limit", "")
        return cls(
            box=box,
            due=due if due in DUE_WORDS else "",
            process=args.get("process", "")[:60],
            urgency=args.get("urgency", "")[:8],
            on_behalf=args.get("on_behalf") == "1",
            q=args.get("q", "").strip()[:80],
            seen=args["read"] if args.get("read") in ("0", "1") and box.key == "cc" else "",
            limit=min(whole(limit) or PAGE, MOST),
            sel=args.get("sel", "")[:80],
        )

    def query(self) -> dict[str, Any]:
        """Arguments of the inbox verb."""
        return {
            "due": self.due or None,
            "process": self.process or None,
            "urgency": self.urgency or None,
            "on_behalf": True if self.on_behalf else None,
            "text": self.q or None,
            "read": self.seen == "1" if self.seen else None,
            "limit": self.limit,
        }

    def carried(self) -> dict[str, Any]:
        """The part of the address that goes along to the task page and back."""
        return {name: value for name, value in self._pairs() if name != "sel"}

    def url(self, path: str = "", **changes: Any) -> str:
        """The address of this list with some choices changed."""
        pairs = dict(replace(self, **changes)._pairs())
        path = path or self.box.path
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Choices a form has to repeat because it does not hold them itself."""
        return [(name, value) for name, value in self._pairs() if name not in (*without, "sel", "limit")]

    def active(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.due or self.process or self.urgency or self.on_behalf or self.q or self.seen)

    def words(self) -> str:
        """The narrowing in words."""
        said = [
            told(DUE_WORDS.get(self.due)),
            told(self.urgency),
            _("代办") if self.on_behalf else "",
            told(READ_WORDS.get(self.seen)),
            self.q,
        ]
        found = _("、").join(filter(None, said))
        return f"“{found}”" if found else pgettext("no words", "条件")

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.due:
            yield "due", self.due
        if self.process:
            yield "process", self.process
        if self.urgency:
            yield "urgency", self.urgency
        if self.on_behalf:
            yield "on_behalf", "1"
        if self.q:
            yield "q", self.q
        if self.seen:
            yield "read", self.seen
        if self.limit != PAGE:
            yield "limit", str(self.limit)
        if self.sel:
            yield "sel", self.sel
