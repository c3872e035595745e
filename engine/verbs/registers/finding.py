"""A register by its name, and whether somebody may read it or write into it by hand."""

from engine.errors import NotAllowed, NotFound
from engine.model import Actor
from engine.package import Package, Register
from engine.progress.data import offered, rights
from engine.progress.own_lines import hidden
from engine.progress.shapes import find_register
from engine.runtime import Engine
from engine.store import Tx, registers
from engine.store.registers import RecordRow


def shape(engine: Engine, tx: Tx, name: str) -> Register:
    """The register as a deployed package describes it."""
    found = find_register(engine, tx, name)
    if found is None:
        raise NotFound(f"没有名为“{name}”的台账。", f"no register {name}", "请从菜单选择台账。")
    return found


def start_rights(engine: Engine, package: Package) -> dict[str, str]:
    """What a start form may do with each field here and now; what refers to a register nobody brings is hidden."""
    with engine.store.reading() as tx:
        return offered(engine, tx, package, rights(package, None))


def readable(engine: Engine, tx: Tx, name: str, actor: Actor) -> Register:
    """The same for somebody who wants to read it."""
    found = shape(engine, tx, name)
    if not may_read(found, actor):
        raise NotAllowed("您无权查看这个台账。", f"may not read register {name}", "请联系办公室。")
    return found


def writable(engine: Engine, tx: Tx, name: str, actor: Actor) -> Register:
    """The same for somebody who wants to add, change or import by hand."""
    found = shape(engine, tx, name)
    if not may_write(found, actor):
        raise NotAllowed(
            f"“{found.title}”不由您直接填写。",
            f"may not write register {name} by hand",
            "请走相应的流程，或联系台账管理员。" if not found.writers else "请联系台账管理员。",
        )
    return found


def require_unveiled(engine: Engine, tx: Tx, record_id: int, actor: Actor) -> RecordRow:
    """A line by its id; whoever may not know of it hears what is said of a line that does not exist."""
    row = registers.by_id(tx, record_id)
    if hidden(tx, engine.directory(tx), shape(engine, tx, row.register), actor, [row]):
        raise registers.missing(record_id)
    return row


def to_write(engine: Engine, name: str, actor: Actor) -> Register:
    """The shape of a register for somebody who wants to write into it."""
    with engine.store.reading() as tx:
        return writable(engine, tx, name, actor)


def may_read(register: Register, actor: Actor) -> bool:
    return bool(actor.roles & {*register.readers, *register.writers})


def may_write(register: Register, actor: Actor) -> bool:
    return bool(actor.roles & set(register.writers))
