"""Calls about how somebody gets in: who they are outside, first passwords asked for, a second factor that was lost.

A first password itself is given out by page or command only: an answer would be kept with its idempotency key.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from engine.verbs import people as verbs
from web.api import bodies, shapes
from web.api.blueprint import api, caller, once
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["people"])
may_come_late = api.doc(security="bearer", tags=["people"], responses=[409])


class Subject(bodies.Body):
    """Who somebody is at the OpenID provider: its claim ``sub``."""

    subject: Annotated[str, Field(min_length=1, max_length=255)]


class Outside(shapes.Shape):
    """Who somebody is at the provider, empty if nobody, and whether a password is kept here."""

    subject: str
    issuer: str
    password: bool


class Access(shapes.Shape):
    """How somebody gets in; ``password`` is own, first or none, ``until`` the end of a first one."""

    password: str
    until: datetime | None
    asked: bool
    asked_by: str
    factor: bool


@api.get("/users/<login>/subject")
@api.output(Outside)
@documented
def get_subject(login: str) -> Any:
    """Who somebody is at the OpenID provider, for whoever gives rights"""
    return verbs.bound(the_engine(), login, caller())


@api.post("/users/<login>/subject")
@once
@api.input(Subject, arg_name="body")
@api.output(Outside)
@may_come_late
def bind_subject(login: str, body: Subject) -> Any:
    """Bind somebody to a subject of the provider; by whoever gives rights, with a token issued just now"""
    verbs.bind(the_engine(), login, body.subject, caller())
    return verbs.bound(the_engine(), login, caller())


@api.post("/users/<login>/subject/forget")
@once
@api.output(Outside)
@may_come_late
def forget_subject(login: str) -> Any:
    """Somebody is nobody at the provider any more, and what they have open ends"""
    verbs.unbind(the_engine(), login, caller())
    return verbs.bound(the_engine(), login, caller())


@api.get("/users/<login>/access")
@api.output(Access)
@documented
def get_access(login: str) -> Any:
    """How somebody gets in, for administrators and security administrators"""
    return verbs.access_of(the_engine(), login, caller())


@api.post("/users/<login>/password/ask")
@once
@api.output(Access)
@may_come_late
def ask_password(login: str) -> Any:
    """Ask for a first password, which a security administrator gives out"""
    verbs.ask_password(the_engine(), login, caller())
    return verbs.access_of(the_engine(), login, caller())


@api.post("/users/<login>/password/drop")
@once
@api.output(Access)
@may_come_late
def drop_password(login: str) -> Any:
    """Take that back, or refuse it"""
    verbs.drop_password(the_engine(), login, caller())
    return verbs.access_of(the_engine(), login, caller())


@api.post("/users/<login>/factor/reset")
@once
@api.output(Access)
@may_come_late
def reset_factor(login: str) -> Any:
    """Take a lost second factor away; by whoever gives rights, with a token issued just now"""
    verbs.reset_factor(the_engine(), login, caller())
    return verbs.access_of(the_engine(), login, caller())
