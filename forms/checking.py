"""Check what was entered: every value against its type, then what is missing, then the rules across fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from forms.conditions import holds, row_variables, variables, visible
from forms.hostile import hostile, not_json
from forms.model import Evaluate, Field, FieldProblem, Form, Json, Knows, Refused
from forms.text import shown
from forms.types import MOST_ROWS, TYPES


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole data after the change, what changed, and every problem; nothing may be stored if there is one."""

    data: dict[str, Json]
    changes: dict[str, Json]
    problems: tuple[FieldProblem, ...]


def check(
    form: Form,
    data: Json,
    *,
    previous: Mapping[str, Json] | None = None,
    permissions: Mapping[str, str] | None = None,
    evaluate: Evaluate,
    knows: Knows,
    complete: bool = True,
) -> Checked:
    """Check a submission against the form.

    ``data`` may leave out fields; ``previous`` is what the instance holds. ``permissions`` (field -> read | write |
    hide) default to write. ``complete=False`` is for drafts: nothing is required and no rule across fields is asked.
    """
    run = _Run(form, dict(previous or {}), permissions, evaluate, knows)
    if refused := hostile(data):
        return Checked(run.previous, {}, (refused,))
    changes = run.accept(data)
    merged = run.settle({**run.previous, **changes})
    if complete:
        run.require(merged)
    if complete and not run.problems:
        run.apply_rules(merged)
    changed = {k: v for k, v in merged.items() if k not in run.previous or run.previous[k] != v}
    return Checked(merged, changed, tuple(run.problems))


class _Run:
    """One submission while it is being checked; collects the problems."""

    def __init__(
        self,
        form: Form,
        previous: dict[str, Json],
        permissions: Mapping[str, str] | None,
        evaluate: Evaluate,
        knows: Knows,
    ) -> None:
        self.form, self.previous, self.evaluate, self.knows = form, previous, evaluate, knows
        self.rights = permissions
        self.problems: list[FieldProblem] = []

    def may_write(self, field: Field) -> bool:
        return not field.system and (self.rights is None or self.rights.get(field.id, "read") == "write")

    def report(self, where: "_Where", code: str, zh: str, en: str) -> None:
        self.problems.append(FieldProblem(where.path, where.label, code, zh, en))

    # ---------------------------------------------------------------- values

    def accept(self, data: Mapping[str, Json]) -> dict[str, Json]:
        """The cleaned values this person may write; everything else is a problem."""
        accepted: dict[str, Json] = {}
        for key, value in data.items():
            field = self.form.by_id.get(key) if isinstance(key, str) else None
            if field is None:
                name = shown(key)
                self.report(_Where(name, name), "form.unknown_field", "表单中没有这个字段", "no such field in the form")
            elif self.may_write(field):
                accepted[key] = self.value(field, value, _Where(field.id, field.label), field.id)
            elif not self.unchanged(field, value):
                self.report(_Where(field.id, field.label), "form.read_only", "此处不能修改", "may not be changed here")
        return accepted

    def unchanged(self, field: Field, value: Json) -> bool:
        """May a value that is not to be written stand in the submission? A hidden one never: it could be guessed."""
        if self.rights is not None and self.rights.get(field.id) == "hide":
            return False
        held = self.previous.get(field.id)
        return bool(type(value) is type(held) and value == held) or (_blank(value) and _blank(held))

    def value(self, field: Field, value: Json, where: "_Where", plan: str) -> Json:
        """The clean value, or None with a problem on the list."""
        if _blank(value):
            return [] if TYPES[field.type].many else None
        if field.type == "rows":
            return self.rows(field, value, where)
        entry, fits = TYPES[field.type], self.form.plan[plan]
        try:
            if type(value) is not str and (not_json(value) or (type(value) is list and any(map(not_json, value)))):
                raise Refused("form.type", "数字不合规或过大", "not a usable number")
            fits(value)
            clean = entry.clean(field, value, self.knows)
            if clean != value and not _blank(clean):
                fits(clean)  # without its outer spaces a text may have become too short
        except Refused as refused:
            self.report(where, refused.code, refused.message_zh, refused.message_en)
            return None
        return None if clean == "" else clean

    def rows(self, field: Field, value: Json, where: "_Where") -> list[dict[str, Json]]:
        if not isinstance(value, list):
            self.report(where, "form.type", "应为若干行", "must be a list of rows")
            return []
        most = int(field.max or MOST_ROWS)
        if len(value) > most:
            self.report(where, "form.length", f"至多 {most} 行", f"must have at most {most} rows")
            return []
        return [self.row(field, row, where.row(n)) for n, row in enumerate(value)]

    def row(self, field: Field, row: Json, where: "_Where") -> dict[str, Json]:
        if not isinstance(row, dict):
            self.report(where, "form.type", "应为一行各列的值", "must be an object")
            return {}
        columns = {column.id: column for column in field.fields}
        clean: dict[str, Json] = {}
        for key, value in row.items():
            column = columns.get(key) if isinstance(key, str) else None
            if column is None:
                self.report(
                    where.column(shown(key), shown(key)), "form.unknown_field", "表中没有这一列", "no such column"
                )
            else:
                clean[key] = self.value(column, value, where.column(key, column.label), f"{field.id}/{key}")
        return clean

    # ---------------------------------------------------------------- the whole

    def settle(self, data: dict[str, Json]) -> dict[str, Json]:
        """Empty what the person could write but what is not part of the form with this data, until nothing changes."""
        for _ in self.form.fields:
            shown_now = visible(self.form, data, self.evaluate)
            stale = [
                f.id for f in self.form.fields
                if f.id not in shown_now and self.may_write(f) and not _blank(data.get(f.id))
            ]  # fmt: skip
            if not stale:
                break
            data = {**data, **{key: self.value(self.form.by_id[key], None, _Where(key, key), key) for key in stale}}
        return data

    def require(self, data: Mapping[str, Json]) -> None:
        """Report what is missing; a value that was refused is not also called missing."""
        refused = {problem.path.partition("/")[0] for problem in self.problems}
        doubtful = [f for f in self.form.fields if f.type == "rows" or _blank(data.get(f.id))]
        seen = variables(self.form, data) if doubtful else {}
        for field in doubtful:
            if field.id in refused or not self.may_write(field) or not holds(field.visible, seen, self.evaluate):
                continue
            where, value = _Where(field.id, field.label), data.get(field.id)
            if _blank(value):
                self.missing(field, where, seen)
            else:
                self.require_rows(field, value, where, seen)

    def require_rows(self, field: Field, rows: Json, where: "_Where", seen: Mapping[str, Json]) -> None:
        if len(rows) < (least := int(field.min or 0)):
            self.report(where, "form.length", f"至少 {least} 行", f"must have at least {least} rows")
        for n, row in enumerate(rows):
            inside = row_variables(field, row, seen)
            for column in field.fields:
                if _blank(row.get(column.id)) and holds(column.visible, inside, self.evaluate):
                    self.missing(column, where.row(n).column(column.id, column.label), inside)

    def missing(self, field: Field, where: "_Where", seen: Mapping[str, Json]) -> None:
        if holds(field.required, seen, self.evaluate):
            self.report(where, "form.required", "必填", "is required")

    def apply_rules(self, data: Mapping[str, Json]) -> None:
        if not self.form.rules:
            return
        seen = variables(self.form, data)
        for rule in self.form.rules:
            field = self.form.by_id[rule.field]
            if self.may_write(field) and holds(rule.when, seen, self.evaluate):
                self.report(_Where(field.id, field.label), "form.rule", rule.message, rule.message_en)


class _Where(NamedTuple):
    """The place of a value, for programs and in Chinese: ``items/0/amount`` and 明细、第 1 行、金额."""

    path: str
    label: str

    def row(self, n: int) -> "_Where":
        return _Where(f"{self.path}/{n}", f"{self.label}、第 {n + 1} 行")

    def column(self, id: str, label: str) -> "_Where":
        return _Where(f"{self.path}/{id}", f"{self.label}、{label}")


def _blank(value: Json) -> bool:
    return not value.strip() if type(value) is str else value is None or value == []
