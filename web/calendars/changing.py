"""Forms of the calendar: a day, office hours, and a pasted notice that is previewed before it counts."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, SanbanError
from engine.verbs import calendars
from web import toast
from web.auth import actor
from web.calendars import pages
from web.language import _, explained
from web.shell import the_engine
from web.whole_numbers import whole

MOST_BYTES = 2_000_000  # what is longer is read so far, and refused for it


def day() -> ResponseReturnValue:
    """Set one day and go to the progress of the change."""
    form = request.form
    try:
        changed = calendars.set_day(
            the_engine(),
            _day(form.get("day", "")),
            form.get("kind", ""),
            actor(),
            scope=form.get("scope", ""),
            name=form.get("name", ""),
            hours=form.get("hours", ""),
        )
    except BadInput as problem:
        return pages.year(explained(problem), 422)
    return _on(changed)


def hours() -> ResponseReturnValue:
    """Set office hours of the year or of a season."""
    form = request.form
    try:
        first, last = (_day(form[name]) if form.get(name) else None for name in ("first", "last"))
        changed = calendars.set_hours(
            the_engine(),
            form.get("hours", ""),
            actor(),
            scope=form.get("scope", ""),
            name=form.get("name", ""),
            first=first,
            last=last,
        )
    except BadInput as problem:
        return pages.year(explained(problem), 422)
    return _on(changed)


def drop_hours() -> ResponseReturnValue:
    """Take office hours away."""
    text = request.form.get("id", "")
    return _on(calendars.drop_hours(the_engine(), whole(text), actor()))


def preview() -> ResponseReturnValue:
    """Show what the text would change; nothing is changed."""
    text, scope = request.form.get("text", ""), request.form.get("scope", "")
    try:
        text = _file() or text
        found = calendars.preview(the_engine(), text, actor(), scope=scope)
    except SanbanError as problem:
        return pages.import_form(problem, text, 422)
    return render_template("calendars/preview.html", preview=found, text=text, scope=scope)


def apply() -> ResponseReturnValue:
    """Take the text over, as it was previewed."""
    text = request.form.get("text", "")
    try:
        changed = calendars.apply_holidays(the_engine(), text, actor(), scope=request.form.get("scope", ""))
    except BadInput as problem:
        return pages.import_form(problem, text, 422)
    return _on(changed)


def _on(changed: int) -> ResponseReturnValue:
    toast.say(_("日历已更新，正在重算未办结件的时限。"))
    return redirect(url_for("calendars.change", change=changed), 303)


def _file() -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return ""
    return calendars.text_of_file(sent.filename, sent.stream.read(MOST_BYTES + 1))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"日期“{text[:20]}”不对。", f"bad date {text[:20]!r}", "写法如 2027-02-05。", "calendar.kind"
        ) from None
