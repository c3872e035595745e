"""What tokens can still bring about: which nodes and flows they may reach, and what a join needs from others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from engine.bpmn.execution.gateways import InclusiveSpec, JoinSpec
from engine.bpmn.execution.loops import LoopSpec
from engine.bpmn.execution.nodes import FlowSpec, NodeSpec
from engine.bpmn.execution.routes import Routes
from engine.bpmn.execution.scopes import ScopeSpec


@dataclass(slots=True)
class Reach:
    """Nodes and flows that some tokens may pass; ``done`` are flows into joins that nobody brings any more."""

    nodes: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)


def offspring(routes: Routes, tokens: Iterable[str], filled: Iterable[str] = ()) -> Reach:
    """What tokens before these nodes may reach on their own; ``filled`` flows count as arrived.

    A join is passed only if all its flows are filled: from inside a branch one does not get past the join that waits
    for the other branches, from before the fork one does.
    """
    return _follow(routes, tokens, filled, lambda join, flows: join.incoming <= flows)


def reach_of_move(routes: Routes, entered: Sequence[str], others: Sequence[str], arrived: Iterable[str]) -> Reach:
    """What tokens that are placed by hand may reach, if joins take branches that nobody works on any more as done.

    ``others`` are the nodes where further tokens stand, ``arrived`` the flows on which tokens wait at joins.
    """
    done: set[str] = set()
    while True:
        reach = offspring(routes, entered, done)
        missing: set[str] = set()
        for join in _touched_joins(routes, reach):
            missing |= join.incoming - reach.flows - _brought_to(routes, join, reach, others, set(arrived))
        if not missing:
            reach.done = done
            return reach
        done |= missing


def abandoned(routes: Routes, reach: Reach, ended: Sequence[str]) -> bool:
    """Whether a branch that is taken as done was in fact at work on ``ended`` nodes, and would be skipped unnoticed."""
    joins = [node for node in routes.nodes.values() if isinstance(node, JoinSpec) and node.incoming & reach.done]
    return any(_brought_to(routes, join, reach, ended, set()) & reach.done for join in joins)


def overtaken(routes: Routes, entered: Sequence[str], others: Sequence[str]) -> bool:
    """Whether tokens placed behind a join leave others before it, who would then wait at that join for ever."""
    for join in (n for n in routes.nodes.values() if _joins(n) and not isinstance(n, InclusiveSpec)):
        before = _from_starts(routes, join)
        behind = [name for name in entered if name not in before and name in _from_starts(routes, None)]
        waits = [name for name in others if name in before and _comes_to(routes, name, join)]
        if behind and waits:
            return True
    return False


def _from_starts(routes: Routes, without: NodeSpec | None) -> set[str]:
    """What a new instance may reach if it never gets past this join."""
    starts = (*routes.main.starts, *(event.node for event in routes.main.events))
    return _follow(routes, starts, (), lambda join, _flows: join is not without).nodes


def _comes_to(routes: Routes, place: str, join: NodeSpec) -> bool:
    def passes(other: JoinSpec, flows: set[str]) -> bool:
        return other is not join and (isinstance(other, InclusiveSpec) or other.incoming <= flows)

    return isinstance(join, JoinSpec) and bool(join.incoming & _follow(routes, [place], (), passes).flows)


def _brought_to(routes: Routes, join: JoinSpec, reach: Reach, others: Sequence[str], arrived: set[str]) -> set[str]:
    """The flows of a join that other tokens fill; one that can fill an entered flow stands behind the join."""
    own = join.incoming & reach.flows - reach.done

    def passes(other: JoinSpec, flows: set[str]) -> bool:
        return other is not join and (isinstance(other, InclusiveSpec) or other.incoming <= flows)

    apart = [name for name in others if name not in reach.nodes]
    beside = [name for name in apart if not own & _follow(routes, [name], (), passes).flows]
    return _follow(routes, beside, arrived - own, passes).flows


def _follow(
    routes: Routes, tokens: Iterable[str], filled: Iterable[str], passes: Callable[[JoinSpec, set[str]], bool]
) -> Reach:
    reach = Reach(flows=set(filled))
    todo = list(tokens)
    while todo:
        name = todo.pop()
        if name in reach.nodes:
            continue
        reach.nodes.add(name)
        node = routes.nodes[name]
        todo.extend(_inside(node))
        for flow in _ways_out(routes, node):
            reach.flows.add(flow.id)
            target = routes.nodes[flow.target]
            if not (isinstance(target, JoinSpec) and _joins(target)) or passes(target, reach.flows):
                todo.append(flow.target)
    return reach


def _touched_joins(routes: Routes, reach: Reach) -> list[JoinSpec]:
    """Joins that are filled in part."""
    found = []
    for node in routes.nodes.values():
        if isinstance(node, JoinSpec) and _joins(node) and node.incoming & reach.flows and node.incoming - reach.flows:
            found.append(node)
    return found


def _joins(node: NodeSpec) -> bool:
    return isinstance(node, JoinSpec) and len(node.incoming) > 1


def _inside(node: NodeSpec) -> tuple[str, ...]:
    """What begins when a token enters: boundary events may fire, a scope starts, a loop runs its body."""
    if isinstance(node, ScopeSpec):
        return (*node.boundaries, *node.starts, *node.listeners)
    return (*node.boundaries, node.inner) if isinstance(node, LoopSpec) else node.boundaries


def _ways_out(routes: Routes, node: NodeSpec) -> tuple[FlowSpec, ...]:
    """The flows a token takes from here; at the end of a sub-process those of the sub-process."""
    while not node.outgoing and node.scope is not None and node.scope in routes.nodes:
        node = routes.nodes[node.scope]
    return node.outgoing
