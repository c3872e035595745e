"""Parts that are not a decision: an answer to a question, a preparation for somebody else, something to read."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.model import Actor, Done, ItemView, Outcome
from engine.runtime import Engine
from engine.verbs import work
from web.language import N_


@dataclass(frozen=True, slots=True)
class Part:
    """The button of such a part, and why it is on this person's desk."""

    outcome: Outcome
    about: str
    act: Callable[[Engine, int, str, Actor, str | None], Done]
    other: Outcome | None = None  # a second button, and what it does
    otherwise: Callable[[Engine, int, str, Actor, str | None], Done] | None = None

    def verb(self, code: str) -> Callable[[Engine, int, str, Actor, str | None], Done] | None:
        """What the button with this code does."""
        if code == self.outcome.code:
            return self.act
        return self.otherwise if self.other is not None and code == self.other.code else None


def _answer(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.give_opinion(engine, item, actor, opinion=words, key=key)


def _read(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.mark_read(engine, item, actor, opinion=words, key=key)


def _sign(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.sign(engine, item, actor, opinion=words, key=key)


def _dispute(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.sign(engine, item, actor, agree=False, opinion=words, key=key)


def _hand_back(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.hand_back(engine, item, actor, opinion=words, key=key)


def _assume(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.answer_silence(engine, item, actor, opinion=words, key=key)


def _wait(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.answer_silence(engine, item, actor, assume=False, opinion=words, key=key)


def _agree(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.answer_entry(engine, item, actor, opinion=words, key=key)


def _refuse(engine: Engine, item: int, words: str, actor: Actor, key: str | None) -> Done:
    return work.answer_entry(engine, item, actor, agree=False, opinion=words, key=key)


WAIT = Outcome("wait", N_("继续等待"), "plain")
REFUSE = Outcome("refuse", N_("不同意"), "danger")
DISPUTE = Outcome("dispute", N_("有异议"), "danger")
# by the action an ItemView offers
PARTS = {
    "answer": Part(Outcome("answer", N_("答复")), N_("向您征求意见，答复后仍由对方办理。"), _answer),
    "assist": Part(Outcome("answer", N_("提交意见")), N_("您是协办，意见交主办汇总，由主办送出。"), _answer),
    "sign": Part(Outcome("sign", N_("补签")), N_("您已口头同意，这件已先行办理，请补签。"), _sign, DISPUTE, _dispute),
    "silence": Part(Outcome("assumed", N_("视为没有不同意见")), N_("会签部门逾期没有回复。"), _assume, WAIT, _wait),
    "entry": Part(Outcome("agree", N_("同意")), N_("清单事项不适用、延期须经您批准。"), _agree, REFUSE, _refuse),
    "read": Part(Outcome("read", N_("已阅")), N_("传阅件，阅知即可。"), _read),
    "hand_back": Part(Outcome("hand_back", N_("交回")), N_("委派给您办理，办完交回委派人作结论。"), _hand_back),
}


def part(view: ItemView) -> Part | None:
    """Such a part, if this item is one."""
    return next((PARTS[action] for action in PARTS if action in view.actions), None)


def buttons(view: ItemView) -> tuple[Outcome, ...]:
    """What this person may press: the outcomes of the step, or the one button of another part."""
    found = part(view)
    return view.outcomes or (tuple(filter(None, (found.outcome, found.other))) if found else ())


def question(view: ItemView) -> str:
    """What was asked, or what it is to be read for."""
    return str(view.item.facts.get("question") or view.item.facts.get("purpose") or "")
