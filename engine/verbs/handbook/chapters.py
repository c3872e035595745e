"""What the handbook says about one process: picture, steps, form, ladders, read from the deployed package."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.picture import picture
from engine.model import Json
from engine.package import Package, Plan
from engine.package.wording import completion_words, limit_words, rung_words
from engine.store.definitions import DefinitionRow
from engine.verbs.handbook.people import Naming
from forms import Field

KINDS: Mapping[str, str] = {
    "text": "单行文字", "textarea": "多行文字", "number": "数字", "integer": "整数", "money": "金额", "date": "日期",
    "datetime": "日期时间", "boolean": "是否", "select": "单选", "multiselect": "多选", "person": "人员",
    "persons": "多人", "unit": "部门", "units": "多部门", "file": "文件", "files": "多文件", "rows": "明细表",
    "reference": "引用台账",
}  # fmt: skip
LONGEST_CHOICES = 12
MOST_UPRIGHT = 900  # pixels: a wider diagram gets a page across, or nobody could read it


def chapter(row: DefinitionRow, package: Package, naming: Naming) -> dict[str, Json]:
    """One chapter; ``naming`` knows the posts and units of the house."""
    people = {field.id for field in package.form.fields if field.type in ("person", "persons")}
    naming = replace(naming, fields={field.id: field.label for field in package.form.fields}, people=people)
    manifest, drawn = package.manifest, picture(package.xml)
    plans = [package.plans[element] for element in package.order]
    used = dict.fromkeys(name for name in (*(p.ladder for p in plans), _whole(package)) if name)
    return {
        "key": manifest.key,
        "title": manifest.title,
        "category": manifest.category,
        "summary": manifest.summary,
        "version": row.version,
        "start": naming.who(manifest.start),
        "number": manifest.number_pattern().format(year="〈年〉", n=1),
        "limit": _limit(manifest.limit.value, package) if manifest.limit else "",
        "stages": [{"name": s.name, "limit": _limit(s.value, package)} for s in manifest.stage],
        "retention": manifest.archive.retention,
        "picture": {"svg": drawn.svg, "across": drawn.width > MOST_UPRIGHT and drawn.width > drawn.height}
        if drawn
        else None,
        "steps": [_step(n, plan, package, naming) for n, plan in enumerate(plans, 1)],
        "fields": [line for field in package.form.fields if not field.system for line in _field(field)],
        "ladders": [_ladder(package, name, naming) for name in used if name in package.ladders],
        "reasons": [[code, words] for code, words in manifest.reasons.items()],
    }


def _whole(package: Package) -> str | None:
    return package.manifest.limit.ladder if package.manifest.limit else None


def _step(ordinal: int, plan: Plan, package: Package, naming: Naming) -> dict[str, Json]:
    writes = [f.label for f in package.form.fields if _written(plan, f.id)]
    return {
        "no": str(ordinal),
        "id": plan.element,
        "name": plan.name,
        "who": naming.who(plan.performer) if plan.performer else "、".join(plan.candidate_groups),
        "duty": plan.duty if plan.duty != plan.name else "",
        "limit": _limit(plan.limit, package),
        "done": completion_words(plan.completion),
        "outcomes": "、".join(outcome.label for outcome in plan.outcomes),
        "writes": "、".join(writes),
        "ladder": plan.ladder or "",
    }


def _limit(text: str, package: Package) -> str:
    """A limit in words; one that ends with a field says which."""
    field = package.form.by_id.get(text.removeprefix("until:").strip()) if text.startswith("until:") else None
    if field is not None:
        return f"至“{field.label}”"
    if "${" in text:  # only the instance can work it out
        named = dict.fromkeys(re.findall(r"[a-z][a-z0-9_]*", text))
        fields = "、".join(f"“{package.form.by_id[name].label}”" for name in named if name in package.form.by_id)
        return f"按{fields or '情形'}计算"
    return limit_words(text) if text else "不计时"


def _written(plan: Plan, field: str) -> bool:
    return any(part.strip() == f"{field}:write" for part in plan.fields.split(","))


def _field(field: Field) -> list[list[str]]:
    choices = "、".join(option.label for option in field.options[:LONGEST_CHOICES])
    if len(field.options) > LONGEST_CHOICES:
        choices += f"等 {len(field.options)} 项"
    columns = "、".join(column.label for column in field.fields)
    needed = {True: "必填", False: ""}.get(field.required, "按条件") if isinstance(field.required, bool) else "按条件"
    return [[field.label, KINDS.get(field.type, field.type), needed, field.help or choices or columns]]


def _ladder(package: Package, name: str, naming: Naming) -> dict[str, Any]:
    ladder = package.ladders[name]
    rungs = [*ladder.rungs, *([ladder.daily] if ladder.daily is not None else [])]
    return {
        "name": name,
        "title": ladder.title,
        "rungs": [rung_words(rung, naming.who) for rung in rungs],
    }
