"""The book of numbers: read by the office, reserved and voided by its clerks."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, Conflict
from engine.verbs import numbers
from web import toast
from web.auth import actor
from web.language import N_, _, explained
from web.shell import the_engine
from web.words import local

STATES = {"used": N_("已用"), "reserved": N_("预留"), "void": N_("废号"), "altered": N_("数据与写入时不一致")}


def index(problem: str = "", status: int = 200) -> ResponseReturnValue:
    """Every series by year: how far it has come, and what nobody accounts for."""
    engine, person = the_engine(), actor()
    page = render_template(
        "numbers/index.html",
        books=numbers.books(engine, person),
        kinds=numbers.kinds(engine, person),
        may_change=bool(person.roles & numbers.CLERKS),
        this_year=local(engine.now()).year,
        problem=problem,
        entered=request.form,
    )
    return page, status


def series(name: str, year: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """Every number of a series in a year, the newest first."""
    person = actor()
    found = numbers.of_series(the_engine(), name, year, person)
    page = render_template(
        "numbers/series.html",
        name=name,
        year=year,
        rows=tuple(reversed(found)),
        states=STATES,
        may_change=bool(person.roles & numbers.CLERKS),
        problem=problem,
    )
    return page, status


def reserve() -> ResponseReturnValue:
    """Take the next numbers aside."""
    form = request.form
    count, year = (form.get(name, "") for name in ("count", "year"))
    try:
        made = numbers.reserve(
            the_engine(),
            form.get("kind", ""),
            actor(),
            reason=form.get("reason", ""),
            count=int(count) if count.isdecimal() else 0,
            year=int(year) if year.isdecimal() else None,
        )
    except BadInput as problem:
        return index(explained(problem), 422)
    if len(made) == 1:
        toast.say(_("已预留 %(number)s。", number=made[0]))
    else:
        toast.say(_("已预留 %(first)s 至 %(last)s。", first=made[0], last=made[-1]))
    return redirect(url_for("numbers.index"), 303)


def void(number_id: int) -> ResponseReturnValue:
    """Give a reserved number up for good."""
    form = request.form
    year = form.get("of_year", "")
    try:
        row = numbers.void(the_engine(), number_id, actor(), reason=form.get("reason", ""))
    except (BadInput, Conflict) as problem:
        known = form.get("of_series", ""), int(year) if year.isdecimal() else 0
        return series(*known, explained(problem), 409 if isinstance(problem, Conflict) else 422)
    toast.say(_("%(number)s 已登记为废号。", number=row.text))
    return redirect(url_for("numbers.series", name=row.series, year=row.year), 303)
