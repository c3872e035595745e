"""Registers: read as tables and single records, kept by hand where that is allowed, imported and exported."""

from engine.verbs.registers.beginning import begun_from, fields_from
from engine.verbs.registers.finding import start_rights, to_write
from engine.verbs.registers.importing import Preview, preview, take_in
from engine.verbs.registers.keeping import add, change, correct
from engine.verbs.registers.reading import (
    Choice,
    Detail,
    Sheet,
    Shelf,
    choices,
    get,
    labels,
    names,
    rows,
    shelves,
)
from engine.verbs.registers.reminding import remind
from engine.verbs.registers.tables import as_csv, as_workbook, template
from engine.verbs.registers.wording import Line

__all__ = [
    "Choice",
    "Detail",
    "Line",
    "Preview",
    "Sheet",
    "Shelf",
    "add",
    "as_csv",
    "as_workbook",
    "begun_from",
    "change",
    "choices",
    "correct",
    "fields_from",
    "get",
    "labels",
    "names",
    "preview",
    "remind",
    "rows",
    "shelves",
    "start_rights",
    "take_in",
    "template",
    "to_write",
]
