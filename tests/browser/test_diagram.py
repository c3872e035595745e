"""Diagrams in a real browser under the strict content security policy, served from the bundled files."""

import functools
import html
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DIST = Path(__file__).parents[2] / "web" / "static" / "dist"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

NODES = ("start", "draft", "review", "sign", "end")
FLOWS = (
    ("f1", "start", "draft"),
    ("f2", "draft", "review"),
    ("f3", "review", "sign"),
    ("f4", "sign", "end"),
    ("back", "review", "draft"),
)
NAMES = {"draft": "拟稿", "review": "部门负责人审核", "sign": "总经理签发"}
STATE = {
    "passed": ["start", "f1", "draft", "f2", "review", "f3"],
    "visits": {"draft": 2, "review": 1, "sign": 1},
    "open": [{"element": "sign", "performers": ["李国栋"]}],
    "done": ["draft", "review"],
}


def bpmn(*, with_layout: bool) -> str:
    """A small process: draft, review (which may send back), sign."""
    nodes = '<startEvent id="start"/><endEvent id="end"/>'
    nodes += "".join(f'<userTask id="{key}" name="{name}"/>' for key, name in NAMES.items())
    flows = "".join(f'<sequenceFlow id="{key}" sourceRef="{a}" targetRef="{b}"/>' for key, a, b in FLOWS)
    bounds = '<dc:Bounds x="{}" y="80" width="110" height="72"/>'
    shapes = "".join(
        f'<di:BPMNShape bpmnElement="{key}">{bounds.format(60 + 180 * n)}</di:BPMNShape>' for n, key in enumerate(NODES)
    )
    edges = "".join(
        f'<di:BPMNEdge bpmnElement="{key}"><w:waypoint x="{170 + 180 * NODES.index(a)}" y="{y}"/>'
        f'<w:waypoint x="{60 + 180 * NODES.index(b)}" y="{y}"/></di:BPMNEdge>'
        for key, a, b in FLOWS
        for y in [190 if key == "back" else 116]
    )
    plane = f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="p">{shapes}{edges}</di:BPMNPlane></di:BPMNDiagram>'
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        ' xmlns:w="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:test">'
        f'<process id="p" isExecutable="true">{nodes}{flows}</process>{plane if with_layout else ""}</definitions>'
    )


def page_with(kind: str, body: str) -> str:
    """A page as our templates make it: one bundle of style, one of script."""
    names = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return (
        '<!doctype html><html lang="zh-CN" data-theme="dark"><meta charset="utf-8"><title>流程图</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="stylesheet" href="/dist/{names["app.css"]}">'
        f'<link rel="stylesheet" href="/dist/{names[f"{kind}.css"]}">'
        f'<link rel="stylesheet" href="/size.css"><body><main>{body}</main>'
        f'<script src="/dist/{names["app.js"]}"></script><script src="/dist/{names[f"{kind}.js"]}"></script>'
    )


class Site(BaseHTTPRequestHandler):
    """Answers from a dict of paths; everything else comes from the bundle."""

    def __init__(self, pages: dict[str, str], *args: Any) -> None:
        self.pages = pages
        super().__init__(*args)

    def do_GET(self) -> None:
        """Send one page or file under the policy."""
        if self.path in self.pages:
            content, kind = self.pages[self.path].encode(), "text/html; charset=utf-8"
        elif self.path.startswith("/dist/"):
            file = DIST / self.path.removeprefix("/dist/")
            content, kind = file.read_bytes(), TYPES[file.suffix]
        else:
            self.send_error(404)
            return
        if self.path.endswith(".css"):
            kind = "text/css"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


Serve = Callable[[dict[str, str]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a site; its address is the answer."""
    servers: list[ThreadingHTTPServer] = []

    def start(pages: dict[str, str]) -> str:
        pages["/size.css"] = "[data-diagram],[data-designer]{width:900px;height:300px;max-width:100%}"
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Site, pages))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def viewer_site(state: dict[str, Any], *, with_layout: bool = True) -> dict[str, str]:
    body = (
        '<div data-diagram-frame><div data-diagram data-xml-url="/xml" data-state-url="/state"></div>'
        '<button data-diagram-fit>全图</button><button data-diagram-zoom="in">放大</button></div>'
    )
    return {"/": page_with("viewer", body), "/xml": bpmn(with_layout=with_layout), "/state": json.dumps(state)}


def test_taken_path_is_drawn_by_executed_flows_not_by_reached_nodes(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(viewer_site(STATE)))

    expect(desktop.locator('[data-element-id="sign"].is-open')).to_have_count(1)
    for taken in ("f1", "f2", "f3", "draft", "review"):
        expect(desktop.locator(f'[data-element-id="{taken}"].is-done')).to_have_count(1)
    for ahead in ("back", "f4", "end"):
        expect(desktop.locator(f'[data-element-id="{ahead}"].is-ahead')).to_have_count(1)


def test_open_step_names_who_holds_it_and_repeated_step_its_visits(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(viewer_site(STATE)))

    expect(desktop.locator(".diagram-open")).to_have_text("李国栋 办理中")
    expect(desktop.locator(".diagram-visits")).to_have_text(["2 次"])


def test_several_holders_of_one_step_share_one_label(desktop: Page, serve: Serve) -> None:
    held = [{"element": "sign", "performers": [name]} for name in ("何静", "王建军", "赵琳")]
    desktop.goto(serve(viewer_site({**STATE, "open": held})))

    expect(desktop.locator(".diagram-open")).to_have_text("何静、王建军等 3 人办理中")


def test_drawing_has_a_sentence_for_those_who_do_not_see_it(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(viewer_site(STATE)))

    drawing = desktop.get_by_role("img", name="流程图：拟稿、部门负责人审核已完成；当前为总经理签发（李国栋 办理中）。")
    expect(drawing).to_be_visible()


def test_mark_of_bpmn_io_stays_visible_on_top(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(viewer_site(STATE)))

    mark = desktop.locator("a.bjs-powered-by")
    expect(mark).to_be_visible()
    on_top = mark.evaluate(
        "a => { const b = a.getBoundingClientRect();"
        " return a.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)) }"
    )
    assert on_top


def test_labels_are_measured_in_the_font_that_draws_them(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(viewer_site(STATE)))

    label = desktop.locator('[data-element-id="review"] text')
    box, shape = label.bounding_box(), desktop.locator('[data-element-id="review"] .djs-visual > rect').bounding_box()
    assert box is not None
    assert shape is not None
    assert box["x"] >= shape["x"]
    assert box["x"] + box["width"] <= shape["x"] + shape["width"]


def test_small_frame_centres_the_open_step_and_the_button_shows_the_whole(phone: Page, serve: Serve) -> None:
    phone.goto(serve(viewer_site(STATE)))
    frame = phone.locator("[data-diagram]").bounding_box()
    open_step = phone.locator('[data-element-id="sign"] .djs-visual > rect')
    expect(open_step).to_be_visible()
    near = open_step.bounding_box()
    assert frame is not None
    assert near is not None
    assert abs((near["x"] + near["width"] / 2) - (frame["x"] + frame["width"] / 2)) < 5

    phone.get_by_role("button", name="全图").click()

    first = phone.locator('[data-element-id="start"] .djs-visual > circle').bounding_box()
    assert first is not None
    assert first["x"] >= frame["x"]
    assert phone.get_by_role("button", name="全图").get_attribute("aria-pressed") == "true"


def test_file_without_layout_is_laid_out(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(viewer_site(STATE, with_layout=False)))

    expect(desktop.locator('[data-element-id="sign"].is-open')).to_be_visible()
    expect(desktop.locator('[data-element-id="f3"].is-done')).to_have_count(1)


def test_click_on_a_step_is_told_to_the_page(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(viewer_site(STATE)))
    desktop.evaluate("document.addEventListener('diagram:element', e => { window.told = e.detail })")

    desktop.locator('[data-element-id="review"] .djs-hit').click()

    assert desktop.evaluate("window.told") == {"id": "review", "name": "部门负责人审核"}


def test_lost_connection_says_so_and_can_be_tried_again(desktop: Page, serve: Serve) -> None:
    pages = viewer_site(STATE)
    state = pages.pop("/state")
    desktop.goto(serve(pages))
    expect(desktop.get_by_role("alert")).to_contain_text("流程图没有取到（404）")

    pages["/state"] = state
    desktop.get_by_role("button", name="重试").click()

    expect(desktop.locator('[data-element-id="sign"].is-open')).to_be_visible()


PROBLEMS = [
    {"element": "review", "line": 3, "code": "performer.missing", "message_zh": "没有办理人", "severity": "error"},
    {"element": "review", "line": 3, "code": "limit.missing", "message_zh": "没有时限", "severity": "warning"},
    {"element": "f4", "line": 9, "code": "flow.name", "message_zh": "<b>没有</b>名称", "severity": "warning"},
    {"element": None, "line": 1, "code": "file", "message_zh": "文件没有版本", "severity": "warning"},
]


def designer_site(xml: str) -> dict[str, str]:
    body = (
        f'<textarea id="file" hidden>{html.escape(xml)}</textarea><div data-designer data-xml-from="file"></div>'
        f'<script type="application/json" id="problems">{json.dumps(PROBLEMS).replace("<", chr(92) + "u003c")}</script>'
        '<a href="#review" data-goto="review">部门负责人审核：没有办理人</a>'
    )
    return {"/": page_with("designer", body)}


def test_every_problem_is_marked_on_its_element(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(designer_site(bpmn(with_layout=True))))

    expect(desktop.locator('[data-element-id="review"].has-error')).to_have_count(1)
    expect(desktop.locator('[data-element-id="f4"].has-warning')).to_have_count(1)
    expect(desktop.get_by_role("button", name="2 处问题：没有办理人；没有时限")).to_be_visible()
    # a message is text, never markup
    expect(desktop.get_by_role("button", name="1 处问题：<b>没有</b>名称")).to_be_visible()


def test_problem_in_the_list_leads_to_its_element(phone: Page, serve: Serve) -> None:
    phone.goto(serve(designer_site(bpmn(with_layout=True))))
    expect(phone.locator('[data-element-id="review"].has-error')).to_have_count(1)

    phone.get_by_text("部门负责人审核：没有办理人").click()

    expect(phone.locator('[data-element-id="review"].is-shown')).to_have_count(1)
    frame, shape = (
        phone.locator("[data-designer]").bounding_box(),
        phone.locator('[data-element-id="review"]').bounding_box(),
    )
    assert frame is not None
    assert shape is not None
    assert abs((shape["x"] + shape["width"] / 2) - (frame["x"] + frame["width"] / 2)) < 12


def test_file_that_cannot_be_drawn_says_so_and_breaks_nothing(desktop: Page, serve: Serve) -> None:
    desktop.goto(serve(designer_site("<definitions>")))

    expect(desktop.get_by_role("alert")).to_contain_text("流程图无法绘制")
