"""Reading on the screen that could not be: steps and fields that a package does not have."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from engine.package.manifest import Reading
from forms import Form


class ReadingFault(NamedTuple):
    """What is wrong, in both languages."""

    zh: str
    en: str


def reading_faults(rule: Reading | None, form: Form | None, steps: Collection[str]) -> Iterator[ReadingFault]:
    """Every name that says nothing: found at deployment, not by whoever waits for the page."""
    if rule is None:
        return
    for element in (*rule.steps, *rule.secret):
        if element not in steps:
            yield ReadingFault(f"在线阅览的环节 {element} 不是用户任务", f"reading: {element!r} is no user task")
    fields = form.by_id if form is not None else {}
    if form is not None and rule.case not in fields:
        yield ReadingFault(f"在线阅览的字段 {rule.case} 不在表单中", f"reading: no field {rule.case!r}")
    until = fields.get(rule.until)
    if form is not None and (until is None or until.type not in ("date", "datetime")):
        zh = f"在线阅览的期限字段 {rule.until} 不是表单的日期或时间字段"
        yield ReadingFault(zh, f"reading: {rule.until!r} is no field of type date or datetime")
