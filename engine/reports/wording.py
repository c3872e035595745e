"""What the figures are called and how they are told in a sentence."""

from engine.reports.figures import Figures, percent

FORMULAS: tuple[tuple[str, str], ...] = (
    ("月份", "按到期日归月；没有时限的按办结日归月，不进按时率。"),
    ("按时率", "按时办结 ÷ 应办结。应办结 = 按时办结 + 超期办结 + 到期未办结；到期未办结也在分母里。"),
    ("平均用时", "办结件从到手到办结的工作时间之和 ÷ 办结件数，单位为工作小时；停表时间扣除。"),
    ("两岗分计", "一人兼两个岗位，各岗位分别成行，不合并。"),
    ("代办", "办结和用时计入实际办理人（B 角、代理人）；到手之后的超期也计入实际办理人。"),
    ("空岗超期", "因未交接造成的超期，包括到期后才改派和 A 角不在而无人接手，计入 A 角。"),
    ("退回率", "本月发起的件中曾被退回的件数 ÷ 本月发起件数。"),
    ("退回原因", "按退回环节、关口和原因代码统计；一次退回写了几个代码就计几条。"),
    ("规范率", "本月发起的件中没有因差错被退回的件数 ÷ 本月发起件数；与按时率并列，互不折算。差错率 = 100% − 规范率。"),
    (
        "差错、扣分",
        "退回时写明原因代码的为差错件，退回又撤回的不算；扣分按流程包给各代码定的分值累计，没有定的不扣。",
    ),
    ("目标", "按时率、规范率的目标由管理员设定；冻结的月份用冻结时的目标。"),
    ("积压", "整件时限已过、截至统计时点仍未办结的件数。"),
    ("冻结", "次月第三个工作日 09:00 冻结；之后的变动单列“冻结后变动”，不并入数字。"),
)


def hours(figure: float | None) -> str:
    """5.2 小时, or a dash."""
    return "—" if figure is None else f"{figure:g} 小时"


def summary(month: str, figures: Figures, before: float | None, *, started: int, returned: int, backlog: int) -> str:
    """The month in one sentence."""
    named = f"{int(month[:4])} 年 {int(month[5:])} 月"
    if not figures.due and not figures.done:
        return f"{named}没有到期或办结的环节；超总时限未结 {backlog} 件。"
    rate = figures.rate
    told = [f"{named}应办结 {figures.due} 个环节"]
    if rate is not None:
        told.append(f"按时办结 {figures.on_time} 个，按时率 {rate:g}%{_change(rate, before)}")
    missed = [
        f"{words} {count} 个"
        for words, count in (("超期办结", figures.late), ("到期未办", figures.unfinished))
        if count
    ]
    told += ["、".join(missed)] if missed else []
    if figures.mean_hours is not None:
        told.append(f"平均用时 {figures.mean_hours:g} 工作小时")
    if started:
        told.append(f"发起 {started} 件，被退回 {returned} 件，退回率 {percent(returned, started):g}%")
    return "，".join(told) + f"；超总时限未结 {backlog} 件。"


def _change(rate: float, before: float | None) -> str:
    if before is None:
        return ""
    change = round(rate - before, 1)
    return "，与上月持平" if not change else f"，比上月{'升' if change > 0 else '降'} {abs(change):g} 个百分点"
