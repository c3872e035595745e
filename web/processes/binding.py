"""What stands in for code of others: the stubs of a process, what each is bound to, and calls that were given up."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.verbs import bindings, definitions
from web import toast
from web.auth import actor
from web.language import _
from web.shell import the_engine

FACTS = ("hook", "url", "method", "token", "send", "take")


def show(key: str) -> ResponseReturnValue:
    """All stubs of the versions that are in use."""
    return _page(key)


def bind(key: str) -> ResponseReturnValue:
    """Bind one stub."""
    wanted = request.form.get("wanted", "")
    facts = {name: request.form.get(name, "") for name in FACTS}
    try:
        bindings.bind(the_engine(), key, wanted, facts, actor(), version=_version())
    except BadInput as refused:
        return _page(key, wanted=wanted, facts=facts, refusal=refused), 422
    toast.say(_("已绑定“%(wanted)s”，等待中的件会自动继续。", wanted=wanted))
    return redirect(url_for("processes.bindings", key=key), 303)


def unbind(key: str) -> ResponseReturnValue:
    """Take a binding away."""
    wanted = request.form.get("wanted", "")
    bindings.unbind(the_engine(), key, wanted, actor(), version=_version())
    toast.say(_("已解除“%(wanted)s”的绑定，之后到达的件在此等待。", wanted=wanted))
    return redirect(url_for("processes.bindings", key=key), 303)


def retry(key: str, call: int) -> ResponseReturnValue:
    """Try a call that was given up once more."""
    bindings.retry(the_engine(), call, actor())
    toast.say(_("已重新排队，稍后自动执行。"))
    return redirect(url_for("processes.bindings", key=key), 303)


def _version() -> int:
    """Which version a binding is for; 0 is every one without its own."""
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 7 else bindings.EVERY


def _page(key: str, *, wanted: str = "", facts: dict[str, str] | None = None, refusal: BadInput | None = None) -> str:
    package = definitions.package(the_engine(), key)
    found = bindings.stubs(the_engine(), key)
    return render_template(
        "processes/bindings.html",
        key=key,
        manifest=package.manifest,
        stubs=found,
        versions=sorted({version for stub in found for version in stub.versions}, reverse=True),
        given_version=_version() if facts else bindings.EVERY,
        given_up=bindings.given_up(the_engine(), key),
        may_bind="admin" in actor().roles and actor().reach is None,
        hooks=bindings.hooks(the_engine(), key),
        tokens=sorted(the_engine().settings.call_tokens),
        hosts=the_engine().settings.outgoing_hosts,
        wanted=wanted,
        facts=facts or {},
        refusal=refusal,
    )
