"""`sanban archive`: make what waits, and check packages without the database."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from engine.archives import Verdict, examine
from engine.errors import BadInput
from engine.runtime import open_engine
from engine.settings import Settings
from engine.telling import as_json
from engine.verbs import archives

WHOLE, ALTERED, UNPROVEN = 0, 1, 2


@click.group("archive")
def archive_group() -> None:
    """Packages of ended cases, and the proof that nobody has changed them."""


@archive_group.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="audit.key; else as the settings say."
)
@click.option(
    "--anchors", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="audit.log to find the link in."
)
@as_json
def verify_command(files: tuple[Path, ...], key: Path | None, anchors: Path | None, as_json: bool) -> None:
    """Check packages without the database; exit code 1 if one was altered, 2 if there is no key to prove it with."""
    secret = _key(key)
    lines = anchors.read_text(encoding="utf-8", errors="replace").splitlines() if anchors else None
    found = [examine(path, key=secret, anchors=lines) for path in files]
    if as_json:
        told = [asdict(one) | {"whole": one.whole} for one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_words(one) for one in found))
    if any(not one.whole for one in found):
        sys.exit(ALTERED)
    sys.exit(WHOLE if secret is not None else UNPROVEN)


@archive_group.command("make")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1_000, help="At most so many.")
def make_command(limit: int) -> None:
    """Make the packages whose time has come now, instead of waiting for `sanban work`."""
    engine = open_engine()
    click.echo(f"packages: {archives.make_due(engine, limit=limit)}")
    engine.close()


def _key(given: Path | None) -> bytes | None:
    if given is None:
        return Settings().known_audit_secret()
    try:
        return given.read_text(encoding="ascii").strip().encode()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{given} 不是密钥文件。", f"{given} is no key", "请用数据目录里的 audit.key。", "archive.key"
        ) from error


def _words(one: Verdict) -> str:
    """One line for the whole, and one for each thing that does not hold."""
    if one.faults:
        head = f"{one.file}: 被改动 ALTERED"
    elif one.proven:
        head = f"{one.file}: 完好 whole"
    else:
        head = f"{one.file}: 文件与清单一致，没有密钥，不能证明 / the files agree with the manifest; no key, no proof"
    about = f"{one.number} 第 {one.edition} 次归档，{one.files} 个文件，{one.entries} 条记录，总链覆盖 {one.covered} 条"
    about += "，已在锚文件中" if one.anchored else ""
    lines = [head, f"  {about}"] if one.number else [head]
    return "\n".join([*lines, *(f"  {f.code} {f.where}: {f.zh} / {f.en}" for f in one.faults)])
