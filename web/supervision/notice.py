"""The 督办通知书 of a matter for paper, and the blue, yellow and red slips it has earned."""

from flask import render_template, request

from engine.errors import NotFound
from engine.model import InstanceView
from engine.verbs import definitions, files, instances, people
from web import drawing
from web.auth import actor
from web.shell import the_engine
from web.supervision import wording

LEAST = {"一次性": "办结时一并反馈", "按节点": "按节点计划反馈"}


def notice(number: str) -> str:
    """One A4 page: what it is in words on a band, the facts, the deadline, what follows, and the slip to return."""
    found = instances.get(the_engine(), number, actor())
    if not found.data.get("notice_no"):
        raise NotFound("这件还没有发督办通知书。", f"{number} has no notice", "交办以后才有督办通知书。")
    package = definitions.package(the_engine(), found.process, found.version)
    rights = {field.id: "read" for field in package.form.fields}
    drawn = drawing.draw(package.form, found.data, rights)
    directory = people.directory(the_engine())
    office = directory.unit(wording.OFFICE)
    return render_template(
        "supervision/notice.html",
        instance=found,
        said={widget.id: widget.text for widget in drawing.widgets(drawn)},
        slip=_slip(found, request.args.get("slip", "")),
        slips=list(dict.fromkeys(slip for slip, _on in wording.slips(found.data))),
        feedback=LEAST.get(str(found.data.get("feedback_cycle"))),
        office=office.name if office else wording.OFFICE_NAME,
        files=[
            f for f in files.of_instance(the_engine(), number, actor()) if str(f.id) in (found.data.get("notice") or [])
        ],
        words=wording,
    )


def _slip(found: InstanceView, asked: str) -> tuple[str, str] | None:
    """The slip asked for and the day of the last one of its colour; None for the notice itself."""
    issued = [(slip, on) for slip, on in wording.slips(found.data) if slip == asked]
    if asked and not issued:
        raise NotFound("这件没有发过这种督办单。", f"no slip {asked!r}", "请从督办通知书页面选择。")
    return issued[-1] if issued else None
