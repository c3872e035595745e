"""Pages about processes that are deployed: the list, one process, one of its versions, two of them compared."""

import re
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.package import Package
from engine.progress.publishing import packed
from engine.verbs import bindings, definitions, people, reports
from web.headers import allow_diagram_styles
from web.processes import wording
from web.processes.comparing import compare
from web.processes.findings import adaptations, findings, marks
from web.shell import the_engine

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")


def index() -> ResponseReturnValue:
    """Every process with its current version and how much runs on it."""
    engine = the_engine()
    rows = sorted(definitions.all_current(engine), key=lambda row: (row.manifest.get("category", ""), row.title))
    listed = [(row, sum(one.running for one in definitions.versions(engine, row.key))) for row in rows]
    return render_template("processes/index.html", listed=listed)


def show(key: str) -> ResponseReturnValue:
    """The current version of a process."""
    return _version_page(key, None)


def version(key: str, number: int) -> ResponseReturnValue:
    """An older version."""
    return _version_page(key, number)


def diagram(key: str, number: int) -> Response:
    """The main diagram as text: what was uploaded may be in another encoding, and must not open as a page."""
    package = _package(key, number)
    return Response(as_text(package.xml), mimetype="text/plain")


def archive(key: str, number: int) -> Response:
    """The files of a version, to be edited elsewhere and uploaded again."""
    content = packed(dict(_package(key, number).files))
    headers = {"Content-Disposition": f'attachment; filename="{key}-v{number}.zip"'}
    return Response(content, mimetype="application/zip", headers=headers)


def difference(key: str, old: int, new: int) -> ResponseReturnValue:
    """Two versions side by side: what differs, and how each of them went."""
    allow_diagram_styles()
    before, after = _package(key, old), _package(key, new)
    found = compare(before, after)
    return render_template(
        "processes/difference.html",
        key=key,
        title=after.manifest.title,
        numbers=(old, new),
        versions=definitions.versions(the_engine(), key),
        found=found,
        beside=reports.beside(the_engine(), key, old, new),
        marks_old=found.marks("removed", "changed"),
        marks_new=found.marks("added", "changed"),
    )


def as_text(xml: bytes) -> str:
    """The characters of an XML file; it was compiled, so its encoding is known to be readable."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return xml.decode("utf-16", "replace")
    declared = _DECLARED.match(xml)
    return xml.decode(declared.group(1).decode("ascii") if declared else "utf-8-sig", "replace").removeprefix("\ufeff")


def _version_page(key: str, number: int | None) -> ResponseReturnValue:
    allow_diagram_styles()
    engine = the_engine()
    found = definitions.versions(engine, key)
    shown = found[0] if number is None else next((one for one in found if one.row.version == number), None)
    if shown is None:
        raise NotFound(
            f"“{found[0].row.title}”没有第 {number} 版。", f"{key} has no version {number}", "请从版本列表进入。"
        )
    package = _package(key, shown.row.version)
    stubs = [stub for stub in bindings.stubs(engine, key) if stub.bindable] if shown.row.current else []
    return render_template(
        "processes/show.html",
        **_about(package),
        key=key,
        shown=shown,
        versions=found,
        deployers=_names({one.row.deployed_by for one in found}),
        findings=findings({"warnings": shown.row.report.get("warnings", ())}, ()),
        adaptations=adaptations(shown.row.report),
        marks=marks(shown.row.report, package.manifest.diagram),
        stubs=stubs,
        unbound=sum(bool(stub.unbound) for stub in stubs),
    )


def _about(package: Package) -> dict[str, Any]:
    steps = [package.plans[id] for id in package.order if id in package.plans]
    return {"package": package, "manifest": package.manifest, "steps": steps, "words": wording}


def _package(key: str, number: int) -> Package:
    found = {one.row.version for one in definitions.versions(the_engine(), key)}
    if number not in found:
        raise NotFound(f"没有第 {number} 版。", f"{key} has no version {number}", "请从版本列表进入。")
    return definitions.package(the_engine(), key, number)


def _names(ids: set[int | None]) -> dict[int | None, str]:
    directory = people.directory(the_engine())
    found = {id: directory.person(id) for id in ids if id is not None}
    return {id: person.name if person else "" for id, person in found.items()}
