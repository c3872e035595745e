"""Calls about people: who stands in, leaves with their lists, work that changes hands, users."""

from typing import Any

from engine.verbs import people as verbs
from web.api import staffing
from web.api.blueprint import api, caller, once
from web.shell import the_engine

documented = api.doc(security="bearer", tags=["people"])
may_come_late = api.doc(security="bearer", tags=["people"], responses=[409])


@api.get("/substitutions")
@api.output(staffing.Standing)
@documented
def list_substitutions() -> Any:
    """Who stands in for the caller and for whom the caller stands in; everybody's for an administrator"""
    everybody = "admin" in caller().roles
    return {"items": verbs.substitutions(the_engine(), caller(), everybody=everybody)}


@api.post("/substitutions")
@once
@api.input(staffing.Authority, arg_name="body")
@api.output(staffing.Made, status_code=201)
@documented
def substitute(body: staffing.Authority) -> Any:
    """Let somebody act for the caller, or for anybody as administrator"""
    made = verbs.substitute(
        the_engine(),
        body.login or caller().login,
        body.by,
        caller(),
        since=body.since,
        until=body.until,
        scope=body.scope,
        seals=body.seals,
        reason=body.reason or "授权代理",
        letter=body.letter,
        genres=body.genres,
        most=body.most,
    )
    return {"id": made}


@api.post("/substitutions/<int:row>/end")
@once
@api.output(staffing.Done)
@documented
def end_substitution(row: int) -> Any:
    """End it before its time"""
    verbs.end_substitution(the_engine(), row, caller())
    return {"moved": []}


@api.get("/leaves")
@api.output(staffing.Leaves)
@documented
def list_leaves() -> Any:
    """The caller's leaves without their lists; everybody's for an administrator"""
    return {"items": verbs.leaves(the_engine(), caller(), everybody="admin" in caller().roles)}


@api.post("/leaves")
@once
@api.input(staffing.Times, arg_name="body")
@api.output(staffing.Made, status_code=201)
@may_come_late
def take_leave(body: staffing.Times) -> Any:
    """Go on leave: open work goes to whoever stands in"""
    made = verbs.take_leave(
        the_engine(),
        body.login or caller().login,
        caller(),
        since=body.since,
        until=body.until,
        reason=body.reason or "请假",
        by=body.by,
        seals=body.seals,
    )
    return {"id": made}


@api.get("/leaves/<int:row>")
@api.output(staffing.Leave)
@documented
def get_leave(row: int) -> Any:
    """A leave with what was handed over, what others did, and what came back"""
    return verbs.leave(the_engine(), row, caller())


@api.post("/leaves/<int:row>/end")
@once
@api.output(staffing.Done)
@may_come_late
def end_leave(row: int) -> Any:
    """Back: what is still open returns"""
    return {"moved": verbs.end_leave(the_engine(), row, caller())}


@api.get("/users")
@api.output(staffing.Users)
@documented
def list_users() -> Any:
    """Everybody, for administrators"""
    return {"items": verbs.users(the_engine(), caller())}


@api.get("/roles")
@api.output(staffing.RoleHolders)
@documented
def list_roles() -> Any:
    """Who has which roles, for administrators, security administrators and auditors"""
    return {"items": verbs.roles_held(the_engine(), caller())}


@api.post("/users/<login>/roles")
@once
@api.input(staffing.RoleChange, arg_name="body")
@api.output(staffing.Roles)
@may_come_late
def change_roles(login: str, body: staffing.RoleChange) -> Any:
    """Give and take roles; by whoever gives rights, never to oneself, and never two of the three administrators"""
    return {"roles": verbs.change_roles(the_engine(), login, caller(), give=body.give, take=body.take)}


@api.post("/users/<login>/deactivate")
@once
@api.input(staffing.Deactivation, arg_name="body")
@api.output(staffing.Done)
@may_come_late
def deactivate(login: str, body: staffing.Deactivation) -> Any:
    """Let somebody go and move all open work to a receiver"""
    done = verbs.deactivate(the_engine(), login, caller(), to=body.to, reason=body.reason)
    return {"moved": done.moved if done else []}


@api.post("/users/<login>/activate")
@once
@api.output(staffing.Done)
@documented
def activate(login: str) -> Any:
    """Let somebody in again"""
    verbs.activate(the_engine(), login, caller())
    return {"moved": []}


@api.get("/handovers")
@api.output(staffing.Handovers)
@documented
def list_handovers() -> Any:
    """All hand-overs, for administrators"""
    return {"items": verbs.handovers(the_engine(), caller())}


@api.post("/handovers")
@once
@api.input(staffing.Rotation, arg_name="body")
@api.output(staffing.Made, status_code=201)
@may_come_late
def rotate(body: staffing.Rotation) -> Any:
    """Give a post to somebody else on a day"""
    return {"id": verbs.rotate(the_engine(), actor=caller(), **body.model_dump())}


@api.get("/handovers/<int:row>")
@api.output(staffing.Handover)
@documented
def get_handover(row: int) -> Any:
    """One hand-over with what moved"""
    return verbs.handover(the_engine(), row, caller())


@api.post("/handovers/<int:row>/cancel")
@once
@api.output(staffing.Done)
@may_come_late
def cancel_rotation(row: int) -> Any:
    """Take a rotation back before its day"""
    verbs.cancel_rotation(the_engine(), row, caller())
    return {"moved": []}
