"""Reason codes of a package: which of them are known, and where one has to be named (domain.md §2.2, §2.3)."""

from collections.abc import Sequence

from engine.errors import BadInput
from engine.package import Plan
from engine.progress.case import Case


def require_reasons(case: Case, plan: Plan, outcome: str, reasons: Sequence[str]) -> None:
    """Refuse codes that the package does not have, and none at all where this outcome needs one."""
    known = case.package.manifest.reasons
    unknown = [code for code in reasons if code not in known]
    if unknown:
        raise BadInput(f"没有原因代码 {'、'.join(unknown)}。", f"unknown reason codes {unknown}", "", "work.reason")
    if outcome in plan.reasons_on and not reasons:
        raise BadInput(
            f"“{plan.label(outcome)}”必须选原因代码。",
            f"a reason code is required for {outcome}",
            f"至少选一个：{'、'.join(list(known.values())[:6])} 等。",
            "work.reason",
        )
