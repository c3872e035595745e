"""Slips in the demo: the unit signs for each, and says why a red one came to be."""

from datetime import datetime

from engine.demo.story import Answer, Step, Story

PROCESS = "supervision_slip"


def adopted(at: datetime, seed: int) -> Story:
    """What becomes of a slip that a matter has earned."""
    return Story(process=PROCESS, by="ducha_a", at=at, data={}, seed=seed)


def answer(step: Step) -> Answer:
    """What the liaison of the unit says to it."""
    why = step.said("受外单位配合影响，进度滞后，已倒排工期。", "前期论证时间较长，现已增派人员，按周调度。")
    data = {"explanation": why} if step.data["colour"] == "红色" else {}
    return Answer(outcome="receive", opinion="已签收。", data=data)
