"""Slips in the demo, which units sign for, and the proposals of talks that late matters bring before leaders."""

from datetime import datetime

from engine.demo.story import Answer, Step, Story

PROCESS, PAPERS = "supervision_slip", "supervision_paper"


def adopted(at: datetime, seed: int) -> Story:
    """What becomes of a slip that a matter has earned."""
    return Story(process=PROCESS, by="ducha_a", at=at, data={}, seed=seed)


def answer(step: Step) -> Answer:
    """What the liaison of the unit says to it."""
    why = step.said("受外单位配合影响，进度滞后，已倒排工期。", "前期论证时间较长，现已增派人员，按周调度。")
    data = {"explanation": why} if step.data["colour"] == "红色" else {}
    return Answer(outcome="receive", opinion="已签收。", data=data)


def proposed(at: datetime, seed: int) -> Story:
    """What becomes of a proposal that a rung has drafted."""
    return Story(process=PAPERS, by="ducha_a", at=at, data={}, seed=seed)


def heard(step: Step) -> Answer:
    """The inspector sends it up, the office director agrees, the leader reads it."""
    match step.element:
        case "ZB10":
            return Answer(outcome="submit")
        case "ZB20":
            return Answer(outcome="approve", opinion="情况属实，同意上报。")
        case _:
            return Answer(outcome="noted", opinion=step.said("已阅，请分管领导约谈。", "先请主办单位书面说明，再议。"))
