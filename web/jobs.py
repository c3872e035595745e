"""``/jobs``: long work — how far it is, what failed and why, trying that again, stopping the rest."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.verbs import jobs
from web import toast
from web.auth import actor
from web.language import _
from web.shell import in_background, the_engine

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """One's own jobs, newest first; for administrators with ``all`` those of everybody."""
    everybody = request.args.get("all") == "1" and bool(actor().roles & jobs.OVERSEERS)
    found = jobs.latest(the_engine(), actor(), everybody=everybody)
    return render_template("jobs/index.html", jobs=found, everybody=everybody, may_all=actor().roles & jobs.OVERSEERS)


@blueprint.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One job; the page asks again by itself until it has ended."""
    if request.args.get("again") == "1":
        in_background()
    return render_template("jobs/show.html", job=jobs.get(the_engine(), number, actor()))


@blueprint.post("/<int:number>/cancel")
def cancel(number: int) -> ResponseReturnValue:
    """Stop what has not begun."""
    stopped = jobs.cancel(the_engine(), number, actor())
    toast.say(_("已取消，已完成的 %(n)s 件保留。", n=stopped.done))
    return redirect(url_for("jobs.show", number=number), 303)


@blueprint.post("/<int:number>/retry")
def retry(number: int) -> ResponseReturnValue:
    """Try again what failed, and nothing else."""
    again = jobs.retry(the_engine(), number, actor())
    toast.say(_("%(n)s 件正在重试。", n=again.left))
    return redirect(url_for("jobs.show", number=number), 303)
