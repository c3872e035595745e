"""What the browser is given: built files by their hashed names, icons that exist, nothing newer than Chromium 88."""

import json
import re
from pathlib import Path

import pytest
from apiflask import APIFlask

from engine.runtime import Engine
from tests.support.clock import FakeClock
from tests.web.cases import DRAFTER, HEAD, document
from tests.web.pages import Person
from web.assets import DIST

# first Chromium that knows it: 105, 111, 99, 105, 123, 111, 112
TOO_NEW = (":has(", "color-mix(", "@layer", "@container", "light-dark(", "oklch(", "\n&")
NESTED = re.compile(r"\{[^{}]*&[^{}]*\{")


def built(name: str) -> str:
    names: dict[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return (DIST / names[name]).read_text(encoding="utf-8")


@pytest.mark.parametrize("word", TOO_NEW)
def test_styles_need_nothing_newer_than_the_oldest_browser(word: str) -> None:
    assert word not in built("app.css")


def test_styles_are_not_nested() -> None:
    assert not NESTED.search(built("app.css"))


def test_every_icon_of_our_pages_is_in_the_sprite(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    symbols = set(re.findall(r'<symbol id="([^"]+)"', built("sprite.svg")))
    pages = {
        HEAD: ("/inbox", "/done", "/cc", "/settings", f"/t/{number}", f"/t/{number}/return", f"/t/{number}/ask/add"),
        DRAFTER: ("/mine", "/drafts", "/start", "/start/document_issue", "/search", f"/d/{number}/diagram"),
    }  # fmt: skip

    used = {
        name
        for login, paths in pages.items()
        for person in [Person(app.test_client(), login)]
        for path in paths
        for name in re.findall(r"\.svg#([a-z0-9-]+)", person.open(path).text)
    }

    assert len(used) > 20
    assert used - symbols == set()


def test_no_page_holds_inline_scripts_or_styles(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    person = Person(app.test_client(), HEAD)

    for path in ("/login", "/inbox", f"/t/{number}", f"/d/{number}", "/start/document_issue", f"/d/{number}/print"):
        text = person.open(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"<[a-z][^>]*\s(style|on[a-z]+)=", text), path
        assert "<style" not in text, path


def test_sources_of_the_front_end_hold_no_third_party_code() -> None:
    frontend = Path(__file__).parents[2] / "web" / "frontend"
    own = [*(frontend / "css").glob("*.css"), *(frontend / "js" / "app").glob("*.js")]

    assert len(own) > 15
    assert (
        max(len(line) for file in own for line in file.read_text(encoding="utf-8").splitlines()) < 400
    )  # none minified


# what a script would need to put something under a name that somebody else has chosen, __proto__ among them
MERGED = re.compile(
    r"__proto__|Object\.assign\([^()]*,\s*(?:await|JSON)|\.\.\.\s*(?:await|JSON)|\w\[[A-Za-z]\w*\]\s*=[^=>]"
)


def test_no_script_puts_what_it_was_sent_under_a_name_that_it_was_sent() -> None:
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted((DIST.parents[1] / "frontend" / "js").rglob("*.js"))
        if "vendor" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if MERGED.search(line) and ".data[n] =" not in line  # a number counted here
    ]

    assert found == []
    assert MERGED.search("kept[key] = value")
    assert MERGED.search("Object.assign(kept, await answer.json())")
