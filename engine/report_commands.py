"""`sanban report`: the monthly report, the forecast, the numbers of a year and settling now: words, JSON, Excel."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from engine.runtime import Engine, open_engine
from engine.telling import as_json, say
from engine.verbs import marking, people, reports
from engine.verbs.reports import Outlook, Timeliness, Yearly

NAMES = ("timeliness", "forecast", "year")


@click.command("report")
@click.argument("name", type=click.Choice(NAMES))
@click.option("--month", help="A month such as 2026-10; the present one if left out.")
@click.option("--year", type=click.IntRange(2000, 9000), help="A year such as 2026; the present one if left out.")
@click.option("--as", "login", help="As this person sees it; the whole house if left out.")
@click.option("--settle", is_flag=True, help="Settle what has changed since last night first.")
@click.option(
    "--xlsx",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report of the month or year here.",
)
@as_json
def report(
    name: str, month: str | None, year: int | None, login: str | None, settle: bool, file: Path | None, as_json: bool
) -> None:
    """Show a report: timeliness (of a month), forecast (of the next working day) or the numbers of a year."""
    if (name == "forecast" and file) or (month and name != "timeliness") or (year and name != "year"):
        raise click.UsageError("--month belongs to timeliness, --year to year, --xlsx to both")
    engine = open_engine()
    if settle:
        reports.settle(engine)
    actor = people.actor(engine, login) if login else None
    if name == "forecast":
        outlook = reports.forecast(engine, actor)
        say(outlook, as_json, lambda: _outlook(outlook, engine))
    elif name == "year":
        found = reports.yearly_figures(engine, year, actor)
        if file is not None:
            file.write_bytes(reports.year_workbook(found, marking.mark(engine, actor)))
        say(found, as_json, lambda: _year(found))
    else:
        view = reports.timeliness(engine, month, actor)
        if file is not None:
            file.write_bytes(reports.workbook(view, engine.zone, marking.mark(engine, actor)))
        say(view, as_json, lambda: _month(view))
    engine.close()


def _month(view: Timeliness) -> str:
    lines = [view.sentence, f"范围：{view.scope}；{view.snapshot or '未冻结'}"]
    sound = view.conformity.total
    told = "—" if sound.rate is None else f"{sound.rate:g}%"
    lines.append(f"规范率 {told}（目标 {view.targets.conformity:g}%），差错件 {sound.faulty}，扣 {sound.points} 分")
    for title, rows in (("流程", view.processes), ("部门", view.units), ("人员", view.people)):
        lines.append(f"{title}\t应办结\t按时\t超期\t未办\t按时率\t办结")
        for row in rows:
            name = f"{row.name}（{row.beside}）" if row.beside else row.name
            rate = "—" if row.rate is None else f"{row.rate:g}%"
            lines.append(f"{name}\t{row.due}\t{row.on_time}\t{row.late}\t{row.unfinished}\t{rate}\t{row.done}")
    return "\n".join(lines)


def _year(view: Yearly) -> str:
    lines = [f"{view.year} 年{'' if view.complete else '（未满）'}", "编号\t名称\t数字\t单位\t目标\t完成"]
    for line in view.figures:
        value = "系统外统计" if line.value is None else f"{line.value.normalize():f}"
        target = "—" if line.target is None else f"{'≤' if line.at_most else ''}{line.target:g}"
        share = "—" if line.share is None else f"{line.share:g}%"
        lines.append(f"{line.code}\t{line.title}\t{value}\t{line.unit}\t{target}\t{share}")
    return "\n".join(lines)


def _outlook(view: Outlook, engine: Engine) -> str:
    zone = ZoneInfo(engine.settings.timezone)
    lines = [f"{view.day}：到期 {len(view.coming)} 项，空岗 {view.empty} 个（{view.scope}）"]
    for item in view.coming:
        away = "（明日不在岗）" if item.away else ""
        due = f"{item.deadline.astimezone(zone):%m-%d %H:%M}"
        lines.append(f"{due}\t{item.number}\t{item.step}\t{item.holder}{away}\t{item.title}")
    for post in view.posts:
        acting = f"由 {'、'.join(post.acting)} 代" if post.acting else "空岗"
        lines.append(f"{post.unit}{post.post}\t{'、'.join(post.away) or '无人任职'}\t{post.reason}\t{acting}")
    return "\n".join(lines)
