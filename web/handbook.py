"""``/handbook``: 《办公室工作流程手册》 of the deployed processes, as PDF."""

from flask import Blueprint, Response

from engine.verbs import handbook as handbooks
from web.auth import actor
from web.registers.sending import download
from web.shell import the_engine

ALL = "all"
blueprint = Blueprint("handbook", __name__, url_prefix="/handbook")


@blueprint.get("/<key>")
def book(key: str) -> Response:
    """One process, or ``all`` of them."""
    keys = () if key == ALL else (key,)
    return download(handbooks.handbook(the_engine(), actor(), keys=keys), "办公室工作流程手册.pdf")
