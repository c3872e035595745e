"""Tokens: how a program signs in, and out."""

from typing import Any

from flask import request

from engine.verbs.people import tokens
from web.api import bodies, shapes
from web.api.blueprint import api
from web.shell import the_engine


@api.post("/tokens")
@api.input(bodies.SignIn, arg_name="body")
@api.output(shapes.Token)
@api.doc(tags=["tokens"], responses=[401])
def issue_token(body: bodies.SignIn) -> Any:
    """A bearer token for a login and password, with a code of the second factor where there is one"""
    text, ends = tokens.issue(the_engine(), body.login, body.password, body.code)
    return {"token": text, "expires": ends}


@api.delete("/tokens/current")
@api.doc(tags=["tokens"], security="bearer", responses={204: "The token is over"})
def revoke_token() -> Any:
    """End the token this call came with"""
    tokens.revoke(the_engine(), request.headers["Authorization"].partition(" ")[2].strip())
    return "", 204
