"""Calls on what stands in for code of others: list the stubs of a process, bind one, free it, try a call again."""

from datetime import datetime
from typing import Any

from engine.errors import NotAllowed
from engine.verbs import bindings
from web.api import bodies
from web.api.blueprint import api, caller, etag, once
from web.api.shapes import Shape
from web.shell import the_engine


class Binding(Shape):
    """What a stub is bound to, in one version or (0) every other; ``token`` is the name of a secret, not the secret."""

    version: int
    url: str
    method: str
    token: str
    send: str
    take: str
    hook: str = ""
    at: datetime


class Stub(Shape):
    """What a diagram wants from outside, and where; without a binding or a ``hook`` of its own instances wait there.

    ``versions`` call for it, the newest first; ``binding`` counts for that one, ``unbound`` are those that wait.
    """

    wanted: str
    elements: list[str]
    waits: bool
    bindable: bool
    versions: list[int]
    unbound: list[int]
    binding: Binding | None
    bindings: list[Binding]
    hook: str = ""


class GivenUp(Shape):
    """A call that failed for good."""

    id: int
    number: str
    element: str
    error: str


class Stubs(Shape):
    """All of a process."""

    stubs: list[Stub]
    given_up: list[GivenUp]


@api.get("/processes/<key>/bindings")
@api.output(Stubs)
@api.doc(security="bearer", tags=["definitions"])
def list_bindings(key: str) -> Any:
    """What every version in use wants from outside, what each is bound to, and calls that were given up"""
    if not caller().roles & {"designer", "admin"}:
        raise NotAllowed("只有流程设计人员可以查看外部处理。", "only designers may do this", "请联系流程管理员。")
    return _told(key)


@api.post("/processes/<key>/bindings")
@once
@api.input(bodies.Bind, arg_name="body")
@api.output(Stubs)
@api.doc(security="bearer", tags=["definitions"])
def bind(key: str, body: bodies.Bind) -> Any:
    """Bind a stub to an HTTP call, a hook or assignments; who waits there goes on"""
    bindings.bind(
        the_engine(), key, body.wanted, body.model_dump(exclude={"wanted", "version"}), caller(), version=body.version
    )
    return _told(key)


@api.post("/processes/<key>/bindings/remove")
@once
@api.input(bodies.Unbind, arg_name="body")
@api.output(Stubs)
@api.doc(security="bearer", tags=["definitions"])
def unbind(key: str, body: bodies.Unbind) -> Any:
    """Take a binding away; from now on instances wait there"""
    bindings.unbind(the_engine(), key, body.wanted, caller(), version=body.version)
    return _told(key)


@api.post("/processes/<key>/calls/<int:call>/retry")
@once
@api.output(Stubs)
@api.doc(security="bearer", tags=["definitions"], responses=[409])
def retry_call(key: str, call: int) -> Any:
    """Try a call that was given up once more"""
    bindings.retry(the_engine(), call, caller())
    return _told(key)


def _told(key: str) -> tuple[Stubs, int, dict[str, str]]:
    revision = bindings.revision(the_engine(), key)
    found = bindings.stubs(the_engine(), key)
    stubs = [
        Stub(
            wanted=stub.wanted,
            elements=list(stub.elements),
            waits=stub.waits,
            bindable=stub.bindable,
            versions=list(stub.versions),
            unbound=list(stub.unbound),
            binding=_shown(stub.binding) if stub.binding else None,
            bindings=[_shown(row) for row in stub.bindings],
            hook=stub.hook,
        )
        for stub in found
    ]
    failed = [GivenUp.model_validate(call) for call in bindings.given_up(the_engine(), key)]
    return Stubs(stubs=stubs, given_up=failed), 200, etag(revision)


def _shown(row: bindings.BindingRow) -> Binding:
    return Binding.model_validate({**row.facts, "version": row.version, "at": row.bound_at})
