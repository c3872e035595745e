"""What keeps a diagram from running: stable codes, and what each says in Chinese and English.

The texts are formatted with the facts of the finding; ``{id}`` is always the element.
"""

from typing import NamedTuple


class Text(NamedTuple):
    """One kind of finding."""

    code: str
    zh: str
    en: str
    fix_zh: str = ""
    fix_en: str = ""


EXPORT = ("请用建模工具重新导出为 BPMN 2.0 XML。", "Export it again as BPMN 2.0 XML.")
CONNECT = ("请在建模工具中连接同一层的两个环节。", "Connect two nodes of the same level.")

ERRORS = {
    "file_too_big": Text(
        "bpmn.too_big", "文件超过 5 MB", "the file is larger than 5 MB", "请拆分流程图。", "Split it."
    ),
    "doctype": Text(
        "bpmn.doctype",
        "文件含有 DOCTYPE 或实体声明",
        "the file holds a DOCTYPE or an entity",
        "请删除 <!DOCTYPE …>。",
        "Remove the DOCTYPE.",
    ),
    "not_bpmn": Text("bpmn.not_bpmn", "不是有效的 BPMN 2.0 文件：{why}", "this is no BPMN 2.0 file: {why}", *EXPORT),
    "not_xml": Text(
        "bpmn.not_bpmn", "不是有效的 BPMN 2.0 文件：不是 XML 文件", "this is no BPMN 2.0 file: it is no XML", *EXPORT
    ),
    "cut_off": Text(
        "bpmn.not_bpmn",
        "不是有效的 BPMN 2.0 文件：不是 XML，或内容在此中断",
        "this is no BPMN 2.0 file: it is no XML, or breaks off here",
        *EXPORT,
    ),
    "encoding": Text("bpmn.encoding", "文件的实际编码与声明不一致", "the encoding is not the declared one", *EXPORT),
    "too_deep": Text("bpmn.too_deep", "XML 嵌套太深", "the XML is nested too deeply", *EXPORT),
    "too_many": Text(
        "bpmn.too_big", "元素超过 {most} 个", "more than {most} elements", "请拆分流程图。", "Split the diagram."
    ),
    "no_process": Text(
        "bpmn.no_process",
        "文件中没有流程 {name}",
        "the files hold no process {name}",
        "请至少画一个流程。",
        "Draw one.",
    ),
    "duplicate_id": Text(
        "bpmn.bad_id",
        "编号 {id} 重复",
        "the id {id} is used twice",
        "请为每个元素设置唯一编号。",
        "Give it another id.",
    ),
    "bad_id": Text(
        "bpmn.bad_id",
        "编号“{id}”无效",
        "the id {id!r} is not valid",
        "编号以字母或汉字开头，由字母、数字、汉字和 _ - . 组成，最多 200 个字符。",
        "Start with a letter; use letters, digits, _ - . only; at most 200 characters.",
    ),
    "unknown_element": Text(
        "bpmn.unknown_element",
        "不支持的元素 {kind}",
        "the element {kind} is not supported",
        "请删除，或改用支持的元素。",
        "Remove it, or use a supported element.",
    ),
    "several_events": Text(
        "bpmn.unsupported",
        "事件 {id} 含有多个事件定义",
        "the event {id} has several definitions",
        "请拆成多个事件。",
        "Use one event each.",
    ),
    "no_time": Text(
        "time.missing",
        "计时事件 {id} 没有时间",
        "the timer {id} has no time",
        "请填写时长、日期或周期，例如 PT2H。",
        "Give a duration, a date or a cycle, such as PT2H.",
    ),
    "no_condition": Text(
        "bpmn.no_condition",
        "条件事件 {id} 没有条件",
        "the conditional event {id} has no condition",
        "请填写条件。",
        "Give a condition.",
    ),
    "no_call_target": Text(
        "bpmn.call_missing",
        "调用活动 {id} 没有指定流程",
        "the call activity {id} names no process",
        "请填写 calledElement。",
        "Set calledElement.",
    ),
    "call_cycle": Text(
        "bpmn.call_cycle",
        "流程循环调用：{circle}",
        "the processes call each other in a circle: {circle}",
        "请去掉其中一个调用。",
        "Remove one of the calls.",
    ),
    "no_collection": Text(
        "bpmn.multi_instance",
        "多实例环节 {id} 没有集合或次数",
        "the multi-instance {id} has neither collection nor cardinality",
        "请设置 camunda:collection 或 loopCardinality。",
        "Set camunda:collection or loopCardinality.",
    ),
    "no_start": Text(
        "bpmn.flow", "流程 {id} 没有开始事件", "the process {id} has no start event", "请添加开始事件。", "Add one."
    ),
    "no_end": Text(
        "bpmn.flow",
        "流程 {id} 没有结束，所有路径都在循环",
        "the process {id} never ends: every path is a loop",
        "请添加结束事件。",
        "Add an end event.",
    ),
    "self_flow": Text("bpmn.flow", "顺序流 {id} 连接到自身", "the flow {id} leads back to its own source", *CONNECT),
    "dangling_flow": Text("bpmn.flow", "顺序流 {id} 的一端没有连接环节", "one end of the flow {id} is loose", *CONNECT),
    "unreachable": Text(
        "bpmn.flow",
        "环节 {id} 无法到达",
        "the node {id} can never be reached",
        "请连接到流程中，或删除。",
        "Connect it or remove it.",
    ),
    "nowhere_attached": Text(
        "bpmn.undefined_ref",
        "边界事件 {id} 附着的环节 {target} 不存在",
        "the boundary event {id} is attached to {target}, which does not exist",
        "请附着到一个活动上。",
        "Attach it to an activity.",
    ),
    "no_link_target": Text(
        "bpmn.undefined_ref",
        "链接事件 {id} 没有对应的接收链接",
        "no link catches the link event {id}",
        "请添加同名的链接接收事件。",
        "Add a catching link of the same name.",
    ),
    "gateway_without_condition": Text(
        "bpmn.gateway_without_condition",
        "排他网关 {id} 有多个出口，但没有条件和默认流",
        "the exclusive gateway {id} has several ways out, but no condition and no default flow",
        "请为出口填写条件，并设置一个默认流。",
        "Give the flows conditions and choose a default flow.",
    ),
    "event_gateway_target": Text(
        "bpmn.unsupported",
        "事件网关 {id} 之后只能是接收事件或接收任务",
        "only catch events and receive tasks may follow the event gateway {id}",
        "请改为中间捕获事件。",
        "Use intermediate catch events.",
    ),
    "endless_loop": Text(
        "bpmn.loop_without_wait",
        "自动循环没有等待，也没有出口：{circle}",
        "an automatic loop without wait and without a way out: {circle}",
        "请在循环中加入人工环节、等待事件或出口。",
        "Add a user task, an event or a way out.",
    ),
}
