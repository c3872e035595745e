"""`sanban org …`: the organisation from a roster or a directory, looked at before it is applied."""

from collections.abc import Iterator
from pathlib import Path

import click

from engine.runtime import open_engine
from engine.telling import as_json, plain, say
from engine.verbs import people

apply_option = click.option("--apply", "really", is_flag=True, help="Do it; without this it is only looked at.")
let_go_option = click.option("--let-go", type=int, help="Confirms how many leave, when it is more than a fifth.")


@click.group()
def org() -> None:
    """The organisation: import it, and see what has changed in it."""


@org.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@apply_option
@let_go_option
@as_json
def org_import(file: Path, really: bool, let_go: int | None, as_json: bool) -> None:
    """Compare a roster (.xlsx or .csv) with the organisation; exit code 1 if it has faults or is held back."""
    _settle(people.table_rows(file.read_bytes(), file.name), file.name, really, let_go, as_json)


@org.command("sync")
@apply_option
@let_go_option
@as_json
def org_sync(really: bool, let_go: int | None, as_json: bool) -> None:
    """Compare the directory (LDAP) with the organisation, as a roster."""
    engine = open_engine()
    try:
        rows = people.directory_rows(engine)
    finally:
        engine.close()
    _settle(rows, people.DIRECTORY, really, let_go, as_json)


def _settle(rows: people.Rows, name: str, really: bool, let_go: int | None, as_json: bool) -> None:
    engine = open_engine()
    try:
        found = people.preview_roster(engine, rows, name, None)
        if really and not found.faults:
            found = people.apply_roster(engine, rows, name, None, seen=found.digest, let_go=let_go)
    finally:
        engine.close()
    say(found, as_json, lambda: "\n".join(_lines(found, really)))
    if found.faults or (found.held_back and not really):
        click.get_current_context().exit(1)


def _lines(found: people.RosterPreview, really: bool) -> Iterator[str]:
    for fault in found.faults:
        yield f"第 {fault.line} 行“{fault.column}”{fault.given} {fault.message_zh}".replace("  ", " ")
    difference = found.difference
    if difference is None:
        yield f"共 {len(found.faults)} 处问题，没有导入任何内容。"
        return
    for title, entries in (
        ("新增单位", [f"{u.code} {u.name}" for u in difference.units_added]),
        ("变更单位", [f"{c.code} {c.name}：{'、'.join(c.what)}" for c in difference.units_changed]),
        ("新增岗位", [f"{p.unit}.{p.code} {p.title}" for p in difference.posts_added]),
        ("变更岗位", [f"{c.code} {c.name}" for c in difference.posts_changed]),
        ("新增人员", [f"{m.login} {m.name}" for m in difference.added]),
        ("恢复人员", [f"{m.login} {m.name}" for m in difference.back]),
        ("变更人员", [f"{c.code} {c.name}：{'、'.join(c.what)}" for c in difference.changed]),
        (
            "调岗",
            [f"{r.login} {r.name}：{' '.join(r.before) or '-'} → {' '.join(r.after) or '-'}" for r in difference.moved],
        ),
        ("离岗", [line for leaver in found.leavers for line in _leaver(leaver)]),
    ):
        if entries:
            yield f"{title} {len(found.leavers) if title == '离岗' else len(entries)}"
            yield from (f"  {entry}" for entry in entries)
    if difference.empty:
        yield "没有变化。"
    elif found.held_back and not really:
        yield f"将有 {len(found.leavers)} 人离岗，超过五分之一：须加 --let-go {len(found.leavers)} 才导入。"
    else:
        yield "已导入。" if really else "以上只是预览；加 --apply 才导入。"


def _leaver(leaver: people.Leaver) -> Iterator[str]:
    yield f"{leaver.login} {leaver.name}（{leaver.unit}），在办 {len(leaver.work)} 件"
    for row in leaver.work:
        yield f"  {row.number} {row.step} → {row.to_name or '-'} {row.reason}".rstrip()


@org.command("record")
@as_json
def org_record(as_json: bool) -> None:
    """What has changed in the house: roles given, rosters applied, accounts bound; the newest first."""
    engine = open_engine()
    try:
        found = people.house_entries(engine, None)
    finally:
        engine.close()
    say(
        found,
        as_json,
        lambda: "\n".join(f"{e.seq}\t{e.at.isoformat()}\t{e.verb}\t{e.by}\t{plain(e.detail)}" for e in found),
    )
