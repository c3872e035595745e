"""The list of meetings, one meeting's checklist in three views, and the same on paper."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.verbs import agenda, instances, meeting_plan, meetings, minutes, replanning, revising
from web.auth import actor
from web.language import N_
from web.meetings.lanes import SHOWS, lanes
from web.shell import the_engine

VIEWS = (("board", N_("看板")), ("owner", N_("按责任人")), ("line", N_("时间轴")))
FILTERS = (("", N_("全部")), ("mine", N_("我的")), ("open", N_("未完成")), ("late", N_("超期")))


def index() -> str:
    """Meetings that are prepared, and those that were held."""
    found = meetings.meetings(the_engine(), actor())
    return render_template(
        "meetings/index.html",
        ahead=[m for m in found if m.open],
        behind=[m for m in found if not m.open],
        keeps_template=revising.may_look(actor()),
    )


def plan() -> str:
    """The meetings planned for a year, with what became of each, and those outside the plan."""
    found = meeting_plan.year(the_engine(), actor(), asked=request.args.get("year", "").strip())
    return render_template("meetings/plan.html", plan=found)


def board(number: str) -> ResponseReturnValue:
    """One checklist."""
    return page(number)


def page(number: str, *, refused: int | None = None, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """The checklist, with what was wrong beside the entry that was refused."""
    view, show = request.values.get("view", ""), request.values.get("show", "")
    view = view if view in dict(VIEWS) else "board"
    show = show if show in SHOWS else ""
    found = meetings.board(the_engine(), number, actor())
    entries = [entry for phase in found.phases for entry in phase.entries]
    cut = lanes(found, view, show)
    shown = render_template(
        "meetings/board.html",
        board=found,
        lanes=cut,
        hidden=bool(refused) and all(entry.item_id != refused for lane in cut for entry in lane.entries),
        view=view,
        show=show,
        views=VIEWS,
        filters=[(key, title, sum(map(SHOWS[key], entries))) for key, title in FILTERS],
        refused=refused,
        problem=problem,
        may_change=replanning.offered(the_engine(), number, actor()) is not None,
        has_agenda=agenda.agenda(the_engine(), number, actor()) is not None,
    )
    return shown, status


def print_list(number: str) -> str:
    """The checklist for paper, with room for a signature."""
    found = meetings.board(the_engine(), number, actor())
    return render_template("meetings/print.html", board=found)


def decisions(number: str) -> str:
    """What the meeting decided, line by line, with the matter that each supervised line has become."""
    found = instances.get(the_engine(), number, actor())
    return render_template(
        "meetings/decisions.html", found=found, lines=minutes.decisions(the_engine(), number, actor())
    )


def agenda_list(number: str) -> str:
    """The topics that were submitted for this meeting."""
    found = instances.get(the_engine(), number, actor())
    listed = agenda.agenda(the_engine(), number, actor())
    if listed is None:
        raise NotFound("这个会议没有议题单。", "the meeting announces no sitting", "党委会、董事会、总办会批准后才有。")
    return render_template("meetings/agenda.html", found=found, agenda=listed)
