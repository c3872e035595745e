"""Commands for whoever keeps the installation healthy; every one is a thin door to a verb."""

import json
import sys

import click

from engine.runtime import open_engine
from engine.verbs import doctor


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
