"""What several views of a work item share: which item is meant, and the page that answers when it cannot be done."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import AlreadyHandled, FormProblems, HandedOn, NotFound, NotOffered, SanbanError
from engine.model import Done, ItemView, Json
from engine.verbs import instances, work
from web import toast
from web.auth import actor
from web.headers import allow_diagram_styles
from web.language import _, message
from web.lists.listing import Place, place
from web.shell import fragment, the_engine
from web.task import looking
from web.whole_numbers import whole
from web.words import clock


def wanted(number: str) -> int | None:
    """The id of the item the request names, otherwise of my open item on this instance."""
    named = request.values.get("_item") or request.values.get("item") or ""
    return whole(named) or work.mine(the_engine(), number, actor())


def item_view(number: str) -> ItemView:
    """The item as I see it; raises NotFound when the address and the item do not belong together."""
    item = wanted(number)
    view = work.view(the_engine(), item, actor()) if item is not None else None
    if view is None or view.instance.number != number:
        raise NotFound("您在这件上没有待办事项。", "you have no open work on this instance", "请从待办列表打开。")
    return view


def own_place(view: ItemView) -> Place | None:
    """Where the item stands in the list it was opened from, looked up before it leaves that list."""
    return place(the_engine(), actor(), looking.filters(), view.item.id)


def page(view: ItemView, status: int = 200, **entered: object) -> ResponseReturnValue:
    """The task page, as it arrived or with what a refused form held."""
    allow_diagram_styles()
    return render_template("task/page.html", **looking.context(view, **entered)), status  # type: ignore[arg-type]


def address(view: ItemView) -> str:
    """Where the page of this item is, with the filters it was opened with."""
    return url_for("task.page", number=view.instance.number, item=view.item.id, **looking.filters().carried())


def onward(label: str, done: Done, before: Place | None) -> ResponseReturnValue:
    """Back to the list, the next item selected, saying what was done and who has it now."""
    toast.say_done(label, done, _still_asked(done))
    return redirect(looking.back_url(before.next_key if before else ""), 303)


def _still_asked(done: Done) -> tuple[str, ...]:
    """Who else has the step, when one's own part alone does not end it."""
    if done.next or done.item_id is None or done.state != "running":
        return ()
    items = instances.get(the_engine(), done.number, actor()).items
    step = next((item.element for item in items if item.id == done.item_id), None)
    names = [item.performer or item.pool for item in items if item.state == "open" and item.element == step]
    return tuple(dict.fromkeys(filter(None, names)))


def refused(
    view: ItemView, problem: SanbanError, opinion: str, data: Mapping[str, Json] | None = None
) -> ResponseReturnValue:
    """The same page with what is wrong, or, when somebody was faster, a page that keeps the opinion."""
    if isinstance(problem, (AlreadyHandled, HandedOn, NotOffered)):
        return _too_late(view, problem, opinion)
    if request.form.get("_from") == "inbox":
        toast.say(_("没有办成：%(why)s请打开办理。", why=message(problem)), "bad")
        return redirect(looking.back_url(view.instance.number), 303)
    if isinstance(problem, FormProblems):
        return page(view, 422, entered=data or {}, opinion=opinion, problems=problem.problems)
    return page(view, 422, entered=data or {}, opinion=opinion, refusal=problem)


def who_handled(number: str) -> str:
    """这件已由 赵琳 于 10:31 办理 — for somebody who comes too late."""
    found = instances.get(the_engine(), number, actor())
    done = [item for item in found.items if item.decided]
    if not done:
        return _("这件没有等您办理的事项。")
    last = max(done, key=lambda item: item.decided or item.arrived)
    who, at, whom = last.decided_by, clock(last.decided), last.on_behalf_of
    if whom:
        return _("这件已由 %(who)s（代 %(whom)s） 于 %(at)s 办理。", who=who, whom=whom, at=at)
    return _("这件已由 %(who)s 于 %(at)s 办理。", who=who, at=at)


def _too_late(view: ItemView, problem: SanbanError, opinion: str) -> ResponseReturnValue:
    kept = "" if opinion == view.opinion_default else opinion
    if fragment():
        words = message(problem)
        toast.say(_("%(why)s 您写的意见：“%(kept)s”", why=words, kept=kept) if kept else words, "bad")
        return redirect(looking.back_url(), 303)
    back = looking.back_url()
    return render_template(
        "task/handled.html", refusal=problem, opinion=kept, number=view.instance.number, back_url=back
    ), 409
