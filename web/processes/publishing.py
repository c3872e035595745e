"""From an uploaded file to a published version: everything wrong with it at once, what it changes, and the note."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, InvalidPackage, NotFound
from engine.model import Json, NextStep
from engine.package import Package, read_package
from engine.progress.publishing import packed
from engine.verbs import definitions
from engine.verbs import files as store
from engine.verbs.releasing import Proposal
from web import toast
from web.auth import actor
from web.headers import allow_diagram_styles
from web.language import _
from web.processes.comparing import compare
from web.processes.findings import adaptations, drawable, findings, marks
from web.processes.pages import as_text
from web.processes.submitting import submit
from web.processes.upload import diagrams, read_upload
from web.shell import the_engine

SHORTEST_NOTE = 2
LOOK = frozenset({"designer", "admin"})


def check() -> ResponseReturnValue:
    """Judge an upload; one that can run is kept until it is published, any other leaves nothing behind."""
    try:
        files = _sent()
        report = definitions.check(files, the_engine())
    except (BadInput, InvalidPackage) as refused:
        return render_template("processes/refused.html", refusal=refused, key=request.form.get("process", "")), 422
    if not report["ok"]:
        return _report_page(files, report), 422
    kept = store.put(the_engine(), f"{report['key']}.zip", BytesIO(packed(files)), actor())
    return redirect(url_for("processes.upload", upload=kept.id), 303)


def upload(upload: str) -> ResponseReturnValue:
    """What an upload that can run would change: for its designer, and for whoever is asked to publish it."""
    files = _kept(upload)
    return _report_page(files, definitions.check(files, the_engine()), upload=upload)


def publish(upload: str) -> ResponseReturnValue:
    """Send it to somebody else, who makes it the current version; instances that run keep theirs."""
    files, note = _kept(upload), request.form.get("note", "").strip()
    if len(note) < SHORTEST_NOTE:
        problem = _("请填写发布说明，写明改了什么、为什么。")
        return _report_page(files, definitions.check(files, the_engine()), upload=upload, problem=problem), 422
    asked, number, following = submit(files, actor(), note, kept=upload)
    if not number:
        toast.say(_("内容与第 %(n)s 版相同，没有提交。", n=asked.version), "warn")
        return redirect(url_for("processes.show", key=asked.key), 303)
    toast.say(_sent_off(asked, number, following))
    return redirect(url_for("instances.overview", number=number), 303)


def _sent_off(asked: Proposal, number: str, following: tuple[NextStep, ...]) -> str:
    about = {"title": asked.title, "n": asked.version, "number": number}
    whom = _("、").join(name for step in following for name in step.people)
    if whom:
        return _("已提交“%(title)s”第 %(n)s 版（%(number)s），等待%(whom)s审核发布。", **about, whom=whom)
    return _("已提交“%(title)s”第 %(n)s 版（%(number)s）。", **about)


def _sent() -> dict[str, bytes]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BadInput("请选择要上传的文件。", "no file was sent", "可上传 .bpmn 或流程包 .zip。", "definition.file")
    files = read_upload(sent.filename, sent.stream)
    key = request.form.get("process", "")
    if key and len(files) == 1 and diagrams(files):
        # a diagram alone, sent from the page of a process, is its new diagram: forms and the rest stay
        current = definitions.package(the_engine(), key)
        return {**current.files, current.manifest.diagram: next(iter(files.values()))}
    return files


def _kept(upload: str) -> dict[str, bytes]:
    stored, path = store.get(the_engine(), upload, actor())
    with path.open("rb") as stream:
        return read_upload(stored.name, stream)


def _report_page(files: dict[str, bytes], report: Mapping[str, Json], *, upload: str = "", problem: str = "") -> str:
    allow_diagram_styles()
    package = read_package(files) if report["ok"] else None
    diagram = package.manifest.diagram if package else _main_diagram(files, report)
    before = _before(package, files)
    return render_template(
        "processes/report.html",
        report=report,
        errors=findings(report, list(files), "error"),
        warnings=findings(report, list(files), "warning"),
        adaptations=adaptations(report),
        marks=[*marks(report, diagram), *_changed(before)],
        xml=as_text(files[diagram]) if diagram in files and drawable(report, diagram) else "",
        diagram=diagram,
        files=sorted(files),
        package=package,
        upload=upload,
        designs=bool(actor().roles & LOOK),
        case=store.case_of(the_engine(), upload, actor()) if upload else "",
        problem=problem,
        note=request.form.get("note", ""),
        **before,
    )


def _changed(before: Mapping[str, Any]) -> list[Any]:
    """What the new diagram shows of the differences: what was removed is not on it."""
    comparison = before["comparison"]
    return comparison.marks("added", "changed") if comparison else []


def _before(package: Package | None, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What runs now, and what publishing would change."""
    current = _current(package.manifest.key) if package else None
    if package is None or current is None:
        return {"current": None, "comparison": None, "running": 0, "running_on": "", "unchanged": False}
    before = definitions.package(the_engine(), package.manifest.key)
    return {
        "current": current[0].row,
        "comparison": compare(before, package),
        "running": _running(current),
        "running_on": _("、").join(
            _("第 %(version)s 版 %(n)s 件", version=one.row.version, n=one.running) for one in current if one.running
        ),
        "unchanged": dict(before.files) == dict(files),
    }


def _current(key: str) -> tuple[definitions.Version, ...] | None:
    try:
        return definitions.versions(the_engine(), key)
    except NotFound:
        return None


def _running(versions: tuple[definitions.Version, ...] | None) -> int:
    return sum(one.running for one in versions or ())


def _main_diagram(files: dict[str, bytes], report: Mapping[str, Json]) -> str:
    """The diagram to look at when the package cannot be read: the one with the first problem."""
    named = [one.get("file") for one in report["problems"] if one.get("file") in files]
    found: str = next(iter([*named, *diagrams(files)]), "")
    return found
