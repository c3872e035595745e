"""PURE: a template and data become a document (PDF by Typst, DOCX by docxtpl); a PDF gets a mark, or is drawn with one.

All of it in processes of their own.
"""

from engine.documents.marking import UNMARKABLE, Size, kind_of, measure, show, stamp
from engine.documents.rendering import FORMATS, Filled, render, render_all
from engine.documents.templates import faults

__all__ = [
    "FORMATS",
    "UNMARKABLE",
    "Filled",
    "Size",
    "faults",
    "kind_of",
    "measure",
    "render",
    "render_all",
    "show",
    "stamp",
]
