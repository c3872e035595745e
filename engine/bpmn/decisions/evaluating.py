"""Evaluates decisions: required ones first, then the rules that fit, then the hit policy."""

from collections.abc import Callable, Mapping, Sequence

from engine.bpmn.decisions.model import SINGLE, Decision, Output, Result, Rule, Table
from engine.bpmn.expressions import Expression, greatest, least, passes, total
from engine.bpmn.values import Json
from engine.errors import ExpressionError

Names = Mapping[str, Json]
Row = dict[str, Json]
AGGREGATES: Mapping[str, Callable[[list[Json]], Json]] = {"SUM": total, "MIN": least, "MAX": greatest}


def decide(decisions: Mapping[str, Decision], reference: str, names: Names) -> Result:
    """The answer of a decision for these variables; raises ``ExpressionError`` naming the decision."""
    found = decisions.get(reference)
    if found is None:
        raise ExpressionError(
            f"没有决策表“{reference}”",
            f"there is no decision {reference!r}",
            "请把 .dmn 文件放进流程包。",
            "dmn.missing",
        )
    return _decide(found, decisions, dict(names), {})


def _decide(decision: Decision, decisions: Mapping[str, Decision], names: Row, known: dict[str, Result]) -> Result:
    if decision.id in known:
        return known[decision.id]
    for required in decision.requires:
        if required in decisions:
            names[decisions[required].variable] = _decide(decisions[required], decisions, names, known).value
    if decision.table is not None:
        result = _look_up(decision, decision.table, names)
    else:
        value = decision.expression.evaluate(names) if decision.expression is not None else None
        result = Result(({decision.variable: value},), value)
    known[decision.id] = result
    return result


def _look_up(decision: Decision, table: Table, names: Names) -> Result:
    values = [expression.evaluate(names) for expression in table.inputs]
    hits = [rule for rule in table.rules if _fits(rule, values, names)]
    if table.policy == "UNIQUE" and len(hits) > 1:
        raise _ambiguous(decision, hits, "dmn.not_unique", "符合多条规则", "several rules fit")
    if table.policy in ("FIRST", "UNIQUE"):
        hits = hits[:1]
    rows = [_row(table.outputs, rule.results, names) for rule in hits]
    if table.policy == "ANY" and not all(_alike(row, rows[0]) for row in rows):
        raise _ambiguous(decision, hits, "dmn.not_same", "符合的规则结果不同", "the rules that fit differ")
    if table.policy in ("PRIORITY", "OUTPUT ORDER"):
        rows.sort(key=lambda row: _rank(table.outputs, row))
    if not rows:
        rows = _defaults(table, names)
    if table.policy in SINGLE:
        rows = rows[:1]
    return _aggregated(decision, table, rows) if table.aggregation else Result(tuple(rows), _value(table, rows))


def _fits(rule: Rule, values: Sequence[Json], names: Names) -> bool:
    return all(passes(test, value, names) for test, value in zip(rule.tests, values, strict=True))


def _row(outputs: Sequence[Output], results: Sequence[Expression | None], names: Names) -> Row:
    return {
        output.name: result.evaluate(names) if result is not None else None
        for output, result in zip(outputs, results, strict=True)
    }


def _defaults(table: Table, names: Names) -> list[Row]:
    """What the table says when no rule fits: nothing, unless it has default outputs."""
    if all(output.default is None for output in table.outputs):
        return []
    return [_row(table.outputs, [output.default for output in table.outputs], names)]


def _rank(outputs: Sequence[Output], row: Row) -> list[int]:
    """Where the results stand in the lists of output values, the first column deciding first."""
    return [o.order.index(row[o.name]) if row[o.name] in o.order else len(o.order) for o in outputs if o.order]


def _alike(row: Row, other: Row) -> bool:
    """Whether rules agree; for Python 1 and true would."""
    return row == other and all(isinstance(row[name], bool) == isinstance(other[name], bool) for name in row)


def _aggregated(decision: Decision, table: Table, rows: Sequence[Row]) -> Result:
    """One number out of all; nothing counts as zero, but has neither sum nor extremes."""
    name = table.outputs[0].name
    values = [row[name] for row in rows if row[name] is not None]
    value: Json = None
    if table.aggregation == "COUNT":
        value = len(values)
    elif values:
        try:
            value = AGGREGATES[table.aggregation](values)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise ExpressionError(
                f"决策表“{decision.name}”的结果不能按 {table.aggregation} 汇总：{str(values)[:80]}",
                f"decision {decision.id}: no {table.aggregation} of {str(values)[:80]}",
                "请让该列的结果都是数字；取最小、最大时也可都是日期或文字。",
                "dmn.no_aggregate",
            ) from error
    return Result(({name: value},) if value is not None else (), value)


def _value(table: Table, rows: Sequence[Row]) -> Json:
    """A single output is a value, several are a record; policies with several hits make a list."""
    values = [next(iter(row.values())) if len(table.outputs) == 1 else row for row in rows]
    if table.policy in SINGLE:
        return values[0] if values else None
    return values


def _ambiguous(decision: Decision, hits: Sequence[Rule], code: str, zh: str, en: str) -> ExpressionError:
    lines = ", ".join(rule.id for rule in hits[:5])
    return ExpressionError(
        f"决策表“{decision.name}”{zh}：{lines}",
        f"decision {decision.id}: {en}: {lines}",
        "请修改规则或命中策略。",
        code,
    )
