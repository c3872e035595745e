"""What a person does with a work item: decide, return, take back, hand on, ask, add, circulate, draft, look ahead."""

from engine.progress.returning import Part, ReturnEffect
from engine.verbs.work.adding import add, remove
from engine.verbs.work.bulk import Choice, Decided, decide_later, decide_many, decide_part
from engine.verbs.work.chasing import urge_readers
from engine.verbs.work.circulating import circulate, mark_read
from engine.verbs.work.consulting import consult, give_opinion
from engine.verbs.work.deciding import decide, retract
from engine.verbs.work.delegating import delegate, hand_back
from engine.verbs.work.drafts import draft, draft_item, draft_start, draft_title, drop_draft, save_draft
from engine.verbs.work.entries import Asking, answer_entry, ask_entry, asking
from engine.verbs.work.explaining import CaseExplanation, Explanation, explain, explain_instance
from engine.verbs.work.handing import claim, release, transfer
from engine.verbs.work.looking import all_mine, mine, opened, preview, view
from engine.verbs.work.orally import oral_items, record_oral, sign
from engine.verbs.work.returning import preview_return, return_to
from engine.verbs.work.silently import answer_silence
from engine.verbs.work.words import check_start, check_words, waivable, waive

__all__ = [
    "Asking",
    "CaseExplanation",
    "Choice",
    "Decided",
    "Explanation",
    "Part",
    "ReturnEffect",
    "add",
    "all_mine",
    "answer_entry",
    "answer_silence",
    "ask_entry",
    "asking",
    "check_start",
    "check_words",
    "circulate",
    "claim",
    "consult",
    "decide",
    "decide_later",
    "decide_many",
    "decide_part",
    "delegate",
    "draft",
    "draft_item",
    "draft_start",
    "draft_title",
    "drop_draft",
    "explain",
    "explain_instance",
    "give_opinion",
    "hand_back",
    "mark_read",
    "mine",
    "opened",
    "oral_items",
    "preview",
    "preview_return",
    "record_oral",
    "release",
    "remove",
    "retract",
    "return_to",
    "save_draft",
    "sign",
    "transfer",
    "urge_readers",
    "view",
    "waivable",
    "waive",
]
