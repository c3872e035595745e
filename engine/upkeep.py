"""Commands for whoever keeps the installation healthy; every one is a thin door to a verb."""

import json
import sys
from dataclasses import asdict

import click

from engine.runtime import open_engine
from engine.verbs import audit, doctor


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def doctor_command(as_json: bool) -> None:
    """Check every invariant of the installation; exit code 1 if one is broken."""
    engine = open_engine()
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


COMMANDS = (doctor_command, audit_group)
