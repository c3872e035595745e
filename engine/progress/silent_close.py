"""逾期未回: what happens when the time of a silence comes, and how the step goes on with what the others have said."""

from engine.package import Plan
from engine.package.silence import CLOCK
from engine.progress.advance import complete
from engine.progress.case import Case, save
from engine.progress.completion import Result, result
from engine.progress.kept import parts
from engine.progress.silence import ask_about, overdue, take_for_none, unanswered
from engine.store.instances import ActivityRow
from engine.store.timers import TimerRow


def hear(case: Case, timer: TimerRow) -> None:
    """Silence is no objection by the clock alone, where the step says so; else somebody decides that (decision 092)."""
    found = overdue(case, timer)
    if found is None:
        save(case)
        return
    activity, plan = found
    if plan.silence is None or plan.silence.by != CLOCK:
        ask_about(case, activity, plan)
        save(case)
        return
    take_for_none(case, activity, plan, unanswered(case, activity))
    go_on(case, activity, plan)


def go_on(case: Case, activity: ActivityRow, plan: Plan) -> None:
    """With what the others have said; if nobody has said anything, as if all had agreed."""
    said = [i for i in parts(case, activity) if i.kind == "decide" and i.state == "done"]
    complete(case, activity, result(plan, said) or Result(plan.outcomes[0].code, ()))
