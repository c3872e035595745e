"""The one message a page shows after an action: what was done, who has it now, and how long it may be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import current_app, session

from engine.model import Done, NextStep
from web.language import N_, _, told
from web.words import holders

if TYPE_CHECKING:
    from engine.runtime import Engine

SHORT = 22
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Toast:
    """``undo`` lists the work items that one press of 撤销 takes back; ``seconds`` is how long that is offered."""

    text: str
    tone: str = "good"
    undo: tuple[int, ...] = ()
    seconds: int = 0


def say(text: str, tone: str = "good") -> None:
    """Show a message on the next page of this person."""
    session["toast"] = {"text": text, "tone": tone}


def say_done(label: str, done: Done, asked: Sequence[str] = ()) -> None:
    """Show what was done with whom it is now, and offer to undo it while nobody else sees it.

    ``asked`` are those who have the same step still to do.
    """
    text = _(
        "%(done)s《%(title)s》%(after)s%(beside)s",
        done=done_by(label), title=short(done.title), after=after(done.next), beside=beside(asked),
    )  # fmt: skip
    items = [done.item_id] if done.item_id is not None and done.undo_until else []
    session["toast"] = {"text": text, "undo": items, "until": done.undo_until.isoformat() if done.undo_until else ""}


DEEDS = {
    "同意": N_("已同意"), "退回": N_("已退回"), "转办": N_("已转办"), "提交": N_("已提交"), "签发": N_("已签发"),
    "签收": N_("已签收"), "放回": N_("已放回"), "撤回": N_("已撤回"), "撤销": N_("已撤销"), "办结": N_("已办结"),
    "归档": N_("已归档"), "分发": N_("已分发"), "登记": N_("已登记"),
}  # fmt: skip


def done_by(label: str) -> str:
    """已同意, 已用印; a label that is no verb is quoted: 已办理（四关通过）."""
    if label.startswith("已"):
        return told(label)
    return told(DEEDS[label]) if label in DEEDS else _("已办理（%(label)s）", label=told(label))


def say_many(text: str, done: list[Done]) -> None:
    """One message for several decisions, undone together."""
    ends = [one.undo_until for one in done if one.undo_until]
    items = [one.item_id for one in done if one.undo_until and one.item_id is not None]
    session["toast"] = {"text": text, "undo": items, "until": min(ends).isoformat() if ends else ""}


def taken() -> Toast | None:
    """The waiting message, once."""
    kept = session.pop("toast", None)
    if kept is None:
        return None
    seconds = _seconds_left(current_app.extensions["sanban"], kept.get("until", ""))
    undo = tuple(kept.get("undo", ())) if seconds > 0 else ()
    return Toast(kept["text"], kept.get("tone", "good"), undo, seconds)


def short(title: str) -> str:
    """A title that fits a line, without its own book-title marks."""
    bare = title.replace("《", "").replace("》", "")
    return bare if len(bare) <= SHORT else f"{bare[:SHORT]}…"


def after(steps: tuple[NextStep, ...]) -> str:
    """，送 李国栋 总经理 签发 — or nothing when the case has ended."""
    return _("，送 %(who)s", who=whom(steps)) if steps else ""


def whom(steps: Sequence[NextStep]) -> str:
    """李国栋 总经理 签发；档案室 归档."""
    named = (_("、").join(holders(name) for name in step.people) for step in steps)
    return _("；").join(f"{people} {step.name}".strip() for people, step in zip(named, steps, strict=True))


def beside(names: Sequence[str]) -> str:
    """，还等 丁海峰 办理 — or nothing when one's own part was the last."""
    if not names:
        return ""
    first = _("、").join(holders(name) for name in names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        return _("，还等 %(names)s 等 %(n)s 人 办理", names=first, n=len(names))
    return _("，还等 %(names)s 办理", names=first)


def _seconds_left(engine: "Engine", until: str) -> int:
    return round((datetime.fromisoformat(until) - engine.now()).total_seconds()) if until else 0
