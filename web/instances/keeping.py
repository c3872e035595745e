"""What those who keep the processes, and those with a part in a case, can do to it: one table, one dialog, one verb."""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from engine.errors import BadInput
from engine.model import Actor, InstanceView
from engine.runtime import Engine
from engine.verbs import instances, moving, stopping, work
from web.auth import actor
from web.language import N_, NP_, _
from web.shell import the_engine
from web.whole_numbers import whole
from web.words import typed_moment

Asked = MultiDict[str, str]
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Act:
    """``who`` may see it in which ``states``; ``typed`` asks for the number: nothing brings it back."""

    title: str
    icon: str
    about: str
    act: Callable[[Engine, str, Asked, Actor], object]
    states: frozenset[str]
    who: frozenset[str]
    tone: str = "pri"
    words_label: str = N_("原因")
    needs_words: bool = True
    places: Callable[[InstanceView], Choices] | None = None
    places_label: str = ""
    many_places: bool = False
    typed: bool = False


RUNNING, KEEPERS = frozenset({"running"}), frozenset({"admin", "supervisor"})
ADMIN = frozenset({"admin"})


def passed(instance: InstanceView) -> Choices:
    """Steps that were done, the last one first."""
    return [(s.element, s.name) for s in reversed(instance.steps) if s.state == "done"]


def every(instance: InstanceView) -> Choices:
    """All steps of the diagram."""
    return [(s.element, s.name) for s in instance.steps]


def waivable(instance: InstanceView) -> Choices:
    """Banned words that this person may let stand."""
    found = work.waivable(the_engine(), instance.number, actor())
    return [(one.key, _("%(place)s“%(word)s”%(n)s 处", place=one.place, word=one.word, n=one.count)) for one in found]


def _words(asked: Asked) -> str:
    return str(asked.get("_opinion", ""))


def _key(asked: Asked) -> str | None:
    return asked.get("_key")


def _suspend(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    return stopping.suspend(engine, number, actor, reason=_words(asked), key=_key(asked))


def _resume(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    return stopping.resume(engine, number, actor, reason=_words(asked), key=_key(asked))


def _terminate(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    return stopping.terminate(engine, number, actor, reason=_words(asked), key=_key(asked))


def _void(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    return instances.void(engine, number, actor, reason=_words(asked), key=_key(asked))


def _waive(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    return work.waive(engine, number, actor, keys=asked.getlist("_place"), reason=_words(asked), key=_key(asked))


def _reopen(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    to = asked.get("_place") or None
    return stopping.reopen(engine, number, actor, reason=_words(asked), to=to, key=_key(asked))


def _move(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    places = asked.getlist("_place")
    return moving.ask_move(engine, number, actor, enter=places, reason=_words(asked), key=_key(asked))


def _remove(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    return work.remove(engine, _item(asked), actor, opinion=_words(asked), key=_key(asked))


def _take_back(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    return work.hand_back(engine, _item(asked), actor, opinion=_words(asked), key=_key(asked))


def _oral(engine: Engine, number: str, asked: Asked, actor: Actor) -> object:
    try:
        when = typed_moment(asked.get("_at", ""))
    except ValueError:
        raise BadInput("请填写同意的时间。", "when was it agreed to?", "", "work.agreed_at") from None
    witness = asked.get("_to", "")
    return work.record_oral(
        engine, _item(asked), actor, agreed_at=when, witness=witness, opinion=_words(asked), key=_key(asked)
    )


def _item(asked: Asked) -> int:
    return whole(asked.get("item", ""))


ACTS = {
    "move": Act(
        NP_("button", "重定位"), "route",
        N_("现在的环节全部结束，改到所选环节办理；须另一位管理员或督办人员同意后才执行。"),
        _move, RUNNING, ADMIN, places=every, places_label=N_("改到"), many_places=True,
    ),
    "suspend": Act(
        NP_("button", "暂停"), "player-pause",
        N_("所有时限停走，恢复前谁也不能办理。"),
        _suspend, RUNNING, KEEPERS,
    ),
    "resume": Act(
        NP_("button", "恢复"), "player-play",
        N_("各环节时限按暂停的时间顺延。"),
        _resume, frozenset({"suspended"}), KEEPERS, needs_words=False,
    ),
    "reopen": Act(
        NP_("button", "重新办理"), "refresh",
        N_("从所选环节继续办理；终止的件从原处继续。"),
        _reopen, frozenset({"completed", "rejected", "terminated"}), ADMIN, places=passed, places_label=N_("从哪一步"),
    ),
    "terminate": Act(
        NP_("button", "终止"), "player-stop",
        N_("不再办理，编号、意见和记录保留。"),
        _terminate, frozenset({"running", "suspended"}), KEEPERS, tone="no", typed=True,
    ),
    "void": Act(
        NP_("button", "作废"), "trash",
        N_("编号进入废号登记，不再使用；记录保留。"),
        _void, RUNNING, ADMIN, tone="no", typed=True,
    ),
}  # fmt: skip
# these are about one item and offered beside it
ITEM_ACTS = {
    "remove": Act(
        NP_("button", "减签"), "user-minus",
        N_("对方不再需要签署，已写的意见保留在记录中。"),
        _remove, RUNNING, frozenset(),
    ),
    "take_back": Act(
        NP_("button", "收回委派"), "arrow-back-up",
        N_("不等对方办完，由您自己接着办。"),
        _take_back, RUNNING, frozenset(),
        words_label=N_("说明"), needs_words=False,
    ),
    "oral": Act(
        NP_("button", "登记口头请示"), "phone",
        N_("领导已口头同意的特急件先往下走，一个工作日内补签。"),
        _oral, RUNNING, frozenset(),
        words_label=N_("同意的内容"), needs_words=False,
    ),
    "waive": Act(
        NP_("button", "准用词语"), "check",
        N_("所选禁用词可以留在这件文稿里，理由记入办理记录。"),
        _waive, RUNNING, frozenset(),
        words_label=N_("理由"), places=waivable, places_label=N_("准用哪些词"), many_places=True,
    ),
}  # fmt: skip


def offered(instance: InstanceView, actor: Actor) -> dict[str, Act]:
    """The acts this person may do to the instance as it is."""
    return {name: act for name, act in ACTS.items() if instance.state in act.states and act.who & actor.roles}
