"""The words of notices: shipped, of a package, and the house's own, which administrators write and try out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from engine import channels
from engine.channels import Text
from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor, Json
from engine.progress.own_house import require_unit
from engine.runtime import Engine
from engine.store import Tx, definitions, texts
from engine.store.texts import TextRow

NAMES = MappingProxyType(
    {
        "T-NEW": "新待办",
        "T-WARN": "临期预警",
        "T-DUE": "今日到期",
        "T-OVER": "逾期",
        "T-RED": "红色督办单",
        "T-YELLOW": "黄色督办单",
        "T-BLUE": "蓝色督办单",
        "T-SEAL-RETURN": "用印外带未还",
        "T-AB": "代办",
        "T-RETURN-DOC": "退文",
        "T-HOLIDAY": "法定日历未导入",
        "T-ROSTER": "目录同步",
        "T-ACCOUNT": "账号变动",
        "T-URGE": "催办",
        "T-RETURNED": "退回",
        "T-DONE": "办结",
        "T-NOTE": "流程告知",
        "T-FIRST": "首问件进展",
        "T-FIRST-DAY": "首问件一日进展",
        "T-VOID": "作废、撤销、终止",
        "T-RECORD": "台账日期临近",
        "T-DIGEST": "今日待办清单",
        "T-CONSULT": "征求意见",
        "T-ANSWER": "意见答复",
        "T-READ": "传阅",
        "T-URGE-READ": "催阅",
        "T-DELEGATE": "委派",
        "T-REMOVED": "减签",
        "T-STATE": "暂停、恢复",
        "T-PAUSE-ASK": "停表申请",
        "T-PAUSE": "停表、恢复计时",
        "T-ENTRY-ASK": "清单事项申请不适用、延期",
        "T-ENTRY": "清单事项申请的批复",
        "T-LIST-ASK": "清单修订建议",
        "T-LIST": "清单修订建议的答复",
        "T-REPLAN": "变更差异清单",
        "T-JOB": "任务结束",
        "T-TEST": "测试通知",
    }
)
# what a preview is filled with: everything any notice may name
SAMPLE: Mapping[str, Json] = MappingProxyType(
    {
        "process": "发文", "title": "关于印发《冬季安全生产专项检查方案》的通知", "number": "FW-2026-0412",
        "urgency": "加急", "step": "核稿", "due": "11-18 17:30", "remaining": "剩 3 小时", "performer": "方致远",
        "unit": "综合办公室", "duty": "核对格式、文字与依据", "opinion": "请核对附件。", "actor": "张静", "k": 2,
        "copied": "部门负责人", "answer_by": "1 个工作日", "seal": "公章", "keeper": "钱卫东", "principal": "陈立新",
        "substitute": "赵琳", "source": "市国资委来文", "reasons": "附件不全", "year": 2027, "n": 12, "outcome": "同意",
        "state": "done", "reason": "材料不全", "from_step": "审签", "today": 3, "late": 1, "unread": 2,
        "lines": ("《防火堤整改》督办，今日 17:30 到期",), "done": 197, "failed": 3, "person": "张静", "phone": True,
        "text": "请抓紧办理。", "purpose": "请阅知", "question": "请提出意见", "result": "离岗 1 人", "cases": 3,
        "wish": "延期", "until": "11-19 17:30", "changes": "开始时间 11-18 09:00 → 11-20 09:00",
    }
)  # fmt: skip
LONGEST = Text("", "x" * 400, "x" * 4000)


@dataclass(frozen=True, slots=True)
class TextView:
    """One notice's words as they are in force for a process, and where they come from."""

    code: str
    name: str
    title: str
    body: str
    source: str  # shipped | package | house | process
    changed: datetime | None
    changed_by: str


def listed(engine: Engine, actor: Actor, *, process: str = "") -> tuple[TextView, ...]:
    """The words of every notice, for all processes or for one."""
    _administrates(actor)
    with engine.store.reading() as tx:
        return tuple(_in_force(engine, tx, process).values())


def get(engine: Engine, code: str, actor: Actor, *, process: str = "") -> TextView:
    """The words of one notice."""
    _administrates(actor)
    with engine.store.reading() as tx:
        found = _in_force(engine, tx, process).get(code)
    if found is None:
        raise _unknown(code)
    return found


def preview(code: str, title: str, body: str) -> tuple[str, str]:
    """The words filled with an example; InvalidPackage says what is wrong with them."""
    if len(title) > len(LONGEST.title) or len(body) > len(LONGEST.body):
        raise BadInput(
            "标题或正文太长。", "title or body too long", "标题至多 400 字，正文至多 4000 字。", "text.length"
        )
    filled = channels.load_text(code, title, body).fill(SAMPLE)
    if not filled[0]:
        raise BadInput("标题不能为空。", "the title is empty", "请填写标题。", "text.empty")
    return filled


def save(engine: Engine, code: str, title: str, body: str, actor: Actor, *, process: str = "") -> None:
    """Keep the house's own words for a notice; from the next notice on they are used."""
    _administrates(actor)
    require_unit(actor, None)  # the words are those of the whole house
    preview(code, title, body)
    with engine.store.transaction() as tx:
        if code not in _in_force(engine, tx, process):
            raise _unknown(code)
        row = TextRow(process=process, code=code, title=title, body=body, changed_at=engine.now(), changed_by=actor.id)
        texts.keep(tx, row)
    engine.forget()


def reset(engine: Engine, code: str, actor: Actor, *, process: str = "") -> None:
    """Go back to the words of the package, or to the shipped ones."""
    _administrates(actor)
    require_unit(actor, None)
    with engine.store.transaction() as tx:
        if not texts.drop(tx, process, code):
            raise NotFound("这里没有改过文字。", "nothing was changed here", "无需恢复。")
    engine.forget()


def _in_force(engine: Engine, tx: Tx, process: str) -> dict[str, TextView]:
    found = {code: _view(text, "shipped") for code, text in channels.shipped_texts().items()}
    rows = [row for row in texts.all_texts(tx) if row.process in ("", process)]
    found |= {row.code: _of_house(engine, tx, row) for row in rows if not row.process}
    if process:
        current = definitions.current(tx, process)
        if current is None:
            raise NotFound("没有这个流程。", f"no process {process!r}", "请从流程列表中选择。")
        package = engine.package(tx, current.id)
        found |= {code: _view(text, "package") for code, text in package.texts.items()}
        found |= {row.code: _of_house(engine, tx, row) for row in rows if row.process}
    return found


def _view(text: Text, source: str) -> TextView:
    return TextView(text.code, NAMES.get(text.code, text.code), text.title, text.body.strip(), source, None, "")


def _of_house(engine: Engine, tx: Tx, row: TextRow) -> TextView:
    who = engine.directory(tx).person(row.changed_by)
    source = "process" if row.process else "house"
    name = NAMES.get(row.code, row.code)
    return TextView(row.code, name, row.title, row.body, source, row.changed_at, who.name if who else "")


def _administrates(actor: Actor) -> None:
    if "admin" not in actor.roles:
        raise NotAllowed("通知文字由系统管理员维护。", "only for administrators", "请联系系统管理员。")


def _unknown(code: str) -> NotFound:
    return NotFound(f"没有“{code}”这个通知。", f"no notice {code!r}", "请从列表中选择。")
