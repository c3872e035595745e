"""Calls on drafts: what the caller has typed and not yet handed in, on a work item or before a start."""

from datetime import datetime
from typing import Any

from engine.model import Json
from engine.progress.seen import revision_at
from engine.verbs import work
from web.api import bodies, shapes
from web.api.blueprint import api, caller, etag, once
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["work"])


class Draft(shapes.Shape):
    """What was kept and when; empty without a draft."""

    data: dict[str, Json]
    opinion: str
    saved: datetime | None


@api.get("/items/<int:item>/draft")
@api.output(Draft)
@documented
def get_item_draft(item: int) -> Any:
    """The caller's draft on a work item"""
    return _kept(f"item:{item}")


@api.post("/items/<int:item>/draft")
@once
@api.input(bodies.Draft, arg_name="body")
@api.output(Draft)
@documented
def keep_item_draft(item: int, body: bodies.Draft) -> Any:
    """Keep what has been typed on a work item; it takes the place of the draft before"""
    work.draft_item(the_engine(), item, body.data, caller(), opinion=body.opinion)
    return _kept(f"item:{item}")


@api.delete("/items/<int:item>/draft")
@once
@api.doc(security="bearer", tags=["work"], responses={204: "There is no draft any more"})
def drop_item_draft(item: int) -> Any:
    """Throw it away"""
    work.drop_draft(the_engine(), f"item:{item}", caller())
    return "", 204


@api.get("/processes/<key>/draft")
@api.output(Draft)
@documented
def get_start_draft(key: str) -> Any:
    """The caller's draft of a process that is not started yet"""
    return _kept(f"start:{key}")


@api.post("/processes/<key>/draft")
@once
@api.input(bodies.Fields, arg_name="body")
@api.output(Draft)
@documented
def keep_start_draft(key: str, body: bodies.Fields) -> Any:
    """Keep what has been typed before the start"""
    work.draft_start(the_engine(), key, body.data, caller())
    return _kept(f"start:{key}")


@api.delete("/processes/<key>/draft")
@once
@api.doc(security="bearer", tags=["work"], responses={204: "There is no draft any more"})
def drop_start_draft(key: str) -> Any:
    """Throw it away"""
    work.drop_draft(the_engine(), f"start:{key}", caller())
    return "", 204


def _kept(scope: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    found = work.draft(the_engine(), scope, caller())
    data = dict(found[0]) if found else {}
    saved = found[1] if found else None
    return {"opinion": data.pop("_opinion", ""), "data": data, "saved": saved}, 200, etag(revision_at(saved))
