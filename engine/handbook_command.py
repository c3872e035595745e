"""`sanban handbook`: 《办公室工作流程手册》 as PDF."""

from pathlib import Path

import click

from engine.runtime import open_engine
from engine.verbs import handbook


@click.command("handbook")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--process", "keys", multiple=True, help="Only this process; may be given again. All if left out.")
def handbook_command(file: Path, keys: tuple[str, ...]) -> None:
    """Write the handbook of the deployed processes into FILE: pictures, steps, forms, limits and ladders."""
    engine = open_engine()
    content = handbook.handbook(engine, None, keys=keys)
    engine.close()
    file.write_bytes(content)
    click.echo(f"{file}: {len(content) // 1024} KB")
