"""Persons and their posts: signing in, the organisation, who stands in for whom, and looking somebody up."""

from engine.verbs.people.looking_up import described, search
from engine.verbs.people.signing import (
    actor,
    actor_by_id,
    hashed,
    session_epoch,
    set_password,
    set_setting,
    sign_in,
)
from engine.verbs.people.staffing import (
    add_person,
    add_post,
    add_unit,
    appoint,
    directory,
    pinyin,
    put_in_charge,
    set_active,
)
from engine.verbs.people.standing_in import end_substitution, substitute

__all__ = [
    "actor",
    "actor_by_id",
    "add_person",
    "add_post",
    "add_unit",
    "appoint",
    "described",
    "directory",
    "end_substitution",
    "hashed",
    "pinyin",
    "put_in_charge",
    "search",
    "session_epoch",
    "set_active",
    "set_password",
    "set_setting",
    "sign_in",
    "substitute",
]
