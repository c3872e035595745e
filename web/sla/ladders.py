"""Rewrite a ladder for a process: a text in the shape of ladders.toml, checked before it counts; versions."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.verbs import house_ladders
from web import toast
from web.auth import actor
from web.language import _, explained
from web.shell import the_engine


def form(key: str, name: str) -> ResponseReturnValue:
    """The ladder as text, and what was written before."""
    return _page(key, name)


def rewrite(key: str, name: str) -> ResponseReturnValue:
    """Keep a new version."""
    sent = request.form
    try:
        version = house_ladders.rewrite(
            the_engine(),
            key,
            name,
            actor(),
            text=sent.get("text", "").replace("\r\n", "\n"),
            scope=sent.get("scope", ""),
            note=sent.get("note", ""),
        )
    except BadInput as problem:
        return _page(key, name, explained(problem), 422)
    toast.say(_("已保存为第 %(version)s 版，此后打开的环节按新阶梯；在计时的不变。", version=version))
    return redirect(url_for("sla.process", key=key, scope=sent.get("scope") or None), 303)


def withdraw(key: str, name: str) -> ResponseReturnValue:
    """Let the package's ladder count again."""
    scope = request.form.get("scope", "")
    try:
        house_ladders.withdraw(the_engine(), key, name, actor(), scope=scope, note=request.form.get("note", ""))
    except BadInput as problem:
        return _page(key, name, explained(problem), 422)
    toast.say(_("已恢复为流程包的阶梯。"))
    return redirect(url_for("sla.process", key=key, scope=scope or None), 303)


def _page(key: str, name: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    scope = request.values.get("scope", "")[:40]
    page = render_template(
        "sla/ladder.html",
        shown=house_ladders.get(the_engine(), key, name, actor(), scope=scope),
        key=key,
        scope=scope,
        entered=request.form,
        problem=problem,
    )
    return page, status
