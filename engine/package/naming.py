"""What steps and schedules of a package name and it does not have: reason codes, fields of its form."""

from collections.abc import Container, Iterable, Iterator

from engine.package.manifest import Manifest
from engine.package.plan import Plan

Named = tuple[str, str | None, str, str]  # code of the finding, element, and what is wrong in both languages


def step_faults(manifest: Manifest, plans: Iterable[Plan], fields: Container[str] | None) -> Iterator[Named]:
    """Reason codes that there are none of, the field that says who did not answer, texts that are looked through."""
    for plan in plans:
        if plan.reasons_on and not manifest.reasons:
            yield "package.step", plan.element, "环节要求原因代码，但流程包没有 [reasons]", "reasons without codes"
        note = plan.silence.note if plan.silence is not None else ""
        lost = [name for name in plan.words.fields if fields is not None and name not in fields] if plan.words else []
        if lost:
            listed = "、".join(lost)
            yield "package.step", plan.element, f"words 的字段不在表单中：{listed}", f"words: no fields {lost}"
        if note and fields is not None and note not in fields:
            yield "package.step", plan.element, f"silence 的字段 {note} 不在表单中", f"silence: no field {note}"


def schedule_faults(manifest: Manifest, fields: Container[str] | None) -> Iterator[Named]:
    """Schedules of one name, and values for fields that the form does not have."""
    names = [schedule.name for schedule in manifest.schedule]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "package.schedule", None, f"有两个名为 {name} 的定时发起", f"two schedules {name}"
    for schedule in manifest.schedule:
        lost = sorted(name for name in schedule.data if fields is not None and name not in fields)
        if lost:
            listed = "、".join(lost)
            yield "package.schedule", None, f"定时发起 {schedule.name} 的字段不在表单中：{listed}", f"no fields {lost}"
