"""The pages of an instance, and the two files its diagram is drawn from."""

from typing import Any

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from engine.model import Actor, Entry, InstanceView, OpenItem
from engine.verbs import (
    archives,
    bindings,
    definitions,
    files,
    following,
    instances,
    looks,
    moving,
    pauses,
    reading,
    work,
)
from web import drawing
from web.auth import actor
from web.headers import allow_diagram_styles
from web.instances.facts import (
    URGERS,
    circulating,
    diagram_facts,
    may_urge_readers,
    opinions_by_step,
    paired,
    read_rights,
    retractable,
    slowest,
    urged_today,
)
from web.instances.keeping import offered
from web.language import NP_
from web.shell import the_engine
from web.task import trail
from web.task.looking import names_of
from web.task.sheet import group_name, sheet

ASIDE = frozenset({"rung", "look", "print", "fetch", "online"})  # stands in the record, and nothing has gone on by it
OF_READERS = frozenset({"attachments", "why"})
TABS = (
    ("overview", NP_("tab", "概览")),
    ("history", NP_("tab", "流转记录")),
    ("diagram", NP_("tab", "流程图")),
    ("attachments", NP_("tab", "文件")),
    ("why", NP_("tab", "去向说明")),
)


def overview(number: str) -> ResponseReturnValue:
    """One look: where it is, with whom, since when, how long still."""
    found = _found(number)
    if found.contents and looks.looked(the_engine(), number, actor()):
        found = _found(number)
    if not found.contents:
        return _page("overview", found, drawing=None, sheet=None, newest=_record(found)[:3])
    package = definitions.package(the_engine(), found.process, found.version)
    drawn = drawing.draw(package.form, found.data, read_rights(package, found, actor()))
    paper = sheet(the_engine(), found, found.data, drawn)
    return _page(
        "overview", found, drawing=drawn, sheet=paper, newest=[e for e in _record(found) if e.verb not in ASIDE][:3]
    )


def history(number: str) -> ResponseReturnValue:
    """Who did what when."""
    return _page("history", _found(number))


def diagram(number: str) -> ResponseReturnValue:
    """The drawing, and the same as a table."""
    allow_diagram_styles()
    return _page("diagram", _found(number))


def attachments(number: str) -> ResponseReturnValue:
    """All files of the instance."""
    found = _found(number)
    engine, me = the_engine(), actor()
    archived = archives.of_instance(engine, number, me)
    kept, secret = files.of_instance(engine, number, me), looks.is_secret(engine, number, me)
    return _page("attachments", found, files=kept, archived=archived, secret=secret)


def why(number: str) -> ResponseReturnValue:
    """Why it is where it is, and what each button would do."""
    return _page("why", _found(number), told=work.explain_instance(the_engine(), number, actor()))


def print_sheet(number: str) -> ResponseReturnValue:
    """The 审批单 for paper: opinions by rank, then the record."""
    looks.printed(the_engine(), number, actor())
    found = instances.get(the_engine(), number, actor())
    package = definitions.package(the_engine(), found.process, found.version)
    drawn = drawing.draw(package.form, found.data, read_rights(package, found, actor()))
    titled = package.manifest.title_field
    return render_template(
        "instances/print.html",
        instance=found,
        package=package.manifest,
        lines=paired(
            [w for w in drawing.widgets(drawn) if w.text and w.type not in ("document", "rows") and w.id != titled]
        ),
        opinions=opinions_by_step(found),
        group=group_name(the_engine()),
        steps=[step for step in found.steps if step.state != "todo"],
    )


def diagram_file(number: str) -> Response:
    """The diagram as it was uploaded."""
    return Response(instances.xml(the_engine(), number, actor()), mimetype="application/xml")


def diagram_state(number: str) -> Response:
    """What happened on the diagram."""
    return jsonify(diagram_facts(_found(number)))


def _found(number: str) -> InstanceView:
    return instances.seen(the_engine(), number, actor())


def _record(found: InstanceView) -> tuple[Entry, ...]:
    reasons = definitions.package(the_engine(), found.process, found.version).manifest.reasons
    return trail.record(found, names_of(found, reasons))


def _added_by(item: OpenItem, who: Actor) -> bool:
    return (item.facts.get("added") or {}).get("by") == who.id


def _page(tab: str, found: InstanceView, **more: Any) -> str:
    me, rail, number = actor(), trail.rail(found), found.number
    running = found.state == "running"
    return render_template(
        f"instances/{tab}.html",
        instance=found,
        tab=tab,
        tabs=TABS if found.contents else [(key, title) for key, title in TABS if key not in OF_READERS],
        rail=rail.steps,
        step_no=rail.at,
        total=rail.total,
        record=_record(found),
        holders=trail.holders(found),
        my_item=work.mine(the_engine(), found.number, me) if running else None,
        retractable=retractable(found, me),
        reading=reading.standing(the_engine(), number, me),
        may_urge=running and found.contents and (found.initiator_id == me.id or bool(me.roles & URGERS)),
        urged=urged_today(found, the_engine().now()),
        may_urge_readers=may_urge_readers(found, me),
        readers_urged=urged_today(found, the_engine().now(), "urge_read"),
        may_withdraw=running and found.initiator_id == me.id,
        slowest=slowest(found),
        acts=offered(found, me),
        follows=following.follows(the_engine(), found.number, me),
        moves=moving.requests(the_engine(), found.number, me),
        circulating=circulating(found, me),
        oral_items=[i.id for i in found.items if found.contents and i.id in work.oral_items(the_engine(), number, me)],
        added=[i for i in found.items if i.state in ("open", "waiting") and _added_by(i, me)],
        lent=[i for i in found.items if i.state == "open" and i.facts.get("delegated_by") == me.id],
        readers=[i for i in found.items if i.kind == "read"],
        pauses=pauses.of_instance(the_engine(), number, me),
        outside=bindings.waiting(the_engine(), found.number, me) if running else (),
        **more,
    )
