"""What one person can ask of others from a work item: one table, one dialog, one verb each."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.model import Actor, Done
from engine.runtime import Engine
from engine.verbs import work
from web.language import N_, pgettext

Places = tuple[tuple[str, str], ...]
SIGNERS: Places = (
    ("beside", N_("并行：与我同时")),
    ("before", N_("前加签：先于我")),
    ("after", N_("后加签：在我之后")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the dialog was filled in with."""

    people: list[str]
    words: str
    where: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """``leaves`` tells whether the item is mine no more; ``often`` gives it a button of its own on a desk."""

    title: str
    icon: str
    about: str
    people_label: str
    words_label: str
    act: Callable[[Engine, int, Asked, Actor], Done]
    many: bool = True
    needs_words: bool = False
    places: Places = ()
    leaves: bool = False
    often: bool = False


def _transfer(engine: Engine, item: int, asked: Asked, actor: Actor) -> Done:
    return work.transfer(engine, item, asked.people[0], actor, opinion=asked.words, key=asked.key)


def _delegate(engine: Engine, item: int, asked: Asked, actor: Actor) -> Done:
    return work.delegate(engine, item, asked.people[0], actor, opinion=asked.words, key=asked.key)


def _consult(engine: Engine, item: int, asked: Asked, actor: Actor) -> Done:
    return work.consult(engine, item, asked.people, actor, question=asked.words, key=asked.key)


def _add(engine: Engine, item: int, asked: Asked, actor: Actor) -> Done:
    return work.add(engine, item, asked.people, actor, where=asked.where, opinion=asked.words, key=asked.key)


def _circulate(engine: Engine, item: int, asked: Asked, actor: Actor) -> Done:
    return work.circulate(engine, item, asked.people, actor, purpose=asked.words, key=asked.key)


WAYS = {
    "consult": Way(
        title=N_("征求意见"),
        icon="message-question",
        about=N_("这件仍由您办理，对方的答复记入流转记录。"),
        people_label=N_("向谁征求"),
        words_label=pgettext("asked", "问题"),
        act=_consult,
        needs_words=True,
        often=True,
    ),
    "add": Way(
        title=N_("加签"),
        icon="user-plus",
        about=N_("加签的人与您一样签署意见，全部办完才往下走。"),
        people_label=N_("加签给谁"),
        words_label=N_("说明"),
        act=_add,
        places=SIGNERS,
        often=True,
    ),
    "transfer": Way(
        title=N_("转办"),
        icon="exchange",
        about=N_("转后您不再办理，由对方接手；时限照旧。"),
        people_label=N_("转给谁"),
        words_label=N_("说明"),
        act=_transfer,
        many=False,
        leaves=True,
        often=True,
    ),
    "delegate": Way(
        title=N_("委派"),
        icon="user-share",
        about=N_("对方办完交回给您，由您作结论；责任和时限仍是您的。"),
        people_label=N_("委派给谁"),
        words_label=N_("要求"),
        act=_delegate,
        many=False,
        leaves=True,
    ),
    "circulate": Way(
        title=N_("传阅"),
        icon="eye-share",
        about=N_("对方阅知即可，不影响流转；是否已阅可在记录中查看。"),
        people_label=N_("传阅给谁"),
        words_label=N_("目的"),
        act=_circulate,
    ),
}
