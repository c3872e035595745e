"""Hand an item to somebody else, take one from a pool, put it back."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import AlreadyHandled, NotOffered, SanbanError
from engine.model import ItemView
from engine.verbs import work
from web import toast
from web.auth import actor
from web.shell import the_engine
from web.task import answers, looking


def transfer_form(number: str) -> ResponseReturnValue:
    """Ask who takes over."""
    return _ask(answers.item_view(number))


def transfer_it(number: str) -> ResponseReturnValue:
    """Hand my part to somebody else."""
    view, form = answers.item_view(number), request.form
    receiver, opinion = form.get("_to", ""), form.get("_opinion", "")
    if not receiver:
        return _ask(view, "请选择转给谁。", 422)
    before = answers.own_place(view)
    try:
        done = work.transfer(the_engine(), view.item.id, receiver, actor(), opinion=opinion, key=form.get("_key"))
    except (AlreadyHandled, NotOffered) as problem:
        return answers.refused(view, problem, opinion)
    except SanbanError as problem:
        return _ask(view, f"{problem.message_zh}{problem.hint}", 422)
    return answers.onward("转办", done, before)


def claim(number: str) -> ResponseReturnValue:
    """Take a pool item for myself."""
    view = answers.item_view(number)
    work.claim(the_engine(), view.item.id, actor())
    return redirect(answers.address(view), 303)


def release(number: str) -> ResponseReturnValue:
    """Put a claimed item back."""
    view = answers.item_view(number)
    work.release(the_engine(), view.item.id, actor())
    toast.say(f"已放回《{toast.short(view.instance.title)}》，其他人可以领办。")
    return redirect(looking.back_url(), 303)


def _ask(view: ItemView, problem: str = "", status: int = 200) -> ResponseReturnValue:
    number, carry = view.instance.number, looking.filters().carried()
    page = render_template(
        "task/transfer.html",
        items=[view.item.id],
        titles=[],
        action=url_for("task.transfer_it", number=number, **carry),
        back_url=answers.address(view),
        chosen=request.form.get("_to", ""),
        opinion=request.form.get("_opinion", ""),
        problem=problem,
    )
    return page, status
