"""The checklist of a process as it is for what begins now, its versions with their differences, and the proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.errors import NotAllowed, NotFound
from engine.model import Actor
from engine.package import ChecklistRow, Package
from engine.package.revision import CHANGES, LABELS, RowDifference, differences, from_texts
from engine.progress.house_limits import KEEPERS
from engine.progress.listed import rows_of
from engine.runtime import Engine
from engine.store import Tx, checklists, definitions
from engine.store.checklists import ProposalRow, VersionRow

PROPOSERS = frozenset({"admin", "supervisor", "designer", "leader", "clerk"})
READERS = PROPOSERS | {"auditor"}
WORDS = {code: word for word, code in CHANGES.items()}
STATES = {
    checklists.OPEN: "待定",
    checklists.ACCEPTED: "已采纳",
    checklists.DECLINED: "不采纳",
    checklists.ALTERED: "不一致",
}
GIVEN = {**LABELS, "like": "参照"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal in words, with the case whose review it comes from."""

    id: int
    change: str  # 新增、修改、取消
    entry: str
    now: str  # what the entry is called now
    given: tuple[tuple[str, str], ...]
    why: str
    state: str
    state_label: str
    answer: str
    at: datetime
    by: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one file, and what it changed."""

    file: str
    version: int
    note: str
    at: datetime
    by: str
    changed: tuple[RowDifference, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A process with its checklist: the files as they are for what begins now, in which version."""

    key: str
    title: str
    files: tuple[tuple[str, int, tuple[ChecklistRow, ...]], ...]
    proposals: tuple[Proposal, ...]
    versions: tuple[Version, ...]
    may_answer: bool
    may_propose: bool

    @property
    def waiting(self) -> tuple[Proposal, ...]:
        """What nobody has answered yet, the oldest first."""
        return tuple(reversed([one for one in self.proposals if one.state == checklists.OPEN]))


def overview(engine: Engine, key: str, actor: Actor) -> Template:
    """The checklist of a process with everything that was proposed for it and done to it."""
    may_see(actor, READERS)
    with engine.store.reading() as tx:
        package, title = package_of(engine, tx, key)
        names = files_of(package)
        now = {file: rows_of(tx, package, file, engine.now()) for file in names}
        found = checklists.versions(tx, key)
        newest = {row.file: row.version for row in reversed(found)}
        titles = {row.id: row.title for rows in now.values() for row in rows}
        return Template(
            key=key,
            title=title,
            files=tuple((file, newest.get(file, 0), now[file]) for file in names),
            proposals=tuple(_proposal(row, titles) for row in checklists.proposals(tx, key)),
            versions=_versions(package, found),
            may_answer=bool(actor.roles & KEEPERS) and actor.reach is None,
            may_propose=bool(actor.roles & PROPOSERS),
        )


def may_see(actor: Actor, roles: frozenset[str]) -> None:
    """The template is looked at and proposed for by the office and by whoever leads; others hear so."""
    if not actor.roles & roles:
        raise NotAllowed("清单模板由办公室维护，您不能查看或提建议。", "the list is the office's", "请联系办公室。")


def may_look(actor: Actor) -> bool:
    """Whether somebody sees the checklist with what is proposed for it."""
    return bool(actor.roles & READERS)


def package_of(engine: Engine, tx: Tx, key: str) -> tuple[Package, str]:
    """The published version of a process that has a checklist, and its title."""
    row = definitions.current(tx, key)
    package = engine.package(tx, row.id) if row is not None else None
    if row is None or package is None or not package.manifest.checklist:
        raise NotFound(f"流程“{key}”没有清单。", f"no process {key!r} with a checklist", "请从列表选择流程。")
    return package, row.title


def files_of(package: Package) -> tuple[str, ...]:
    """The files of its checklists, each once."""
    return tuple(dict.fromkeys(file for one in package.manifest.checklist.values() for file in one.files))


def _proposal(row: ProposalRow, titles: dict[str, str]) -> Proposal:
    given = tuple((GIVEN[name], str(value)) for name, value in row.given.items() if name in GIVEN)
    return Proposal(
        id=row.id,
        change=WORDS.get(row.change, row.change),
        entry=row.entry,
        now=titles.get(row.entry, ""),
        given=given,
        why=row.why,
        state=row.state,
        state_label=STATES[row.state],
        answer=row.answer,
        at=row.at,
        by=row.by or "",
        number=row.number or "",
        title=row.title or "",
    )


def _versions(package: Package, found: Sequence[VersionRow]) -> tuple[Version, ...]:
    """Each with its difference to the one before, the first one to the package as it is now."""
    out = []
    for row in found:
        before = next((v for v in found if v.file == row.file and v.version == row.version - 1), None)
        earlier = tuple(map(from_texts, before.rows)) if before is not None else package.checklists.get(row.file, ())
        changed = differences(earlier, tuple(map(from_texts, row.rows)))
        out.append(Version(row.file, row.version, row.note, row.at, row.by or "", changed))
    return tuple(out)
