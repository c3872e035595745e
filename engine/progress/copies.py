"""Copies of papers of a secret case: a PDF leaves the house with who took it over every page (decision 099)."""

from pathlib import Path

from engine import documents
from engine.errors import BadInput
from engine.progress.marks import Mark
from engine.runtime import Engine

MARKED = "（已加水印）"


def marked_copy(engine: Engine, place: Path, name: str, mark: Mark, about: str) -> bytes | None:
    """The same PDF with the mark over it; None for what can bear none: another kind, or one that cannot be opened.

    What the house itself lacks for it (a library, a font) refuses instead: nothing leaves unmarked by an omission.
    """
    if documents.kind_of(name) != "pdf":
        return None
    try:
        return documents.stamp(place, mark.text(about), fonts=engine.settings.fonts)
    except BadInput as error:
        if error.reason in documents.UNMARKABLE:
            return None
        raise
