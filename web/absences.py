"""Leaves and authority as forms: times of the office read from a page, and the two lists that show them."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import request

from engine.errors import BadInput
from engine.model import Actor
from engine.verbs import definitions, people
from forms import is_money
from web.language import N_
from web.shell import the_engine
from web.words import local

REASONS = (N_("请假"), N_("出差"), N_("培训"), N_("外出"))  # kept as they stand; pages show them by `told`


def moment(name: str, label: str) -> datetime:
    """An instant from a field of the page, on the clock of the office."""
    text = request.form.get(name, "").strip()
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"请填写{label}，例如 2026-11-18 08:30。", f"{name} is not a time", "请改正后再提交。") from None
    zone = local(the_engine().now()).tzinfo
    return read if read.tzinfo else read.replace(tzinfo=zone)


def asked() -> dict[str, Any]:
    """What the form for a leave says."""
    return {
        "since": moment("since", N_("开始时间")),
        "until": moment("until", N_("结束时间")),
        "reason": request.form.get("reason", "").strip()[:60] or REASONS[0],
        "by": request.form.get("by", "").strip(),
        "seals": request.form.get("seals") == "1",
    }


def authorise(login: str, actor: Actor) -> None:
    """Let somebody stand in as the form says."""
    people.substitute(
        the_engine(),
        login,
        request.form.get("by", "").strip(),
        actor,
        since=moment("since", N_("开始时间")),
        until=moment("until", N_("结束时间")),
        scope=[key for key in request.form.getlist("scope") if key],
        seals=request.form.get("seals") == "1",
        reason=request.form.get("reason", "").strip()[:60] or N_("授权代理"),
        letter=request.form.get("letter", "").strip(),
        genres=[one for one in re.split(r"[\s,，、]+", request.form.get("genres", "")) if one],
        most=_amount(request.form.get("most", "").strip()),
    )


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    if not is_money(text):
        raise BadInput(
            "金额上限请填数字，如 50000。", f"{text} is no amount", "请改正后再提交。", "org.substitute_amount"
        )
    return Decimal(text)


def begun() -> dict[str, str]:
    """Times that stand in the form to begin with: now, and the end of office hours of today."""
    now = local(the_engine().now())
    until = now.replace(hour=17, minute=30) if now.hour < 17 else now.replace(hour=23, minute=59)
    return {"since": f"{now:%Y-%m-%dT%H:%M}", "until": f"{until:%Y-%m-%dT%H:%M}"}


def context() -> dict[str, Any]:
    """What both pages need for their forms."""
    rows = definitions.all_current(the_engine())
    return {"begun": begun(), "reasons": REASONS, "processes": [(row.key, row.title) for row in rows]}
