"""Whether a diagram can always go on: joins that wait in vain, work that is opened twice, work that never comes."""

from engine.bpmn.soundness.checking import MOST_STATES, examine

__all__ = ["MOST_STATES", "examine"]
