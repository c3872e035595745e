"""What the reports say in sentences, in the language of whoever looks; workbooks keep the Chinese of the engine."""

from engine.org.vacancies import AWAY, UNHELD
from engine.reports import percent
from engine.verbs.reports import Line, Timeliness
from engine.verbs.reports.lines import NO_POST, NO_REASON, NO_UNIT, NOBODY
from engine.verbs.reports.seeing import EVERYTHING, HIDDEN, OWN
from web.language import N_, NP_, WRITTEN, _, language, told_of, told_within
from web.words import month_name

NOTES = (
    NP_("shape", "已扣停表 {0} 小时"), NP_("shape", "被退回 {0} 次"), NP_("shape", "差错 {0} 处，扣 {1} 分"),
    N_("代办"), NO_REASON, NP_("shape", "（{0}退回）"),
    N_("冻结时计入，现已不计（已撤回、取消或停表）"), N_("冻结时未计入，现应计入"), N_("办理人有变动"),
    NP_("shape", "到期由 {0} 改为 {1}"), NP_("shape", "办结由 {0} 改为 {1}"), NP_("shape", "责任人由 {0} 改为 {1}"),
)  # fmt: skip
NAMES = frozenset({EVERYTHING.words, OWN, HIDDEN, NO_UNIT, NO_POST, NOBODY, NO_REASON, AWAY, UNHELD})


def note_words(text: str) -> str:
    """What the engine notes beside a line of a list, or about a change after the freezing."""
    return told_within(text, NOTES).replace("，", _("，")).replace("；", _("；"))


def name_words(text: str) -> str:
    """A name as it is, or what stands where there is none."""
    return told_of(text, NAMES)


def sentence(view: Timeliness) -> str:
    """The month in one sentence."""
    return view.sentence if language() == WRITTEN else _in_english(view)


def _in_english(view: Timeliness) -> str:
    figures, year = view.total, view.month[:4]
    month = f"{month_name(int(view.month[5:]), 'wide')} {year}"
    backlog = f"open beyond the whole limit: {view.backlog}."
    if not figures.due and not figures.done:
        return f"{month}: no step fell due or was completed; {backlog}"
    parts = [f"{month}: steps due {figures.due}"]
    if figures.rate is not None:
        change = _change(figures.rate, view.before.rate if view.before else None)
        parts.append(f"done on time {figures.on_time}, an on-time rate of {figures.rate:g}%{change}")
    parts += _missed(figures)
    if figures.mean_hours is not None:
        parts.append(f"mean time taken {figures.mean_hours:g} working hours")
    if view.started:
        rate = percent(view.returned, view.started)
        parts.append(f"cases started {view.started}, returned {view.returned}, a return rate of {rate:g}%")
    return "; ".join([*parts, backlog])


def _missed(figures: Line) -> list[str]:
    missed = (("done late", figures.late), ("due and not done", figures.unfinished))
    said = ", ".join(f"{words} {count}" for words, count in missed if count)
    return [said] if said else []


def _change(rate: float, before: float | None) -> str:
    if before is None:
        return ""
    change = round(rate - before, 1)
    if not change:
        return " (as the month before)"
    return f" ({'up' if change > 0 else 'down'} {abs(change):g} points on the month before)"
