"""The `sanban` command: every verb an operator needs, with exit codes and --json."""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from engine import bench as benches
from engine import demo as demos
from engine import jobs, log_lines, scheduler, upkeep
from engine.archive_commands import archive_group
from engine.arenas import limit_arenas
from engine.checklist_commands import checklist_group
from engine.errors import SanbanError
from engine.handbook_command import handbook_command
from engine.lexicon import Allowance
from engine.meeting_commands import meeting
from engine.model import Json
from engine.number_commands import numbers_command
from engine.org_commands import org
from engine.report_commands import report
from engine.runtime import Engine, create, open_engine, settle_language
from engine.settings import Settings
from engine.stopping import stop_at_signal, until_stopped
from engine.store import grants
from engine.telling import as_json, as_login, say
from engine.user_commands import user
from engine.verbs import bindings, definitions, inbox, instances, notifications, people, retention, timers, work

TOLD_BY_DEPLOY = ("package.hooks", "package.no_hook", "org.unknown")


class _Sanban(click.Group):
    """Errors of ours become one clear line and exit code 1 instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SanbanError as error:
            for problem in getattr(error, "problems", ()):
                click.echo(f"  {_place(problem)} {problem.message_zh}", err=True)
            click.echo(f"{error.message_zh} [{error.reason}] {error.hint}", err=True)
            ctx.exit(1)


def _place(problem: Any) -> str:
    return f"{getattr(problem, 'element', None) or getattr(problem, 'path', '')}".strip()


@click.group(cls=_Sanban, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sanban")
def main() -> None:
    """Sanban (三办): documents, meetings, seals and supervision of an office, on BPMN 2.0."""


def _engine() -> Engine:
    settings = Settings()
    log_lines.set_up(settings.log)
    return open_engine(settings=settings)


@main.command()
@click.option("--work-as", "role", default="", help="A PostgreSQL account that works here and owns nothing.")
def init(role: str) -> None:
    """Create or upgrade the database and deploy the shipped processes."""
    engine = _engine()
    create(engine)
    if engine.settings.jobs == "procrastinate":
        jobs.distributed().prepare(engine)
    if role:
        grants.grant(engine.store, role)
    for folder in sorted(p for p in engine.settings.processes.iterdir() if (p / "process.toml").exists()):
        done = definitions.deploy(engine, definitions.read_folder(folder))
        if done.changed:
            click.echo(f"{done.title} ({done.key}) v{done.version}")
    engine.close()


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing if there are people already.")
@click.option("--small", is_flag=True, help="Only some months of its work, in half a minute.")
def demo(if_empty: bool, small: bool) -> None:
    """Load the demo organisation and a year of its work."""
    settings = Settings()
    engine = open_engine(settings=settings)
    create(engine)
    missing = demos.is_missing(engine)
    engine.close()
    if if_empty and not missing:
        return
    for fault in demos.load(settings, say=click.echo, year=0 if small else 1):
        click.echo(fault, err=True)


@main.command()
@click.option("--work", "with_worker", is_flag=True, help="Run the scheduler beside the web server.")
def serve(with_worker: bool) -> None:
    """Serve the web pages and the HTTP interface until stopped."""
    with until_stopped() as programs:  # from the first moment: a signal at the start is as polite as one later
        settings = Settings()
        settings.secret()
        if with_worker:
            programs.run([sys.executable, "-m", "engine", "work"])
        address = f"{settings.host}:{settings.port}"
        command = [sys.executable, "-m", "gunicorn", "web.wsgi:app", "--bind", address]
        command += ["--config", "python:web.gunicorn_settings", "--workers", str(settings.workers)]
        click.echo(f"Sanban: http://{address}")
        if demos.is_loaded(settings):
            for line in demos.logins():
                click.echo(line)
        command += ["--access-logfile", os.environ.get("SANBAN_ACCESS_LOG", "/dev/null")]
        code = programs.outcome(programs.run(command))
    sys.exit(0 if code in (0, -signal.SIGTERM) else code)


@main.command("work")
def work_command() -> None:
    """Keep time: fire what is due and send what waits, until stopped."""
    stop = stop_at_signal()
    limit_arenas()
    engine = _engine()
    with jobs.on_workers(engine, stop):
        scheduler.run(engine, stop_event=stop)
    engine.close()


@main.command()
@click.option("--now", "instant", help="ISO instant to take for now, for trying out.")
def tick(instant: str | None) -> None:
    """Fire what is due and send what waits, once."""
    now = datetime.fromisoformat(instant).astimezone() if instant else None
    engine = open_engine(now=(lambda: now) if now else None)
    fired, sent = timers.fire_due(engine), notifications.send_due(engine)
    done, forgotten, called = jobs.perform_due(engine), retention.prune(engine), bindings.perform_due(engine)
    click.echo(f"timers: {fired}, sent: {sent}, parts of jobs: {done}, forgotten: {forgotten}, calls: {called}")
    engine.close()


def _package(path: Path) -> dict[str, bytes]:
    return definitions.read_folder(path) if path.is_dir() else definitions.read_file(path)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--note", default="", help="What has changed.")
@as_json
def deploy(paths: tuple[Path, ...], note: str, as_json: bool) -> None:
    """Deploy packages (folders, .zip or single .bpmn files); unchanged ones make no new version."""
    engine = _engine()
    for path in paths:
        done = definitions.deploy(engine, _package(path), note=note)
        told = [w for w in done.report["warnings"] if done.changed and w["code"] in TOLD_BY_DEPLOY]
        words = f"{done.title} ({done.key}) v{done.version}" + ("" if done.changed else " unchanged")
        words += "".join(f"\n  {w['element'] or ''} {w['message_zh']} {w['fix_zh']}" for w in told)
        say(done, as_json, lambda words=words: words)  # type: ignore[misc]
    engine.close()


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@as_json
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say everything that is wrong with an upload, without keeping it; exit code 1 if it cannot run."""
    bad, settings = False, Settings()
    settle_language(settings)
    for path in paths:
        report = definitions.check(_package(path), settings=settings)
        bad |= not report["ok"]
        say(report, as_json, lambda path=path, report=report: _report(path, report))  # type: ignore[misc]
    sys.exit(int(bad))


def _report(path: Path, report: dict[str, Json]) -> str:
    lines = [f"{path}: {'ok' if report['ok'] else 'refused'}"]
    for problem in [*report["problems"], *report["warnings"]]:
        place = f"{problem['file'] or ''}:{problem['line'] or ''} {problem['element'] or ''}".strip(" :")
        lines.append(f"  {problem['severity']} {place} {problem['message_zh']} [{problem['code']}]")
        if problem["trace"]:
            lines.append(f"      {' → '.join(problem['trace'])}")
        if problem["fix_zh"]:
            lines.append(f"      {problem['fix_zh']}")
    return "\n".join(lines + [f"  adapted: {a}" for a in report["adaptations"]])


@main.command("inbox")
@as_login
@click.option("--box", type=click.Choice(inbox.BOXES), default="todo")
@as_json
def inbox_command(login: str, box: str, as_json: bool) -> None:
    """List a person's box."""
    engine = _engine()
    page = inbox.page(engine, people.actor(engine, login), box=box)
    say(page, as_json, lambda: "\n".join(f"{r.id}\t{r.number}\t{r.remaining}\t{r.name}\t{r.title}" for r in page.rows))
    engine.close()


@main.command("instances")
@click.argument("number")
@as_login
@as_json
def instances_command(number: str, login: str, as_json: bool) -> None:
    """Show an instance: where it is, who holds it, what happened."""
    engine = _engine()
    view = instances.get(engine, number, people.actor(engine, login))

    def words() -> str:
        held = [f"  {i.name}: {i.performer or i.pool} {i.remaining}" for i in view.items if i.state == "open"]
        return "\n".join([f"{view.number} {view.title} [{view.state_label}] {view.remaining}", *held])

    say(view, as_json, words)
    engine.close()


@main.command()
@click.argument("key")
@as_login
@click.option("--data", type=click.File("r", encoding="utf-8"), required=True, help="JSON file with the start form.")
@as_json
def start(key: str, login: str, data: Any, as_json: bool) -> None:
    """Start a process."""
    engine = _engine()
    done = instances.start(engine, key, json.load(data), people.actor(engine, login))
    say(done, as_json, lambda: _next(done))
    engine.close()


@main.command()
@click.argument("item", type=int)
@as_login
@click.option("--outcome", default="approve")
@click.option("--opinion", default="")
@click.option("--data", type=click.File("r", encoding="utf-8"), help="JSON file with the fields of this step.")
@click.option("--allow", multiple=True, help="Key of a finding of the word check that may stand; may be repeated.")
@click.option("--allow-reason", default="", help="Why they may.")
@as_json
def decide(
    item: int,
    login: str,
    outcome: str,
    opinion: str,
    data: Any,
    allow: tuple[str, ...],
    allow_reason: str,
    as_json: bool,
) -> None:
    """Decide a work item."""
    engine = _engine()
    given = json.load(data) if data else {}
    words = Allowance(allow, allow_reason) if allow else None
    done = work.decide(engine, item, outcome, people.actor(engine, login), opinion=opinion, data=given, words=words)
    say(done, as_json, lambda: _next(done))
    engine.close()


def _next(done: Any) -> str:
    following = "; ".join(f"{n.name}: {', '.join(n.people)}" for n in done.next)
    return f"{done.number} {done.title} [{done.state}] -> {following or '-'}"


main.add_command(user)
main.add_command(org)
main.add_command(report)
main.add_command(numbers_command)
main.add_command(archive_group)
main.add_command(handbook_command)
main.add_command(meeting)
main.add_command(checklist_group)


@main.command("bench")
@click.option("--workload", "workloads", multiple=True, help="W1 … W10; all if left out.")
@click.option("--database", "databases", multiple=True, help="sqlite, postgresql; both if left out.")
@click.option("--core", is_flag=True, help="Only the pure core: restore, one step, save, without a database.")
@as_json
def bench_command(workloads: tuple[str, ...], databases: tuple[str, ...], core: bool, as_json: bool) -> None:
    """Measure, with the ratio to raw transactions and to plain SpiffWorkflow in the same run."""
    report = (
        benches.run_core()
        if core
        else benches.run(workloads or tuple(benches.WORKLOADS), databases or tuple(benches.DATABASES))
    )
    say(report, as_json, lambda: benches.in_words(report))


for each in upkeep.COMMANDS:
    main.add_command(each)
