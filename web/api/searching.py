"""The call that searches."""

from typing import Any

from engine.verbs import inbox
from web.api import staffing
from web.api.blueprint import api, caller
from web.shell import the_engine


@api.get("/search")
@api.input(staffing.SearchQuery, location="query", arg_name="wanted")
@api.output(staffing.Found)
@api.doc(security="bearer", tags=["work"])
def search(wanted: staffing.SearchQuery) -> Any:
    """Instances the caller may see, by title, number, form and opinions"""
    return inbox.search(
        the_engine(),
        wanted.q,
        caller(),
        process=wanted.process,
        state=wanted.state,
        limit=wanted.limit,
        offset=wanted.offset,
    )
