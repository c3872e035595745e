"""《办公室工作流程手册》: the deployed processes as a printed book."""

from engine.verbs.handbook.binding import handbook

__all__ = ["handbook"]
