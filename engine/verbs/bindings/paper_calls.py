"""Service tasks that want a document of the package: made between two transactions, like a call that goes out."""

from engine import bpmn
from engine.progress import Case, load, names, write_down
from engine.progress.case import person_as_actor, save
from engine.progress.papers import attach, paper, render
from engine.runtime import Engine
from engine.store import bindings, instances
from engine.store.bindings import CallRow


def service_of(case: Case, call: CallRow) -> bpmn.Service | None:
    """The service that waits for this call, if it still does."""
    if case.row.state != "running":
        return None
    step = bpmn.assign(case.package.process, case.row.snapshot, names(case), case.now)
    return next((service for service in step.services if service.id == call.wait), None)


def wants_paper(call: CallRow) -> bool:
    return call.wanted.startswith(bpmn.DOCUMENT)


def _wanted(case: Case, call: CallRow) -> bool:
    """Whether a document is still of use: its service waits, or, made beside the path, the instance goes on."""
    beside = call.wait.startswith(bindings.LISTENED)
    return case.row.state == "running" if beside else service_of(case, call) is not None


def draw_up(engine: Engine, call: CallRow) -> bool:
    """Make the document and let the instance go on; False if nobody waits for it any more."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_id(tx, call.instance_id), engine.now())
        waits = _wanted(case, call)
        wanted = paper(case, call.wanted.removeprefix(bpmn.DOCUMENT)) if waits else None
    made = render(engine, wanted) if wanted is not None else ()
    with engine.store.transaction() as tx:
        case = load(engine, tx, instances.by_id(tx, call.instance_id, lock=True), engine.now())
        if wanted is None or not _wanted(case, call):
            bindings.settle(tx, [call.id], "cancelled", case.now)
            return False
        attach(case, wanted, made, by=person_as_actor(case).id, element=call.element)
        bindings.settle(tx, [call.id], "done", case.now, error=None)
        if call.wait.startswith(bindings.LISTENED):
            save(case)
            return True
        step = bpmn.receive(case.package.process, case.row.snapshot, names(case), case.now, element=call.wait)
        write_down(case, step)
    return True
