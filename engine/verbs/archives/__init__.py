"""The archive: packages of ended cases, made once; the register of where package and paper lie."""

from engine.verbs.archives.filing import file_paper
from engine.verbs.archives.listing import Chosen, Line, Shelf, export, of_instance, page
from engine.verbs.archives.making import make_due
from engine.verbs.archives.taking import package

__all__ = ["Chosen", "Line", "Shelf", "export", "file_paper", "make_due", "of_instance", "package", "page"]
