"""Tokens: how a program signs in with as much as it needs, which are open, and how they end."""

from typing import Any

from flask import request

from engine.verbs.people import tokens
from web.api import bodies, shapes
from web.api.blueprint import api, caller
from web.shell import the_engine


@api.post("/tokens")
@api.input(bodies.SignIn, arg_name="body")
@api.output(shapes.Token)
@api.doc(tags=["tokens"], responses=[401])
def issue_token(body: bodies.SignIn) -> Any:
    """A bearer token for a login and password, with a code of the second factor where there is one"""
    text, ends = tokens.issue(the_engine(), body.login, body.password, body.code, scope=body.scope, days=body.days)
    return {"token": text, "expires": ends, "scope": body.scope}


@api.get("/tokens")
@api.output(shapes.KeptTokens)
@api.doc(tags=["tokens"], security="bearer")
def list_tokens() -> Any:
    """One's own tokens that still count"""
    found = tokens.kept(the_engine(), caller(), _text())
    return shapes.KeptTokens(items=[shapes.KeptToken.model_validate(one) for one in found])


@api.delete("/tokens/current")
@api.doc(tags=["tokens"], security="bearer", responses={204: "The token is over"})
def revoke_token() -> Any:
    """End the token this call came with"""
    tokens.revoke(the_engine(), _text())
    return "", 204


@api.delete("/tokens/<int:token_id>")
@api.doc(tags=["tokens"], security="bearer", responses={204: "The token is over"})
def end_token(token_id: int) -> Any:
    """End one of one's own tokens by its number"""
    tokens.end(the_engine(), caller(), token_id)
    return "", 204


def _text() -> str:
    return request.headers["Authorization"].partition(" ")[2].strip()
