"""Commands for whoever keeps the installation healthy; every one is a thin door to a verb."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from engine.runtime import open_engine
from engine.verbs import audit, backups, doctor


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option(
    "--accept",
    "what",
    default="",
    help="A case, line (register#n) or row (person:12) counts as it stands.",
)
@click.option("--why", default="", help="How it was found to be right; kept in the record of the house.")
def doctor_command(as_json: bool, what: str, why: str) -> None:
    """Check every invariant of the installation; exit code 1 if one is broken."""
    engine = open_engine()
    if what:
        click.echo(f"{doctor.accept(engine, what, why)} rows accepted")
    found = doctor.examine(engine)
    engine.close()
    if as_json:
        told = {
            "ok": not found.violations,
            "instances": found.instances,
            "findings": [f.told() for f in found.findings],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(in_words(found))
    sys.exit(1 if found.violations else 0)


def in_words(found: doctor.CheckUp) -> str:
    """One line to a finding with its repair, and one for the whole."""
    lines = []
    for finding in found.findings:
        told = finding.told()
        place = f"{finding.instance} " if finding.instance else ""
        lines.append(f"{told['severity']} {finding.code} {place}{told['message_zh']}：{finding.what}")
        lines.append(f"    -> {told['repair_zh']}")
    warnings = len(found.findings) - len(found.violations)
    lines.append(f"{found.instances} instances, {len(found.violations)} violations, {warnings} warnings")
    return "\n".join(lines)


@click.group("audit")
def audit_group() -> None:
    """The record of who did what, and the proof that nobody has changed it."""


@audit_group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def verify_command(as_json: bool) -> None:
    """Compute every chain of the record anew; exit code 1 if an entry was changed by hand."""
    engine = open_engine()
    found = audit.verify(engine)
    engine.close()
    if as_json:
        click.echo(json.dumps(asdict(found) | {"ok": not found.tampered}, ensure_ascii=False, indent=2))
    else:
        for each in found.tampered:
            click.echo(f"{each.kind} {each.instance} #{each.seq} {each.what}".replace("  ", " "))
        click.echo(
            f"{found.instances} instances, {found.links} links, {found.anchors} anchors, {len(found.tampered)} tampered"
        )
    sys.exit(1 if found.tampered else 0)


@audit_group.command("anchor")
def anchor_command() -> None:
    """Cover the newest entries by a link now, and write its digest into audit.log of the data folder."""
    engine = open_engine()
    click.echo("anchored" if audit.anchor(engine) else "nothing new")
    engine.close()


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Write everything but the keys into FILE, while the office works."""
    engine = open_engine()
    done = backups.backup(engine, file)
    engine.close()
    click.echo(f"{file}: {done.rows} rows, {done.files} files, schema {done.revision}, {done.at.isoformat()}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key-is-lost", is_flag=True, help="Restore though the audit key here is another one.")
def restore_command(file: Path, key_is_lost: bool) -> None:
    """Fill an empty installation from a backup; no notice leaves it until `sanban outbox release`."""
    engine = open_engine()
    done = backups.restore(engine, file, key_is_lost=key_is_lost)
    found = doctor.examine(engine)
    engine.close()
    click.echo(f"{done.rows} rows, {done.files} files of {done.at.isoformat()}")
    click.echo(in_words(found))
    sys.exit(1 if found.violations else 0)


@click.group("outbox")
def outbox_group() -> None:
    """Notices on their way out."""


@outbox_group.command("release")
@click.option("--send", is_flag=True, help="Send what waits, although it may have been sent before the loss.")
def release_command(send: bool) -> None:
    """Let notices leave again after a restore; what waited until now is dropped."""
    engine = open_engine()
    click.echo(f"dropped: {backups.release(engine, send=send)}")
    engine.close()


COMMANDS = (doctor_command, audit_group, backup_command, restore_command, outbox_group)
