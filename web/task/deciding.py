"""Give an outcome, send it back, and take either back while nobody else has seen it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, NotAllowed, SanbanError
from engine.model import Done, ItemView
from engine.verbs import work
from web import drawing, toast
from web.auth import actor, confirmed_actor
from web.checked_words import allowance
from web.language import N_, _, message
from web.lists.boxes import BOXES, Filters
from web.settings.choices import return_phrases
from web.shell import the_engine
from web.task import answers, looking
from web.task.parts import buttons, part
from web.whole_numbers import whole
from web.words import holders

EVIDENCE = "_evidence"


def decide(number: str) -> ResponseReturnValue:
    """Give an outcome; then back to the list with the next item selected."""
    view = answers.item_view(number)
    outcome, opinion = request.form.get("_outcome", ""), request.form.get("_opinion", "")
    before = answers.own_place(view)
    data: dict[str, Any] = {}
    try:
        other = part(view)
        verb = other.verb(outcome) if other is not None else None
        if verb is not None:
            done = verb(the_engine(), view.item.id, opinion, actor(), request.form.get("_key"))
        else:
            data = drawing.posted(view.form, actor(), instance=number)
            done = _decided(view, outcome, opinion, data)
    except SanbanError as problem:
        return answers.refused(view, problem, opinion, data)
    label = next((one.label for one in buttons(view) if one.code == outcome), N_("办理"))
    return answers.onward(label, done, before)


def return_form(number: str) -> ResponseReturnValue:
    """Ask where to, how back, and why."""
    view = answers.item_view(number)
    if "return" not in view.actions:
        raise NotAllowed("这一步您不能退回。", "you cannot return this item", "请从待办列表打开。")
    return _ask(view, {"to": "", "mode": "" if view.straight else "direct", "reasons": [], "opinion": "", "only": None})


def return_it(number: str) -> ResponseReturnValue:
    """Send it back with a reason."""
    view, form = answers.item_view(number), request.form
    chosen: dict[str, Any] = {
        "to": form.get("_to", ""),
        "mode": form.get("_mode", "" if view.straight else "direct"),
        "reasons": form.getlist("_reason"),
        "opinion": form.get("_opinion", ""),
        "only": form.getlist("_only"),
    }
    before = answers.own_place(view)
    try:
        done = work.return_to(
            the_engine(), view.item.id, actor(),
            to=chosen["to"] or None, mode=chosen["mode"], opinion=chosen["opinion"], reasons=chosen["reasons"],
            only=_only(view, chosen), key=form.get("_key"),
        )  # fmt: skip
    except BadInput as problem:
        return _ask(view, chosen, message(problem), 422)
    except SanbanError as problem:
        return answers.refused(view, problem, chosen["opinion"])
    return answers.onward(N_("退回"), done, before)


def undo() -> ResponseReturnValue:
    """撤销: take back what the last toast offered, and select it again."""
    selected = ""
    for item in request.form.getlist("item"):
        done = work.retract(the_engine(), whole(item), actor())
        selected = selected or f"{done.number}.{item}"
    toast.say(_("已撤销，这件回到您的待办。"), "plain")
    back = urlsplit(request.form.get("next", ""))
    kept = dict(parse_qsl(back.query)) if back.path == BOXES["todo"].path else {}
    return redirect(Filters.read(BOXES["todo"], kept).url(sel=selected), 303)


def _decided(view: ItemView, outcome: str, opinion: str, data: dict[str, Any]) -> Done:
    return work.decide(
        the_engine(), view.item.id, outcome, confirmed_actor(),
        opinion=opinion, data=data, key=request.form.get("_key"), attachments=_evidence(view.instance.number),
        reasons=request.form.getlist("_reason") if outcome in view.reasons_on else (), words=allowance(),
    )  # fmt: skip


def _ask(view: ItemView, chosen: dict[str, Any], problem: str = "", status: int = 200) -> ResponseReturnValue:
    effects = {(e.element, e.mode): e for e in work.preview_return(the_engine(), view.item.id, actor())}
    page = render_template(
        "task/return.html",
        view=view,
        chosen=chosen,
        targets=_targets(view),
        effects=effects,
        countersigners=countersigners(effects),
        reenters=list(dict.fromkeys(name for effect in effects.values() for name in effect.reenters)),
        problem=problem,
        return_phrases=return_phrases(actor()),
        carry=looking.filters().carried(),
        back_url=answers.address(view),
    )
    return page, status


def countersigners(effects: Mapping[tuple[str, str], work.ReturnEffect]) -> list[work.Part]:
    """Everybody who countersigned and would be asked again by one of the ways."""
    return list(dict.fromkeys(part for effect in effects.values() for part in effect.countersigners))


def _only(view: ItemView, chosen: dict[str, Any]) -> list[str]:
    """Who decides again, if that is not everybody; it matters on the way 重新流转 only."""
    if chosen["mode"] == "direct":
        return []
    ways = work.preview_return(the_engine(), view.item.id, actor())
    known = {p.login for w in ways if (w.element, w.mode) == (chosen["to"], "again") for p in w.countersigners}
    wanted = [login for login in chosen["only"] if login in known]
    return wanted if len(wanted) < len(known) else []


def _targets(view: ItemView) -> list[tuple[str, str]]:
    """Steps with the people who had them, the drafter first: that is where most things go."""
    people = {step.element: _("、").join(holders(name) for name in step.people) for step in view.instance.steps}
    first = view.instance.steps[0].element if view.instance.steps else ""
    found = [(element, f"{name} {people.get(element, '')}".strip()) for element, name in view.return_targets]
    return sorted(found, key=lambda target: target[0] != first)


def _evidence(number: str) -> list[str]:
    """Files that prove a checklist entry: those a script has stored already, and those that come with the form."""
    stored = [id for id in request.form.getlist(EVIDENCE) if id]
    uploads = request.files.getlist(EVIDENCE + drawing.UPLOAD)
    return stored + [drawing.store(upload, actor(), number) for upload in uploads if upload.filename]
