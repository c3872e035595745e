"""What a review proposes for the next version of a checklist (会后复盘)."""

from collections.abc import Mapping, Sequence

from engine.model import Json
from engine.package.revision import CHANGES, Revision
from engine.progress.case import Case, log
from engine.progress.revision_news import tell_keepers
from engine.store import checklists

GIVEN = tuple(name for name in Revision.__dataclass_fields__ if name not in ("change", "entry"))


def suggest(case: Case, file: str, lines: Sequence[Mapping[str, Json]]) -> int:
    """Keep each line as a proposal that somebody answers; how many there were."""
    kept = [line for line in lines if line.get("change") in CHANGES]
    rows = [
        {
            "process": case.row.process,
            "file": file,
            "instance_id": case.row.id,
            "change": CHANGES[str(line["change"])],
            "entry": str(line.get("entry") or "").strip()[:40],
            "given": {name: line[name] for name in GIVEN if line.get(name) not in (None, "")},
            "why": str(line.get("why") or "").strip()[:300],
            "at": case.now,
            "by_id": case.actor.id if case.actor is not None else None,
        }
        for line in kept
    ]
    if rows:
        checklists.propose(case.tx, rows)
        log(case, "proposed", detail={"count": len(rows), "opinion": f"提出清单修订建议 {len(rows)} 条"})
        told = [f"{line['change']} {row['entry']}" for line, row in zip(kept, rows, strict=True)]
        by = case.actor.id if case.actor is not None else None
        tell_keepers(case.engine, case.tx, case.package.manifest.title, told, by)
    return len(rows)
