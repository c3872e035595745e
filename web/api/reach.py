"""How far a token reaches: what it may do of all that its person may (decision 111)."""

from flask import request

from engine.errors import NotAllowed
from web.api.blueprint import CHANGES_NOTHING, READING, api, token

ENDS_ITSELF = "api.revoke_token"
# changes of ``work``: one's own cases, steps and drafts; what is not here takes ``all``
WORK = frozenset(
    f"api.{name}"
    for name in (
        "start", "keep_start_draft", "drop_start_draft", "decide_many", "keep_item_draft", "drop_item_draft",
        "decide", "return_item", "retract", "claim", "release", "transfer", "delegate", "hand_back", "add", "remove",
        "consult", "give_opinion", "circulate", "mark_read", "sign", "record_oral", "answer_silence", "waive",
        "ask_entry", "answer_entry", "make_document", "ask_pause", "approve_pause", "refuse_pause", "end_pause",
        "withdraw", "urge", "urge_instance", "follow", "unfollow", "change", "call_off", "confirm_change",
    )
)  # fmt: skip


@api.before_request
def keep_within() -> None:
    """Refuse what goes beyond the token, whatever its person may."""
    found = token()
    if found is None or found.scope == "all" or request.endpoint in (None, ENDS_ITSELF):
        return
    if request.method in READING or request.endpoint in CHANGES_NOTHING:
        return
    if found.scope == "work" and request.endpoint in WORK:
        return
    raise NotAllowed(
        "这个访问令牌的范围不包括此操作。",
        f"this token reaches no further than {found.scope!r}",
        "请用 POST /api/v1/tokens 申请范围更大的令牌（scope：work 或 all）。",
        "auth.scope",
    )
