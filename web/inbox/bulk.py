"""Several items at once: a guard names what will be done and what will not, then each goes in its own transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.model import Done, ItemView
from engine.verbs import work
from web import toast
from web.auth import actor
from web.language import N_, _, message, told
from web.lists.boxes import BOXES, Filters
from web.shell import the_engine
from web.task.looking import blocks, must_fill
from web.task.ways import WAYS
from web.whole_numbers import whole

MOST = 100
AT_ONCE = 50  # more than that is a job: nobody waits for it at the browser


@dataclass(frozen=True, slots=True)
class Candidate:
    """One selected item; ``why_not`` is empty when it may be done together with others."""

    view: ItemView
    after: str
    why_not: str


def ask() -> ResponseReturnValue:
    """Name each item with its next person, and each that stays with its reason."""
    wanted = request.form.get("do")
    if wanted == "transfer":
        return _ask_whom(_picked())
    if wanted == "read":
        return go()
    picked = _picked()
    found = [_candidate(item) for item in picked] if len(picked) <= MOST else []
    return render_template(
        "inbox/guard.html",
        ready=[one for one in found if not one.why_not],
        staying=[one for one in found if one.why_not],
        too_many=len(picked) > MOST,
        most=MOST,
        filters=_filters(),
    )


def go() -> ResponseReturnValue:
    """Do it to each item; what fails stays and is named."""
    wanted = request.form.get("do", "")
    words, act = ACTS.get(wanted, ACTS["approve"])
    if wanted == "transfer" and not request.form.get("_to"):
        return _ask_whom(_picked(), _("请选择转给谁。"))
    if act is _approve and len(_picked()) > AT_ONCE:
        return _later(_picked()[:MOST])
    done: list[Done] = []
    failed: list[str] = []
    for item in _picked()[:MOST]:
        try:
            done.append(act(item, f"{request.form.get('_key', '')}:{item}"))
        except SanbanError as problem:
            failed.append(message(problem))
    said = _(words, n=len(done))
    if failed:
        said = _("%(done)s，%(n)s 件没有办成：%(why)s", done=said, n=len(failed), why=failed[0])
    toast.say_many(said, done)
    box = BOXES["cc"] if wanted == "read" else BOXES["todo"]
    return redirect(Filters.read(box, request.args).url(sel=""), 303)


def _approve(item: int, key: str) -> Done:
    view = work.view(the_engine(), item, actor())
    code = view.outcomes[0].code if view.outcomes else ""
    return work.decide(the_engine(), item, code, actor(), opinion=view.opinion_default, key=key)


def _later(items: list[int]) -> ResponseReturnValue:
    """Hand many approvals to the job runner and show how far it is."""
    views = [work.view(the_engine(), item, actor()) for item in items]
    choices = [
        work.Choice(
            item_id=view.item.id,
            label=f"{view.instance.number} {view.instance.title}",
            outcome=view.outcomes[0].code if view.outcomes else "",
            opinion=view.opinion_default,
        )
        for view in views
    ]
    return redirect(url_for("jobs.show", number=work.decide_later(the_engine(), choices, actor())), 303)


def _transfer(item: int, key: str) -> Done:
    form = request.form
    return work.transfer(the_engine(), item, form["_to"], actor(), opinion=form.get("_opinion", ""), key=key)


def _read(item: int, key: str) -> Done:
    return work.mark_read(the_engine(), item, actor())


ACTS: Mapping[str, tuple[str, Callable[[int, str], Done]]] = {
    "approve": (N_("已同意 %(n)s 件"), _approve),
    "transfer": (N_("已转办 %(n)s 件"), _transfer),
    "read": (N_("已阅 %(n)s 件"), _read),
}


def _picked() -> list[int]:
    names = request.form.getlist("item") or request.form.getlist("_item")
    return [item for name in dict.fromkeys(names) if (item := whole(name))]


def _filters() -> Filters:
    return Filters.read(BOXES["todo"], request.args)


def _candidate(item: int) -> Candidate:
    view = work.view(the_engine(), item, actor())
    main = view.outcomes[0] if view.outcomes else None
    steps = view.next_steps.get(main.code, ()) if main else ()
    after = toast.whom(steps)
    return Candidate(view, after or _("等其他人办完"), _why_not(view))


def _why_not(view: ItemView) -> str:
    """Why an item cannot be approved together with others; empty if it can."""
    if not view.outcomes:
        return _("不是待您审批的事项")
    if not view.quick:
        return told(view.quick_reason) or _("须打开办理")
    main = view.outcomes[0].code
    if main in view.opinion_required and not view.opinion_default:
        return _("须填写意见")
    steps = view.next_steps.get(main, ())
    return must_fill(view) or (steps[0].problem if blocks(steps) else "")


def _ask_whom(items: list[int], problem: str = "") -> ResponseReturnValue:
    filters = _filters()
    views = [work.view(the_engine(), item, actor()) for item in items]
    page = render_template(
        "task/ask.html",
        way=WAYS["transfer"],
        items=items,
        titles=[view.instance.title for view in views],
        action=url_for("inbox.bulk_go", **filters.carried()),
        together=True,
        back_url=filters.url(),
        chosen=request.form.getlist("_to"),
        where="",
        opinion=request.form.get("_opinion", ""),
        problem=problem,
    )
    return page, 422 if problem else 200
