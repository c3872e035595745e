"""PURE: a template and data become a document: PDF by Typst, DOCX by docxtpl, in a process of its own."""

from engine.documents.rendering import FORMATS, render
from engine.documents.templates import faults

__all__ = ["FORMATS", "faults", "render"]
