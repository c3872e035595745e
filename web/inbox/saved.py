"""Filters somebody keeps under a name; they are addresses, so the list behind one is always that of now."""

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.model import Actor
from engine.verbs import people
from web import toast
from web.auth import actor, safe_address
from web.language import _
from web.lists.boxes import BOXES, Filters
from web.shell import the_engine

MOST = 12
LONGEST = 12
SETTING = "filters"


def of(who: Actor, box: str) -> list[dict[str, str]]:
    """The kept filters of a box: name and address."""
    kept = who.settings.get(SETTING)
    return [row for row in kept if row.get("box") == box] if isinstance(kept, list) else []


def save() -> ResponseReturnValue:
    """Keep the filter of the page under a name; the same name again replaces it."""
    box = BOXES.get(request.form.get("box", ""))
    name = " ".join(request.form.get("name", "").split())[:LONGEST]
    if box is None or not name:
        raise BadInput("请给筛选起个名字。", "a filter needs a name", _("至多 %(n)s 个字。", n=LONGEST))
    filters = Filters.read(box, request.args)
    others = [row for row in _kept() if (row["box"], row["name"]) != (box.key, name)]
    if len(others) >= MOST:
        raise BadInput(f"至多保存 {MOST} 个筛选。", "too many filters", "请先删除不用的。")
    address = filters.url(sel="", limit=Filters(box).limit)
    people.set_setting(the_engine(), SETTING, [*others, {"box": box.key, "name": name, "url": address}], actor())
    toast.say(_("筛选“%(name)s”已保存。", name=name))
    return redirect(address, 303)


def drop() -> ResponseReturnValue:
    """Forget a kept filter."""
    box, name = request.form.get("box", ""), request.form.get("name", "")
    people.set_setting(
        the_engine(), SETTING, [row for row in _kept() if (row["box"], row["name"]) != (box, name)], actor()
    )
    toast.say(_("筛选“%(name)s”已删除。", name=name))
    return redirect(safe_address(request.form.get("next")), 303)


def _kept() -> list[dict[str, Any]]:
    kept = actor().settings.get(SETTING)
    return list(kept) if isinstance(kept, list) else []
