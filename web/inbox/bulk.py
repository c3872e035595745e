"""Several items at once: a guard names what will be done and what will not, then each is decided on its own."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import SanbanError
from engine.model import Done, ItemView
from engine.verbs import work
from web import toast
from web.auth import actor
from web.inbox.boxes import BOXES, Filters
from web.shell import the_engine
from web.task.looking import must_fill

MOST = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """One selected item; ``why_not`` is empty when it may be done together with others."""

    view: ItemView
    after: str
    why_not: str


def ask() -> ResponseReturnValue:
    """Name each item with its next person, and each that stays with its reason."""
    if request.form.get("do") == "transfer":
        return _ask_whom(_picked())
    found = [_candidate(item) for item in _picked()]
    return render_template(
        "inbox/guard.html",
        ready=[one for one in found if not one.why_not],
        staying=[one for one in found if one.why_not],
        too_many=len(found) > MOST,
        most=MOST,
        filters=_filters(),
    )


def go() -> ResponseReturnValue:
    """Decide or hand on each item in its own transaction; what fails stays and is named."""
    filters, key = _filters(), request.form.get("_key", "")
    if request.form.get("do") == "transfer" and not request.form.get("_to"):
        return _ask_whom(_picked(), "请选择转给谁。")
    done: list[Done] = []
    failed: list[str] = []
    for item in _picked()[:MOST]:
        try:
            done.append(_one(item, f"{key}:{item}"))
        except SanbanError as problem:
            failed.append(problem.message_zh)
    words = f"已{_verb()} {len(done)} 件"
    toast.say_many(words if not failed else f"{words}，{len(failed)} 件没有办成：{failed[0]}", done)
    return redirect(filters.url(sel=""), 303)


def _one(item: int, key: str) -> Done:
    engine, me = the_engine(), actor()
    if request.form.get("do") == "transfer":
        return work.transfer(engine, item, request.form["_to"], me, opinion=request.form.get("_opinion", ""), key=key)
    view = work.view(engine, item, me)
    code = view.outcomes[0].code if view.outcomes else ""
    return work.decide(engine, item, code, me, opinion=view.opinion_default, key=key)


def _verb() -> str:
    return "转办" if request.form.get("do") == "transfer" else "同意"


def _picked() -> list[int]:
    names = request.form.getlist("item") or request.form.getlist("_item")
    return [int(name) for name in dict.fromkeys(names) if name.isdecimal() and len(name) < 18]


def _filters() -> Filters:
    return Filters.read(BOXES["todo"], request.args)


def _candidate(item: int) -> Candidate:
    view = work.view(the_engine(), item, actor())
    main = view.outcomes[0] if view.outcomes else None
    steps = view.next_steps.get(main.code, ()) if main else ()
    problem = next((step.problem for step in steps if step.problem), "")
    after = "；".join(" ".join(filter(None, ("、".join(step.people), step.name))) for step in steps)
    why_not = ""
    if main is None:
        why_not = "已不在您手里"
    elif not view.quick:
        why_not = view.quick_reason or "须打开办理"
    elif must_fill(view):
        why_not = must_fill(view)
    elif main.code in view.opinion_required and not view.opinion_default:
        why_not = "须填写意见"
    return Candidate(view, after or "办结", why_not or problem)


def _ask_whom(items: list[int], problem: str = "") -> ResponseReturnValue:
    filters = _filters()
    views = [work.view(the_engine(), item, actor()) for item in items]
    page = render_template(
        "task/transfer.html",
        items=items,
        titles=[view.instance.title for view in views],
        action=url_for("inbox.bulk_go", **filters.carried()),
        together=True,
        back_url=filters.url(),
        chosen=request.form.get("_to", ""),
        opinion=request.form.get("_opinion", ""),
        problem=problem,
    )
    return page, 422 if problem else 200
