"""What is wrong with a decision table, in Chinese and English."""

from engine.bpmn.diagram.catalogue import Text

DECISIONS = {
    "not_dmn": Text(
        "dmn.not_dmn",
        "不是有效的 DMN 文件",
        "this is no DMN file",
        "请用建模工具重新导出。",
        "Export it again.",
    ),
    "dmn_policy": Text(
        "dmn.hit_policy",
        "决策表 {id} 的命中策略 {policy} 不存在",
        "the decision table {id} has the unknown hit policy {policy}",
        "可用 UNIQUE、ANY、FIRST、PRIORITY、COLLECT、RULE ORDER、OUTPUT ORDER。",
        "Use UNIQUE, ANY, FIRST, PRIORITY, COLLECT, RULE ORDER or OUTPUT ORDER.",
    ),
    "dmn_aggregation": Text(
        "dmn.aggregation",
        "决策表 {id} 的汇总 {aggregation} 不可用：须为 COLLECT 且只有一个输出列",
        "the aggregation {aggregation} of {id} needs the policy COLLECT and a single output",
        "可用 SUM、MIN、MAX、COUNT。",
        "Use SUM, MIN, MAX or COUNT.",
    ),
    "dmn_no_order": Text(
        "dmn.no_order",
        "决策表 {id} 按优先级取结果（{policy}），但没有列出输出值",
        "the decision table {id} ({policy}) does not list its output values",
        "请在输出列填写输出值，从最优先到最后。",
        "List the output values, the most important first.",
    ),
    "dmn_no_output": Text(
        "dmn.no_output",
        "决策表 {id} 没有输出列",
        "the decision table {id} has no output",
        "请添加输出列。",
        "Add an output.",
    ),
    "dmn_no_input": Text(
        "dmn.no_input",
        "输入列 {id} 没有表达式",
        "the input {id} has no expression",
        "请填写变量名或表达式。",
        "Give a variable or an expression.",
    ),
    "dmn_twin_outputs": Text(
        "dmn.twin_outputs",
        "决策表 {id} 有两个同名的输出列",
        "two outputs of the decision table {id} have the same name",
        "请改名。",
        "Rename one.",
    ),
    "dmn_columns": Text(
        "dmn.columns",
        "第 {number} 条规则的单元格数与列数不符",
        "rule {number} does not have one cell for each column",
        "请补齐单元格。",
        "Fill in the missing cells.",
    ),
    "dmn_too_big": Text(
        "dmn.too_big",
        "决策表 {id} 超过 {most} 个单元格",
        "the decision table {id} has more than {most} cells",
        "请拆分决策表。",
        "Split it.",
    ),
    "dmn_empty": Text(
        "dmn.empty",
        "决策 {id} 没有决策表或表达式",
        "the decision {id} has neither a table nor an expression",
        "请填写决策逻辑。",
        "Give it some logic.",
    ),
    "dmn_unsupported": Text(
        "dmn.unsupported",
        "决策 {id} 使用了不支持的 {kind}",
        "the decision {id} uses {kind}, which is not supported",
        "请改用决策表或文字表达式。",
        "Use a decision table or a literal expression.",
    ),
    "dmn_circle": Text(
        "dmn.circle",
        "决策 {id} 依赖自身",
        "the decision {id} depends on itself",
        "请去掉其中一个依赖。",
        "Remove one of the requirements.",
    ),
    "dmn_mapping": Text(
        "dmn.mapping",
        "环节 {id} 的 mapDecisionResult“{mapping}”不存在",
        "{id} maps the decision's result by {mapping}, which does not exist",
        "可用 singleEntry、singleResult、collectEntries、resultList。",
        "Use singleEntry, singleResult, collectEntries or resultList.",
    ),
}
