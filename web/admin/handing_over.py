"""Work that changes hands: slips of leavers and rotations, with the list of what moved."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, SanbanError
from engine.verbs import people
from web import toast
from web.auth import actor
from web.language import N_, _, told
from web.shell import the_engine
from web.words import local

STATES = {"planned": (N_("待生效"), "blue"), "done": (N_("已生效"), "green"), "cancelled": (N_("已取消"), "grey")}
REASON = N_("轮岗")


def index(refusal: SanbanError | None = None) -> ResponseReturnValue:
    """All slips and the form for a rotation."""
    shown = render_template(
        "admin/handovers.html",
        part="handovers",
        slips=people.handovers(the_engine(), actor()),
        places=people.places(the_engine(), actor()),
        states=STATES,
        today=local(the_engine().now()).date().isoformat(),
        refusal=refusal,
        entered=request.form,
    )
    return shown, 422 if refusal else 200


def preview() -> ResponseReturnValue:
    """What would move with the post; nothing counts yet."""
    try:
        asked = _asked()
        rows = people.preview_handover(the_engine(), asked["login"], actor(), unit=asked["unit"], post=asked["post"])
    except SanbanError as refusal:
        return index(refusal)
    directory = people.directory(the_engine())
    return render_template(
        "admin/rotation_preview.html",
        part="handovers",
        asked=asked,
        rows=rows,
        person=directory.person(asked["login"]),
        receiver=directory.person(asked["to"]),
        witness=directory.person(asked["witness"]),
        entered=request.form,
    )


def rotate() -> ResponseReturnValue:
    """Record the rotation; on its day it happens by itself."""
    try:
        slip = people.rotate(the_engine(), actor=actor(), **_asked())
    except SanbanError as refusal:
        return index(refusal)
    toast.say(_("轮岗单已登记，生效日自动移交。"))
    return redirect(url_for("admin.handover", slip=slip), 303)


def show(slip: int) -> ResponseReturnValue:
    """One slip."""
    return render_template(
        "admin/handover.html", part="handovers", slip=people.handover(the_engine(), slip, actor()), states=STATES
    )


def cancel(slip: int) -> ResponseReturnValue:
    """Take a planned rotation back."""
    people.cancel_rotation(the_engine(), slip, actor())
    toast.say(_("轮岗已取消，任职恢复原样。"))
    return redirect(url_for("admin.handover", slip=slip), 303)


def _asked() -> dict[str, Any]:
    form = request.form
    unit, _dot, post = form.get("post", "").strip().rpartition(".")
    reason = form.get("reason", "").strip()
    try:
        day = date.fromisoformat(form.get("on", "").strip())
    except ValueError:
        raise BadInput("请填写生效日，例如 2026-11-18。", "on is not a date", "请改正后再提交。") from None
    return {
        "login": form.get("login", "").strip(),
        "to": form.get("to", "").strip(),
        "unit": unit,
        "post": post,
        "on": day,
        "witness": form.get("witness", "").strip(),
        "reason": REASON if reason in ("", told(REASON)) else reason,  # papers are in Chinese
        "goods": form.get("goods", "").strip(),
    }
