"""Persons and their posts: signing in, the organisation, who stands in for whom, leaves, hand-overs, looking up."""

from engine.verbs.people.handing_over import (
    Handover,
    carry_out,
    deactivate,
    handover,
    handovers,
    preview_handover,
)
from engine.verbs.people.keeping_up import keep_up
from engine.verbs.people.leaves import Leave, end_leave, leave, leaves, preview_leave, take_leave
from engine.verbs.people.looking_up import Place, User, described, places, search, users
from engine.verbs.people.moving import Moved
from engine.verbs.people.rotating import cancel_rotation, rotate
from engine.verbs.people.signing import (
    actor,
    actor_by_id,
    hashed,
    in_post,
    posts,
    session_epoch,
    set_password,
    set_setting,
    sign_in,
)
from engine.verbs.people.staffing import (
    activate,
    add_person,
    add_post,
    add_unit,
    appoint,
    directory,
    pinyin,
    put_in_charge,
)
from engine.verbs.people.standing_in import StandingIn, end_substitution, substitute, substitutions

__all__ = [
    "Handover",
    "Leave",
    "Moved",
    "Place",
    "StandingIn",
    "User",
    "activate",
    "actor",
    "actor_by_id",
    "add_person",
    "add_post",
    "add_unit",
    "appoint",
    "cancel_rotation",
    "carry_out",
    "deactivate",
    "described",
    "directory",
    "end_leave",
    "end_substitution",
    "handover",
    "handovers",
    "hashed",
    "in_post",
    "keep_up",
    "leave",
    "leaves",
    "pinyin",
    "places",
    "posts",
    "preview_handover",
    "preview_leave",
    "put_in_charge",
    "rotate",
    "search",
    "session_epoch",
    "set_password",
    "set_setting",
    "sign_in",
    "substitute",
    "substitutions",
    "take_leave",
    "users",
]
