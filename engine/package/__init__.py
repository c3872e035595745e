"""Process packages: read, checked and compiled into one immutable value."""

from engine.package.checklist import ChecklistRow
from engine.package.hooks import find_hooks, missing_hooks, read_hooks
from engine.package.manifest import TERMS, Archive, Checklist, Document, Manifest, Reading, Series, Stage
from engine.package.package import Package, drawings, read_package
from engine.package.plan import Plan
from engine.package.register import Apart, Register

__all__ = [
    "TERMS",
    "Apart",
    "Archive",
    "Checklist",
    "ChecklistRow",
    "Document",
    "Manifest",
    "Package",
    "Plan",
    "Reading",
    "Register",
    "Series",
    "Stage",
    "drawings",
    "find_hooks",
    "missing_hooks",
    "read_hooks",
    "read_package",
]
