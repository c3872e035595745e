"""Persons, posts and units that a package names and this organisation does not have: a warning, on the element."""

from collections.abc import Iterator
from datetime import datetime

from engine import org
from engine.errors import ExpressionError, Problem
from engine.package import Package
from engine.progress.seats import rule_of
from engine.runtime import expression

FIX_ZH = "请改成组织里有的名称；先建人员、岗位或单位再发布也可以。否则到这一步无人办理，只能由管理员指定。"
FIX_EN = "name somebody of the organisation, or add them first; else an administrator has to step in"


def strangers(package: Package, directory: org.Directory, now: datetime) -> tuple[Problem, ...]:
    """All of them; none while the organisation is still empty, because then nothing can be told."""
    if not directory.persons:
        return ()
    found = [
        _problem(package, element, kind, name)
        for element, rule in _rules(package)
        for kind, name in org.strangers(_calls(rule), directory, now)
    ]
    return tuple(dict.fromkeys(found))


def _rules(package: Package) -> Iterator[tuple[str, str]]:
    """Every performer rule with the element it stands at; none for that of starting."""
    yield "", package.manifest.start
    for plan in package.plans.values():
        checklist = package.manifest.checklist.get(plan.checklist or "")
        if checklist is None:
            yield plan.element, rule_of(plan)
        else:
            yield from ((plan.element, owner) for owner in checklist.owners.values())
        if plan.exclude.strip():
            yield plan.element, f"[{plan.exclude}]"


def _calls(rule: str) -> org.Calls:
    try:
        return expression(rule).calls
    except ExpressionError:
        return ()  # what cannot be read is reported where it is read


def _problem(package: Package, element: str, kind: str, name: str) -> Problem:
    node = package.process.elements.get(element)
    where = f"“{node.name or element}”的办理人" if node else "谁可以发起"
    return Problem(
        "org.unknown",
        element or None,
        node.line if node else None,
        f"{where}写的{kind}“{name}”在组织里不存在。",
        f"the organisation has no {name!r}, named at {element or 'start'}",
        FIX_ZH,
        FIX_EN,
        "warning",
    )
