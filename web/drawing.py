"""Forms as pages need them: drawn with the names of people and units, and read back with the files sent along."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.datastructures import MultiDict

import forms
from engine.errors import SanbanError
from engine.model import Actor, Json
from engine.org import Directory
from engine.runtime import evaluate
from engine.verbs import files, people, registers
from web.auth import actor
from web.language import _
from web.shell import the_engine

if TYPE_CHECKING:
    from engine.runtime import Engine

# beyond this a list without a script shows one's own unit only; the search field finds everybody
LISTED_PEOPLE = 400
LISTED_RECORDS = 100
UPLOAD = "-upload"
Choice = tuple[str, str]


def install(app: Flask) -> None:
    """Give templates ``choices(kind, chosen)`` and the filters ``runs`` and ``excerpt``."""
    app.jinja_env.globals["choices"] = choices
    app.jinja_env.filters.update(runs=runs, excerpt=excerpt)


def draw(
    form: forms.Form,
    data: Mapping[str, Json],
    permissions: Mapping[str, str],
    *,
    problems: Sequence[forms.FieldProblem] = (),
) -> forms.Drawing:
    """The form with display texts from the organisation and the names of its files."""
    return forms.draw(form, data, permissions, evaluate, _Names(the_engine()), problems=problems)


def posted(form: forms.Form, who: Actor, *, instance: str | None = None) -> dict[str, Json]:
    """The data a page sent. Files chosen without a script are stored first and stand as ids in their fields."""
    fields = MultiDict(request.form)
    for name, upload in request.files.items(multi=True):
        if upload.filename and name.endswith(UPLOAD) and not name.startswith("_"):
            fields.add(name.removesuffix(UPLOAD), store(upload, who, instance))
    return forms.parse_post(form, fields)


def store(upload: Any, who: Actor, instance: str | None = None) -> str:
    """Keep one uploaded file; its id."""
    return str(files.put(the_engine(), upload.filename, upload.stream, who, instance=instance).id)


def widgets(drawing: forms.Drawing) -> list[forms.Widget]:
    """All fields of a drawn form in order."""
    return [widget for section in drawing.sections for widget in section.widgets]


def runs(fields: Sequence[forms.Widget]) -> list[list[forms.Widget]]:
    """Neighbours that are all written or all read, so that facts and controls each get their own layout."""
    return [list(group) for _written, group in groupby(fields, key=lambda widget: widget.writable)]


def excerpt(text: str, length: int) -> str:
    """The beginning of a long text."""
    return text if len(text) <= length else f"{text[:length].rstrip()}…"


def choices(kind: str, chosen: Sequence[str | None]) -> list[Choice]:
    """What a list offers without a script: value and label, the chosen ones always among them."""
    engine = the_engine()
    if kind == "person":
        return _people(people.directory(engine), actor(), {login for login in chosen if login})
    if kind == "unit":
        return [(unit.code, unit.name) for unit in people.directory(engine).units if unit.active]
    known = registers.labels(engine, kind.partition(":")[2], actor(), limit=LISTED_RECORDS)
    return [(label, label) for label in dict.fromkeys((*filter(None, chosen), *known))]


def _people(directory: Directory, me: Actor, chosen: set[str]) -> list[Choice]:
    active = [person for person in directory.persons if person.active]
    if len(active) > LISTED_PEOPLE:
        active = [p for p in active if p.login in chosen or _unit_id(directory, p) == me.unit_id]
    described = [people.described(directory, person) for person in active]
    return [(one.login, " ".join(filter(None, (one.name, one.unit, one.title)))) for one in described]


def _unit_id(directory: Directory, person: Any) -> int | None:
    unit = directory.main_unit(person)
    return unit.id if unit else None


class _Names:
    """Display text of a login, a unit code, a file id or a register line."""

    def __init__(self, engine: "Engine") -> None:
        self.engine = engine
        self.directory = people.directory(engine)

    def __call__(self, kind: str, value: str) -> str:
        if kind == "person":
            person = self.directory.person(value)
            return person.name if person else value
        if kind == "unit":
            unit = self.directory.unit(value)
            return unit.name if unit else value
        if kind == "file":
            try:
                return files.get(self.engine, value, actor())[0].name
            except SanbanError:
                return _("（文件已失效）")
        return value
