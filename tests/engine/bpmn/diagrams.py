"""Random block-structured diagrams for property tests, as BPMN text, with what is known about their blocks."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from hypothesis import strategies as st

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'

LEAVES = ("task", "many", "timed")


@dataclass(frozen=True)
class Block:
    """``kind``: task, many, timed, sequence, choice, parallel, inclusive, loop or sub; ``name`` is unique."""

    kind: str
    name: str
    parts: tuple["Block", ...] = ()

    def tasks(self) -> Iterator[str]:
        """Names of all user tasks inside."""
        if self.kind in LEAVES:
            yield self.name
        for part in self.parts:
            yield from part.tasks()

    def walk(self) -> Iterator["Block"]:
        """This block and all inside."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass
class Writer:
    """Writes blocks as BPMN, counting flows."""

    lines: list[str] = field(default_factory=list)
    flows: int = 0

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """A sequence flow; returns its id."""
        self.flows += 1
        name = f"f{self.flows}"
        inner = f"<conditionExpression>${{{condition}}}</conditionExpression>" if condition else ""
        self.lines.append(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
        return name

    def gateway(self, kind: str, name: str, default: str = "") -> None:
        """A gateway."""
        chosen = f' default="{default}"' if default else ""
        self.lines.append(f'<{kind}Gateway id="{name}"{chosen}/>')

    def write(self, block: Block) -> tuple[str, str]:
        """Write a block; returns where one enters and leaves it."""
        return getattr(self, f"write_{block.kind}")(block)  # type: ignore[no-any-return]

    def write_task(self, block: Block) -> tuple[str, str]:
        self.lines.append(f'<userTask id="{block.name}"/>')
        return block.name, block.name

    def write_many(self, block: Block) -> tuple[str, str]:
        """Two instances, one after another."""
        loop = '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality>'
        self.lines.append(f'<userTask id="{block.name}">{loop}</multiInstanceLoopCharacteristics></userTask>')
        return block.name, block.name

    def write_timed(self, block: Block) -> tuple[str, str]:
        """A task that ends by itself after an hour."""
        event = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        late, out = f"{block.name}_late", f"{block.name}_out"
        self.lines.append(
            f'<userTask id="{block.name}"/><boundaryEvent id="{late}" attachedToRef="{block.name}">{event}'
        )
        self.gateway("exclusive", out)
        self.flow(block.name, out)
        self.flow(late, out)
        return block.name, out

    def write_sequence(self, block: Block) -> tuple[str, str]:
        ends = [self.write(part) for part in block.parts]
        for before, after in itertools.pairwise(ends):
            self.flow(before[1], after[0])
        return ends[0][0], ends[-1][1]

    def write_choice(self, block: Block) -> tuple[str, str]:
        return self.split(block, "exclusive", [f"{block.name} == {n}" for n in range(len(block.parts))])

    def write_inclusive(self, block: Block) -> tuple[str, str]:
        return self.split(block, "inclusive", [f"{block.name} >= {n}" for n in range(len(block.parts))])

    def write_parallel(self, block: Block) -> tuple[str, str]:
        return self.split(block, "parallel", [""] * len(block.parts))

    def split(self, block: Block, kind: str, conditions: list[str]) -> tuple[str, str]:
        """A pair of gateways with branches between them; the last branch is the default."""
        opening, closing = f"{block.name}_open", f"{block.name}_close"
        default = ""
        for part, condition in zip(block.parts, conditions, strict=True):
            enter, leave = self.write(part)
            last = part is block.parts[-1] and condition
            flow = self.flow(opening, enter, "" if last else condition)
            default = flow if last else default
            self.flow(leave, closing)
        self.gateway(kind, opening, default)
        self.gateway(kind, closing)
        return opening, closing

    def write_loop(self, block: Block) -> tuple[str, str]:
        """Again and again while the variable of the block is 1."""
        first, last = f"{block.name}_in", f"{block.name}_again"
        enter, leave = self.write(block.parts[0])
        self.gateway("exclusive", first)
        self.flow(first, enter)
        self.flow(leave, last)
        self.flow(last, first, f"{block.name} == 1")
        out = f"{block.name}_out"
        default = self.flow(last, out)
        self.gateway("exclusive", last, default)
        self.lines.append(f'<manualTask id="{out}"/>')
        return first, out

    def write_sub(self, block: Block) -> tuple[str, str]:
        inner = Writer(flows=self.flows)
        enter, leave = inner.write(block.parts[0])
        inner.flow(f"{block.name}_start", enter)
        inner.flow(leave, f"{block.name}_end")
        self.flows = inner.flows
        self.lines.append(
            f'<subProcess id="{block.name}"><startEvent id="{block.name}_start"/><endEvent id="{block.name}_end"/>'
            + "".join(inner.lines)
            + "</subProcess>"
        )
        return block.name, block.name


def as_bpmn(block: Block) -> bytes:
    """The diagram of a block between a start and an end."""
    writer = Writer()
    enter, leave = writer.write(block)
    writer.flow("begin", enter)
    writer.flow(leave, "finish")
    body = "".join(writer.lines)
    text = f'{HEAD}<process id="random"><startEvent id="begin"/><endEvent id="finish"/>{body}</process></definitions>'
    return text.encode()


def _numbered(shape: object, counter: list[int]) -> Block:
    counter[0] += 1
    number = counter[0]
    if isinstance(shape, str):
        return Block(shape, f"t{number}")
    kind, parts = cast(tuple[str, list[object]], shape)
    return Block(kind, f"{kind}{number}", tuple(_numbered(part, counter) for part in parts))


def _grow(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(inner, min_size=2, max_size=3)
    branching = st.sampled_from(["sequence", "choice", "parallel", "inclusive", "parallel"])
    wrapping = st.sampled_from(["loop", "sub"])
    return st.tuples(branching, several) | st.tuples(wrapping, st.lists(inner, min_size=1, max_size=1))


blocks: st.SearchStrategy[Block] = st.recursive(st.sampled_from(["task", *LEAVES]), _grow, max_leaves=9).map(
    lambda shape: _numbered(("sequence", ["task", shape, "task"]), [0])
)
