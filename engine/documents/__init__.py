"""PURE: a template and data become a document: PDF by Typst, DOCX by docxtpl, in a process of its own."""

from engine.documents.rendering import FORMATS, Filled, render, render_all
from engine.documents.templates import faults

__all__ = ["FORMATS", "Filled", "faults", "render", "render_all"]
