"""`sanban bench`: what one process does, beside raw transactions of the same rows and plain SpiffWorkflow.

All three are measured in one run. It stands above the verbs and calls them like anybody else; only here may plain
SpiffWorkflow and bare SQL be used outside their homes, because they are what we compare with.
"""

from engine.bench.report import Measured, Report, in_words
from engine.bench.running import DATABASES, WORKLOADS, run

__all__ = ["DATABASES", "WORKLOADS", "Measured", "Report", "in_words", "run"]
