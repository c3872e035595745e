"""Accept proposals: a new version of the checklist, with its difference shown before; or decline one, with a reason."""

from collections.abc import Sequence

from engine.errors import Altered, BadInput, Conflict
from engine.model import Actor, Json
from engine.package import ChecklistRow, Package
from engine.package.revision import ADD, Revision, RowDifference, as_texts, differences, revised
from engine.progress.house_limits import KEEPERS, require
from engine.progress.listed import rows_of
from engine.progress.own_house import require_unit
from engine.progress.revision_news import tell_proposers
from engine.runtime import Engine
from engine.store import Tx, checklists, house_record
from engine.store.checklists import ProposalRow
from engine.verbs.revising.reading import WORDS, files_of, package_of

LONGEST_NOTE = 200


def foresee(engine: Engine, key: str, ids: Sequence[int], actor: Actor) -> tuple[RowDifference, ...]:
    """What accepting these proposals would change; nothing is written."""
    _require_keeper(actor)
    with engine.store.reading() as tx:
        package, _title = package_of(engine, tx, key)
        changed = _revised(engine, tx, package, _chosen(tx, key, ids))
        return tuple(one for before, after in changed.values() for one in differences(before, after))


def accept(engine: Engine, key: str, ids: Sequence[int], actor: Actor, *, note: str) -> int:
    """Make the next version of each file these proposals touch; what has begun keeps its own. How many files."""
    _require_keeper(actor)
    words = said(note, "请写明采纳的依据。")
    with engine.store.transaction() as tx:
        package, title = package_of(engine, tx, key)
        chosen = _chosen(tx, key, ids)
        numbers = {
            file: checklists.lock(tx, key, file)
            for file in sorted({file_of(package, tx, engine, _revision(c)) for c in chosen})
        }
        changed = _revised(engine, tx, package, chosen)
        if checklists.answer(tx, ids, checklists.ACCEPTED, words, at=engine.now(), by=actor.id) < len(set(ids)):
            raise Conflict(
                "这些建议已有人处理。", "some of them were answered meanwhile", "请刷新查看。", "checklist.answered"
            )
        for file, (_before, after) in changed.items():
            checklists.add_version(
                tx,
                process=key,
                file=file,
                version=numbers[file],
                rows=[as_texts(row) for row in after],
                note=words,
                at=engine.now(),
                by_id=actor.id,
            )
        detail = {
            file: {"version": numbers[file], "changed": [plainly(one) for one in differences(before, after)]}
            for file, (before, after) in changed.items()
        }
        _remember(engine, tx, "checklist_accepted", actor, {"process": key, "note": words, "files": detail})
        _tell(engine, tx, title, chosen, actor, accepted=True, words=words)
        return len(changed)


def decline(engine: Engine, key: str, proposal: int, actor: Actor, *, reason: str) -> None:
    """Leave a proposal aside, and say why."""
    _require_keeper(actor)
    words = said(reason, "请写明不采纳的理由。")
    with engine.store.transaction() as tx:
        _package, title = package_of(engine, tx, key)
        chosen = _chosen(tx, key, [proposal])
        if not checklists.answer(tx, [proposal], checklists.DECLINED, words, at=engine.now(), by=actor.id):
            raise Conflict("这条建议已有人处理。", "it was answered meanwhile", "请刷新查看。", "checklist.answered")
        (row,) = chosen
        detail: dict[str, Json] = {"change": row.change, "entry": row.entry, "given": dict(row.given)}
        _remember(engine, tx, "checklist_declined", actor, {"process": key, "reason": words, **detail})
        _tell(engine, tx, title, chosen, actor, accepted=False, words=words)


def plainly(one: RowDifference) -> Json:
    """A difference as it stands in the record of the house."""
    return {"change": one.change, "entry": one.entry, "title": one.title, "fields": [list(f) for f in one.fields]}


def _remember(engine: Engine, tx: Tx, verb: str, actor: Actor, detail: dict[str, Json]) -> None:
    """The list binds everybody who prepares a meeting: who changed it stands beside who was given which right."""
    house_record.append(tx, verb, engine.now(), actor_id=actor.id, detail=detail)


def _tell(
    engine: Engine, tx: Tx, title: str, chosen: Sequence[ProposalRow], actor: Actor, *, accepted: bool, words: str
) -> None:
    told: dict[int, list[str]] = {}
    for row in chosen:
        if row.by_id is not None:
            told.setdefault(row.by_id, []).append(f"{WORDS[row.change]} {row.entry}")
    tell_proposers(engine, tx, title, told, accepted=accepted, words=words, by=actor.id)


def _require_keeper(actor: Actor) -> None:
    """A checklist is of the house: a company proposes, the group answers."""
    require(actor, KEEPERS)
    require_unit(actor, None)


def _chosen(tx: Tx, key: str, ids: Sequence[int]) -> list[ProposalRow]:
    """The proposals with these ids, the oldest first."""
    found = [row for row in reversed(checklists.proposals(tx, key)) if row.id in set(ids)]
    if not ids or len(found) < len(set(ids)):
        raise BadInput(
            "请选择要处理的建议。", f"no such proposals for {key}", "请刷新后重新选择。", "checklist.proposal"
        )
    if any(row.state == checklists.ALTERED for row in found):
        raise Altered("清单修订建议", "proposal.altered")
    if any(row.state != checklists.OPEN for row in found):
        raise Conflict("这些建议已有人处理。", "some of them were answered", "请刷新查看。", "checklist.answered")
    return found


def _revised(
    engine: Engine, tx: Tx, package: Package, chosen: Sequence[ProposalRow]
) -> dict[str, tuple[tuple[ChecklistRow, ...], tuple[ChecklistRow, ...]]]:
    """For each file its rows before and after."""
    by_file: dict[str, list[Revision]] = {}
    for row in chosen:
        by_file.setdefault(file_of(package, tx, engine, _revision(row)), []).append(_revision(row))
    found = {}
    for file, revisions in by_file.items():
        before = rows_of(tx, package, file, engine.now())
        after = revised(before, revisions)
        require_owners(package, file, before, after)
        found[file] = (before, after)
    return found


def file_of(package: Package, tx: Tx, engine: Engine, revision: Revision) -> str:
    """The file with the row that is meant, or with the one that a new row is like; else the first one."""
    wanted = revision.like if revision.change == ADD else revision.entry
    for file in files_of(package):
        if any(one.id == wanted for one in rows_of(tx, package, file, engine.now())):
            return file
    return files_of(package)[0]


def _revision(row: ProposalRow) -> Revision:
    given: dict[str, Json] = {name: str(value).strip() for name, value in row.given.items()}
    return Revision(row.change, row.entry, **given)


def require_owners(package: Package, file: str, before: Sequence[ChecklistRow], after: Sequence[ChecklistRow]) -> None:
    """Somebody has to answer to every owner that a revision names."""
    known = {row.owner for row in before}
    for one in package.manifest.checklist.values():
        if file in one.files:
            known |= set(one.owners)
    if lost := sorted({row.owner for row in after} - known):
        raise BadInput(
            f"没有责任角色“{'、'.join(lost)}”。",
            f"nobody answers to {lost}",
            f"可用：{'、'.join(sorted(known))}。",
            "checklist.revision",
        )


def said(text: str, missing: str) -> str:
    """The words without blanks; refused if there are none."""
    words = text.strip()[:LONGEST_NOTE]
    if not words:
        raise BadInput(missing, "words are required", "写明后再提交。", "work.opinion")
    return words
