"""The demo: an invented group and some months of its work, written through the verbs like everything else."""

from engine.demo.organisation import PASSWORD, load_organisation

__all__ = ["PASSWORD", "load_organisation"]
