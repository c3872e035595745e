"""What a page needs to draw a form: sections of widgets with value, display text, rights, choices and problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.conditions import holds, row_variables, variables, words
from forms.model import Evaluate, Field, FieldProblem, Form, Json, Names, Option
from forms.types import TYPES


@dataclass(frozen=True, slots=True)
class Widget:
    """One field on a page. ``name`` is the HTML name, ``path`` the one of problems; ``input`` what a control holds."""

    id: str
    path: str
    name: str
    type: str
    label: str
    label_en: str
    value: Json
    text: str
    input: str
    writable: bool
    required: bool
    visible: bool  # False: part of the form only when other values change; draw it hidden or not at all
    live: bool  # other fields depend on this one: draw the form again when it changes
    options: tuple[Option, ...]
    chosen: tuple[str, ...]  # values of a field that holds many
    chosen_text: tuple[str, ...]
    columns: tuple[Field, ...]
    rows: tuple[tuple["Widget", ...], ...]
    blank_row: tuple["Widget", ...]  # the row a page adds, with ``__row__`` for its number
    min_length: int | None
    max_length: int | None
    min: int | str | None
    max: int | str | None
    register: str
    opens: str  # of a file: what it is, see the page of forms
    help: str
    problem: str
    problem_en: str


@dataclass(frozen=True, slots=True)
class DrawnSection:
    """A heading and its widgets."""

    title: str
    title_en: str
    widgets: tuple[Widget, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole form to be drawn; ``problems`` are those that belong to no widget."""

    title: str
    title_en: str
    sections: tuple[DrawnSection, ...]
    problems: tuple[FieldProblem, ...]


def draw(
    form: Form,
    data: Mapping[str, Json],
    permissions: Mapping[str, str],
    evaluate: Evaluate,
    names: Names,
    *,
    problems: Sequence[FieldProblem] = (),
) -> Drawing:
    """The form with this data for somebody with these rights.

    ``names(kind, value)`` gives the text for a login, a unit code, a file id or a reference. Data that was refused may
    be drawn again as it was entered, with its ``problems`` at their fields.
    """
    pen = _Pen(form, data, evaluate, names, problems)
    sections = []
    for section in form.sections:
        fields = [form.by_id[id] for id in section.fields if permissions.get(id, "read") != "hide"]
        widgets = [pen.field(field, permissions.get(field.id, "read") == "write") for field in fields]
        kept = tuple(widget for widget in widgets if widget.visible or widget.writable)
        if kept:
            sections.append(DrawnSection(section.title, section.title_en, kept))
    drawn = {widget.id for section in sections for widget in section.widgets}
    loose = tuple(p for p in problems if p.path.partition("/")[0] not in drawn)
    return Drawing(form.title, form.title_en, tuple(sections), loose)


class _Pen:
    """Draws the fields of one form with one set of data."""

    def __init__(
        self,
        form: Form,
        data: Mapping[str, Json],
        evaluate: Evaluate,
        names: Names,
        problems: Sequence[FieldProblem],
    ) -> None:
        self.data, self.evaluate, self.names = data, evaluate, names
        self.problems = {problem.path: problem for problem in reversed(problems)}
        self.seen = variables(form, data)
        self.live = {word for _, text in form.expressions() for word in words(text)}

    def field(self, field: Field, writable: bool) -> Widget:
        return self.widget(field, self.data.get(field.id), (field.id,), self.seen, writable and not field.system)

    def widget(
        self, field: Field, value: Json, at: tuple[str, ...], seen: Mapping[str, Json], writable: bool
    ) -> Widget:
        problem = self.problems.get("/".join(at))
        many = value if isinstance(value, list) and field.type != "rows" else []
        rows = value if isinstance(value, list) and field.type == "rows" else []
        return Widget(
            id=field.id,
            path="/".join(at),
            name="-".join(at),
            type=field.type,
            label=field.label,
            label_en=field.label_en,
            value=value,
            text=self.text(field, value),
            input=_input(field, value),
            writable=writable,
            required=writable and holds(field.required, seen, self.evaluate),
            visible=holds(field.visible, seen, self.evaluate),
            live=field.id in self.live,
            options=field.options,
            chosen=tuple(map(str, many)),
            chosen_text=tuple(self.text(field, [one]) for one in many),
            columns=field.fields,
            rows=tuple(self.row(field, row, str(n), seen, writable) for n, row in enumerate(rows)),
            blank_row=self.row(field, {}, "__row__", seen, writable) if writable and field.type == "rows" else (),
            min_length=field.min_length,
            max_length=field.max_length,
            min=field.min,
            max=field.max,
            register=field.source,
            opens=field.opens,
            help=field.help,
            problem=problem.message_zh if problem else "",
            problem_en=problem.message_en if problem else "",
        )

    def row(self, field: Field, row: Json, n: str, seen: Mapping[str, Json], writable: bool) -> tuple[Widget, ...]:
        values = row if isinstance(row, dict) else {}
        inside = row_variables(field, values, seen)
        return tuple(self.widget(c, values.get(c.id), (field.id, n, c.id), inside, writable) for c in field.fields)

    def text(self, field: Field, value: Json) -> str:
        if value is None or value == "" or value == []:
            return ""
        return TYPES[field.type].text(field, value, self.names)


def _input(field: Field, value: Json) -> str:
    """What an HTML control of this field holds."""
    if value is None or isinstance(value, (list, dict)):
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)[:16] if field.type == "datetime" else str(value)
