"""Tokens: how a program signs in with as much as it needs, which are open, and how they end."""

from typing import Annotated, Any

from flask import request
from pydantic import Field

from engine.verbs.people import tokens
from engine.verbs.people.tokens import LIFE, Scope
from web.api import shapes
from web.api.blueprint import api, caller
from web.api.bodies import Body, Line
from web.shell import the_engine


class SignIn(Body):
    """Login and password of a person, a code where they have a second factor, and how far the token reaches."""

    login: Line
    password: Annotated[str, Field(max_length=1_000)]
    code: Annotated[str, Field(max_length=60)] = ""
    scope: Scope = "all"
    days: Annotated[int, Field(ge=1, le=LIFE.days)] = LIFE.days


@api.post("/tokens")
@api.input(SignIn, arg_name="body")
@api.output(shapes.Token)
@api.doc(tags=["tokens"], responses=[401])
def issue_token(body: SignIn) -> Any:
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
