"""The words of notices: which there are, writing others, seeing what comes of them before they are kept."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.verbs import definitions, texts
from web import toast
from web.auth import actor
from web.language import N_, _, message
from web.shell import the_engine

SOURCES = {
    "shipped": N_("系统自带"),
    "package": N_("流程包"),
    "house": N_("本单位（全部流程）"),
    "process": N_("本单位（此流程）"),
}


def index() -> ResponseReturnValue:
    """Every notice with the words in force, for all processes or one."""
    process = request.args.get("process", "")
    found = texts.listed(the_engine(), actor(), process=process)
    return render_template(
        "notifications/texts.html",
        texts=[(text, texts.preview(text.code, text.title, text.body)[0]) for text in found],
        process=process,
        cards=definitions.cards(the_engine(), actor()),
        sources=SOURCES,
    )


def show(code: str) -> ResponseReturnValue:
    """One notice: its words and what comes of them."""
    found = texts.get(the_engine(), code, actor(), process=_process())
    return _page(found, found.title, found.body)


def save(code: str) -> ResponseReturnValue:
    """Show what comes of other words, keep them, or go back to the earlier ones."""
    process, wanted = _process(), request.form.get("do", "preview")
    here = url_for("notifications.text", code=code, process=process or None)
    if wanted == "reset":
        texts.reset(the_engine(), code, actor(), process=process)
        toast.say(_("已恢复原来的文字。"))
        return redirect(here, 303)
    title, body = request.form.get("title", "").strip(), request.form.get("body", "").replace("\r\n", "\n").strip()
    found = texts.get(the_engine(), code, actor(), process=process)
    if wanted != "save":
        return _page(found, title, body)
    try:
        texts.save(the_engine(), code, title, body, actor(), process=process)
    except BadInput:
        return _page(found, title, body), 422
    toast.say(_("通知文字已保存，下一条通知起使用。"))
    return redirect(here, 303)


def _page(found: texts.TextView, title: str, body: str) -> str:
    filled, problem = ("", ""), ""
    try:
        filled = texts.preview(found.code, title, body)
    except BadInput as error:
        problem = message(error)
    return render_template(
        "notifications/text.html",
        text=found,
        title=title,
        body=body,
        filled=filled,
        problem=problem,
        process=_process(),
        sources=SOURCES,
        facts=[(name, str(texts.SAMPLE[name])[:12]) for name in sorted(texts.SAMPLE)],
    )


def _process() -> str:
    return request.values.get("process", "")
