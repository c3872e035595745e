"""The lists as pages, or as the part of a page that a script swaps."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.verbs import definitions, inbox, work
from web.auth import actor
from web.inbox import preview, saved
from web.inbox.bulk import MOST
from web.instances.acting import chase
from web.lists import listing
from web.lists.boxes import BOXES, Box, Filters
from web.shell import counts, fragment, the_engine


def box(key: str) -> ResponseReturnValue:
    """One box. A script that only changed the selection gets the preview alone."""
    filters = Filters.read(BOXES[key], request.args)
    engine, me = the_engine(), actor()
    page = inbox.page(engine, me, box=key, **filters.query())
    rows = listing.lines(page, filters)
    chosen = listing.selected(rows, filters) if filters.box.preview else None
    pane = preview.context(chosen, filters)
    if fragment() and request.headers.get("HX-Target") == "preview":
        return render_template("inbox/_preview_only.html", rows=rows, **pane)
    return render_template(
        "inbox/page.html",
        bulk_most=MOST,
        box=filters.box,
        boxes=list(BOXES.values()),
        filters=filters,
        page=page,
        rows=rows,
        groups=listing.groups(rows, filters),
        selected=chosen["id"] if chosen else None,
        pills=listing.pills(counts(), page, filters),
        kinds=_kinds(filters.box),
        kept=saved.of(me, key),
        titles=_titles(),
        all=counts().get(key, page.total) if key == "todo" else page.total,
        **pane,
    )


def draft_of_item(item: int) -> ResponseReturnValue:
    """Go on with what was typed on a work item."""
    number = work.view(the_engine(), item, actor()).instance.number
    return redirect(url_for("task.page", number=number, item=item))


def urge() -> ResponseReturnValue:
    """催办 from a row of what I started; the row then shows the time."""
    chase(request.form.get("number", ""))
    return redirect(BOXES["mine"].path, 303)


def _titles() -> dict[str, str]:
    return {row.key: row.title for row in definitions.all_current(the_engine())}


def _kinds(box: Box) -> list[tuple[str, str, int]]:
    """Processes to filter by: those in the inbox with their numbers, elsewhere all."""
    titles = _titles()
    if box.key != "todo":
        return [(key, title, 0) for key, title in titles.items()]
    found = inbox.by_process(the_engine(), actor())
    return [(key, titles.get(key, key), n) for key, n in sorted(found.items(), key=lambda pair: -pair[1])]
