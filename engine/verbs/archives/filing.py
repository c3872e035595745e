"""The paper half: where it lies, entered by whoever put it there; every change is an entry of the record."""

from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor, Done
from engine.progress import answer, command, load, log
from engine.progress.permission import require_read
from engine.runtime import Engine
from engine.store import archives, instances
from engine.verbs.archives.listing import KEEPERS

LONGEST_NUMBER, LONGEST_PLACE = 60, 120


def file_paper(
    engine: Engine, archive_id: int, actor: Actor, *, number: str, place: str, key: str | None = None
) -> Done:
    """Say under which number and where the paper of a case lies."""
    number, place = number.strip(), place.strip()
    if not actor.roles & KEEPERS:
        raise NotAllowed("只有文书、档案人员可以登记纸质档案。", "only clerks file paper", "请联系档案员。")
    if not number or not place:
        raise BadInput(
            "请填写纸质档号和位置。",
            "number and place are needed",
            "位置写：全宗—年度—保管期限—盒—件。",
            "archive.paper",
        )
    if len(number) > LONGEST_NUMBER or len(place) > LONGEST_PLACE:
        raise BadInput(
            f"档号最多 {LONGEST_NUMBER} 字，位置最多 {LONGEST_PLACE} 字。", "too long", "请缩短。", "archive.paper"
        )
    with command(engine, actor, key, ["file_paper", archive_id, number, place]) as cmd:
        if cmd.known is not None:
            return cmd.known
        tx, now = cmd.tx, cmd.now
        line = archives.by_id(tx, archive_id)
        if line is None:
            raise NotFound("没有这份归档件，或您无权查看。", "no such archive", "请从归档登记打开。", "archive.unknown")
        row = instances.by_id(tx, line.instance_id, lock=True)
        require_read(tx, row, actor)
        archives.change(tx, line.id, paper_no=number, paper_place=place, on_paper=1, filed_by=actor.id, filed_at=now)
        before = {"paper_no": line.paper_no, "paper_place": line.paper_place}
        case = load(engine, tx, row, now, actor)
        log(case, "paper", detail={"paper_no": number, "paper_place": place, "before": before})
        instances.save_head(tx, row)
        return cmd.answer(answer(case))
