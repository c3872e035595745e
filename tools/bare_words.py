"""Finds Chinese that pages would show in every language, because nothing looks it up in the catalogue.

.venv/bin/python tools/bare_words.py                                    everything in web/
.venv/bin/python tools/bare_words.py web/templates/inbox web/inbox      these alone
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from tools.engine_texts import REFUSALS
from tools.script_literals import script_literals

ROOT = Path(__file__).resolve().parent.parent
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
LOOKED_UP = {"_", "N_", "NP_", "gettext", "ngettext", "pgettext", "told"}
ANYWHERE = {"办", "\u3000", "中文"}  # the sign of the house, a wide space, and Chinese in its own name
# What stays Chinese on purpose: a file, what of it (all of it without words), and why.
MEANT: dict[str, tuple[tuple[str, ...], str]] = {
    "web/absences.py": (("[\\s,，、]+",), "between what people type"),
    "web/admin/importing.py": (("张三", "财务部", "部门", "经办", "是"), "a roster is a table in Chinese"),
    "web/api/__init__.py": ((), "for programs, which get both languages"),
    "web/api/archives.py": ((), "values of data"),
    "web/api/bodies.py": ((), "values of data"),
    "web/api/checklists.py": ((), "values of data"),
    "web/api/definitions.py": ((), "a note in a case"),
    "web/api/people.py": ((), "reasons in records"),
    "web/api/staffing.py": ((), "reasons in records"),
    "web/archives/pages.py": (("归档登记",), "the name of an exported file"),
    "web/calendars/pages.py": (("行", "列", "内容", "问题"), "heads of an exported file"),
    "web/engine_words.py": ((), "the list of words itself"),
    "web/frontend/css/20-controls.css": (('content: attr(data-label) "："',), "the rule after it says it in English"),
    "web/handbook.py": ((), "the name of a paper"),
    "web/language.py": (("。", "？"), "where a sentence ends"),
    "web/lists/listing.py": (("特急",), "a value of an address"),
    "web/notifications/pages.py": (("。，；", "】", "《", "》"), "signs in the texts of notices"),
    "web/processes/findings.py": (("：",), "behind the element of an adaptation"),
    "web/processes/submitting.py": ((" 第 ", " 版"), "the title of a case"),
    "web/processes/wording.py": (("、", "，"), "signs between what the engine says"),
    "web/registers/importing.py": (("模板.xlsx",), "the name of an exported file"),
    "web/reports/wording.py": (("，", "；"), "signs that are replaced"),
    "web/reports/years.py": (("年度办公室工作数据-",), "the name of an exported file"),
    "web/settings/choices.py": ((), "phrases for opinions"),
    "web/supervision/notice.py": (("办结时一并反馈", "按节点计划反馈"), "stands on the notice, a paper"),
    "web/supervision/wording.py": (
        (
            "临近办结时限，请抓紧办理，按期办结。",
            "未达序时进度或完成质量较差，请说明原因，采取措施，确保按期办结。",
            "逾期未办结或复核不实，请在一个工作日内书面说明，并每日报告进展，直至办结。",
            "到期前办不完的，应当在到期前申请延期。逾期未办结的亮红灯、发红色督办单，逐级报告部门负责人、分管领导和主要领导，列入督查通报并计入考核。",
            "党委督查委员会办公室",
        ),
        "stands on the notice, a paper",
    ),
    "web/task/sheet.py": ((), "a paper after GB/T 9704"),
    "web/templates/calendars/import.html": (("放假安排-错误行.csv",), "the name of an exported file"),
    "web/templates/diaries/print.html": ((), "a printed sheet"),
    "web/templates/instances/print.html": ((), "an approval sheet is a paper; what is around it is looked up"),
    "web/templates/meetings/print.html": ((), "a printed sheet"),
    "web/templates/meetings/template.html": (("事项",), "a label of the engine that is compared"),
    "web/templates/seals/print.html": ((), "a printed sheet"),
    "web/templates/supervision/notice.html": ((), "a notice is a paper; what is around it is looked up"),
    "web/templates/task/_paper.html": ((), "a paper after GB/T 9704"),
    "web/toast.py": (("已", "《", "》"), "how labels and titles are written"),
    "web/shapes.py": ((), "signs between and around what the engine says"),
    "web/words.py": (
        ("一二三四五六日", "周", " 月", "今天 ", " 月 ", " 日 ", "、", " 等 "),
        "Chinese dates, and how the engine lists names",
    ),
}


def main(places: list[str]) -> int:
    """Print what was found; 1 if there was anything."""
    found = list(bare(tuple(places) or ("web/",)))
    sys.stdout.write("".join(f"{place}:{line}: {text}\n" for place, line, text in found))
    return 1 if found else 0


def bare(places: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """File, line and text of each."""
    for place, line, text in (*_in_sources(), *_in_scripts()):
        words, _why = MEANT.get(place, ((), ""))
        meant = place in MEANT and not words
        if place.startswith(places) and not meant and text not in {*words, *ANYWHERE, ""}:
            yield place, line, text


def _in_scripts() -> Iterator[tuple[str, int, str]]:
    for place, line, text, looked_up in script_literals():
        if HAN.search(text) and not looked_up:
            yield place, line, text
    for path in sorted((ROOT / "web" / "frontend" / "css").glob("*.css")):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for content in re.findall(r"content:[^;}]*", text):
                if HAN.search(content):
                    yield str(path.relative_to(ROOT)), line, content.strip()


def _in_sources() -> Iterator[tuple[str, int, str]]:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"])
    for path in sorted((ROOT / "web").rglob("*")):
        place = str(path.relative_to(ROOT))
        if "node_modules" in path.parts:
            continue
        if path.suffix == ".html":
            found: Iterable[tuple[int, str]] = _in_template(environment, path)
        elif path.suffix == ".py":
            found = _in_python(ast.parse(path.read_text(encoding="utf-8")))
        else:
            continue
        yield from ((place, line, text) for line, text in found)


def _in_template(environment: Environment, path: Path) -> Iterator[tuple[int, str]]:
    return _in_node(environment.parse(path.read_text(encoding="utf-8")))


def _in_node(node: nodes.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.TemplateData):
        for number, line in enumerate(node.data.splitlines()):
            for text in re.split(r"[\"<>]", line):
                if HAN.search(text):
                    yield node.lineno + number, text.strip()
    elif isinstance(node, nodes.Const):
        if isinstance(node.value, str) and HAN.search(node.value):
            yield node.lineno, node.value
    else:
        for child in _shown(node):
            yield from _in_node(child)


def _shown(node: nodes.Node) -> Iterable[nodes.Node]:
    """The parts of a node whose words may reach a page as they are."""
    if isinstance(node, nodes.Compare) or (isinstance(node, nodes.Filter) and node.name == "told"):
        return ()  # a word that is compared is data
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in LOOKED_UP:
        return node.kwargs
    return (node.value,) if isinstance(node, nodes.Pair) else node.iter_child_nodes()


def _in_python(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and HAN.search(node.value):
            yield node.lineno, node.value
        return
    if isinstance(node, ast.Compare | ast.MatchValue) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return  # compared, or a docstring
    if isinstance(node, ast.Call) and (_name(node.func) in LOOKED_UP or _refuses(node)):
        for keyword in node.keywords:
            if keyword.arg not in ("hint", "message_zh"):
                yield from _in_python(keyword.value)
        return
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _in_python(value)
        return
    for child in ast.iter_child_nodes(node):
        yield from _in_python(child)


def _refuses(node: ast.Call) -> bool:
    return _name(node.func) in REFUSALS or any(one.arg in ("hint", "message_zh") for one in node.keywords)


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
