"""Every operation of people on work items and cases: how it comes about, its call, its button, its line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from engine.model import Actor, Json
from engine.runtime import Engine
from engine.verbs import instances, moving, stopping, work
from tests.support.joint import at, began, parts

WHY = "按程序办理。"
DEPUTY, ABSENT, STARTER, OTHER = "wenshu_a", "hegao_a", "rlb1", "cwb_head"


@dataclass(frozen=True, slots=True)
class Stage:
    """A new case of the joint process: its first step waits at the deputy of somebody who is away."""

    engine: Engine
    who: Callable[[str], Actor]
    number: str

    def item(self, element: str = "One", login: str = DEPUTY) -> int:
        return at(self.engine, self.who, self.number, element, login).id

    def one(self, kind: str) -> int:
        """The open part of this kind."""
        found = parts(self.engine, self.who, self.number, "open", "unread")
        return next(i.id for i in found if i.kind == kind)

    def agree(self) -> None:
        """Let the first step be over."""
        work.decide(self.engine, self.item(), "approve", self.who(DEPUTY), opinion=WHY)

    def reach_pool(self) -> int:
        """The item that waits in the pool of clerks."""
        self.agree()
        for login in ("cwb_head", "ahb_head"):
            work.decide(self.engine, self.item("All", login), "agree", self.who(login))
        return at(self.engine, self.who, self.number, "File").id


@dataclass(frozen=True, slots=True)
class Operation:
    """``ready`` brings a case there and answers with what the address of the call and of the page names as ``id``."""

    verb: str  # as the record calls it
    by: str
    call: str
    body: dict[str, Json]
    page: str
    button: str
    ready: Callable[[Stage], int | None] = Stage.item
    behalf: str = ""  # login for whom it is done
    urgency: str = "平件"


def _lent(stage: Stage) -> int:
    work.delegate(stage.engine, stage.item(), OTHER, stage.who(DEPUTY))
    return stage.item("One", OTHER)


def _added(stage: Stage) -> int:
    work.add(stage.engine, stage.item(), [OTHER], stage.who(DEPUTY), where="before")
    return stage.item("One", OTHER)


def _asked(stage: Stage) -> int:
    work.consult(stage.engine, stage.item(), [OTHER], stage.who(DEPUTY), question="可行吗？")
    return stage.one("consult")


def _sent(stage: Stage) -> int:
    work.circulate(stage.engine, stage.item(), [OTHER], stage.who(DEPUTY), purpose="供参考")
    return stage.one("read")


def _decided(stage: Stage) -> int:
    item = stage.item()
    stage.agree()
    return item


def _claimed(stage: Stage) -> int:
    item = stage.reach_pool()
    work.claim(stage.engine, item, stage.who("wenshu_b"))
    return item


def _suspended(stage: Stage) -> None:
    stopping.suspend(stage.engine, stage.number, stage.who("admin"), reason=WHY)


def _terminated(stage: Stage) -> None:
    stopping.terminate(stage.engine, stage.number, stage.who("admin"), reason=WHY)


def _said(stage: Stage) -> int:
    moment = stage.engine.now()
    witness = {"agreed_at": moment, "witness": "fuzhuren"}
    work.record_oral(stage.engine, stage.item(), stage.who(STARTER), **witness)  # type: ignore[arg-type]
    return stage.one("sign")


def _to_move(stage: Stage) -> int:
    moving.ask_move(stage.engine, stage.number, stage.who("admin"), enter=["File"], reason=WHY)
    return moving.requests(stage.engine, stage.number, stage.who("admin"))[0].id


def _nothing(stage: Stage) -> None:
    return None


def oral_body(engine: Engine) -> dict[str, Json]:
    return {"agreed_at": engine.now().isoformat(), "witness": "fuzhuren", "opinion": WHY}


SAID: dict[str, Json] = {"opinion": WHY}
REASON: dict[str, Json] = {"reason": WHY}
ITEM, CASE = "/items/{id}/", "/instances/{number}/"
TASK, OVERVIEW, WAY, ACT = "/t/{number}?item={id}", "/d/{number}", "/t/{number}/ask/", "/d/{number}/act/"

OPERATIONS = (
    Operation(
        "decide", DEPUTY, ITEM + "decision", {"outcome": "approve", **SAID}, TASK, 'value="approve"', behalf=ABSENT
    ),
    Operation(
        "decide",
        DEPUTY,
        "/items/decisions",
        {"items": ["{id}"], "outcome": "approve", **SAID},
        "/inbox",
        "批量同意",
        behalf=ABSENT,
    ),
    Operation("return", DEPUTY, ITEM + "return", {"to": "Draft", **SAID}, TASK, "/t/{number}/return", behalf=ABSENT),
    Operation("transfer", DEPUTY, ITEM + "transfer", {"to": OTHER, **SAID}, TASK, WAY + "transfer", behalf=ABSENT),
    Operation("delegate", DEPUTY, ITEM + "delegate", {"to": OTHER, **SAID}, TASK, WAY + "delegate", behalf=ABSENT),
    Operation("hand_back", OTHER, ITEM + "hand-back", SAID, TASK, 'value="hand_back"', _lent, behalf=ABSENT),
    Operation("hand_back", DEPUTY, ITEM + "hand-back", SAID, OVERVIEW, ACT + "take_back", _lent, behalf=ABSENT),
    Operation(
        "add", DEPUTY, ITEM + "add", {"to": [OTHER], "where": "before", **SAID}, TASK, WAY + "add", behalf=ABSENT
    ),
    Operation("remove", DEPUTY, ITEM + "remove", REASON, OVERVIEW, ACT + "remove", _added, behalf=ABSENT),
    Operation(
        "consult", DEPUTY, ITEM + "consult", {"to": [OTHER], "question": WHY}, TASK, WAY + "consult", behalf=ABSENT
    ),
    Operation("answer", OTHER, ITEM + "opinion", SAID, TASK, 'value="answer"', _asked),
    Operation(
        "circulate", DEPUTY, ITEM + "circulate", {"to": [OTHER], "purpose": WHY}, TASK, WAY + "circulate", behalf=ABSENT
    ),
    Operation("read", OTHER, ITEM + "read", SAID, TASK, 'value="read"', _sent),
    Operation("urge", STARTER, CASE + "urge", {"text": WHY}, OVERVIEW, "/d/{number}/urge", _nothing),
    Operation(
        "urge_read", STARTER, CASE + "urge", {"text": WHY, "readers": True}, OVERVIEW, "/d/{number}/urge-readers", _sent
    ),
    Operation("retract", DEPUTY, ITEM + "retract", SAID, OVERVIEW, "/d/{number}/retract", _decided, behalf=ABSENT),
    Operation("withdraw", STARTER, CASE + "withdraw", REASON, OVERVIEW, "/d/{number}/withdraw", _nothing),
    Operation("void", "admin", CASE + "void", REASON, OVERVIEW, ACT + "void", _nothing),
    Operation("suspend", "admin", CASE + "suspend", REASON, OVERVIEW, ACT + "suspend", _nothing),
    Operation("resume", "admin", CASE + "resume", SAID, OVERVIEW, ACT + "resume", _suspended),
    Operation("terminate", "admin", CASE + "terminate", REASON, OVERVIEW, ACT + "terminate", _nothing),
    Operation("reopen", "admin", CASE + "reopen", REASON, OVERVIEW, ACT + "reopen", _terminated),
    Operation("claim", "wenshu_b", ITEM + "claim", SAID, TASK, "/t/{number}/claim", Stage.reach_pool),
    Operation("release", "wenshu_b", ITEM + "release", SAID, TASK, "/t/{number}/release", _claimed),
    Operation("follow", STARTER, CASE + "follow", {}, OVERVIEW, "/d/{number}/follow", _nothing),
    Operation("unfollow", STARTER, CASE + "unfollow", {}, OVERVIEW, "/d/{number}/follow", _nothing),
    Operation("oral", STARTER, ITEM + "oral", {}, OVERVIEW, ACT + "oral", behalf=DEPUTY, urgency="特急"),
    Operation("sign", DEPUTY, ITEM + "sign", SAID, TASK, 'value="sign"', _said, behalf=ABSENT, urgency="特急"),
    Operation(
        "dispute",
        DEPUTY,
        ITEM + "sign",
        {"agree": False, **SAID},
        TASK,
        'value="dispute"',
        _said,
        behalf=ABSENT,
        urgency="特急",
    ),
    Operation("ask_move", "admin", CASE + "move", {"enter": ["File"], **REASON}, OVERVIEW, ACT + "move", _nothing),
    Operation(
        "move", "ducha_a", CASE + "move/{id}", {"agree": True, **SAID}, OVERVIEW, "/d/{number}/move/{id}", _to_move
    ),
    Operation(
        "refuse_move",
        "ducha_a",
        CASE + "move/{id}",
        {"agree": False, **SAID},
        OVERVIEW,
        "/d/{number}/move/{id}",
        _to_move,
    ),
)


def stage(engine: Engine, who: Callable[[str], Actor], urgency: str) -> Stage:
    """A new case, its first step at the deputy."""
    if urgency == "平件":
        return Stage(engine, who, began(engine, who))
    data = {"title": "关于供热抢修的签报", "urgency": urgency}
    return Stage(engine, who, instances.start(engine, "joint", data, who(STARTER)).number)


BREATH = timedelta(seconds=30)
