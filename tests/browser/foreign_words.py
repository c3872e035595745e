"""What of a page somebody who reads no Chinese cannot read although nobody wrote it there, and labels without room."""

import json
import re
from collections.abc import Iterator
from functools import cache

from playwright.sync_api import Page
from sqlalchemy import MetaData, create_engine, select

from engine.runtime import Engine
from engine.settings import SHIPPED
from web.settings import choices

HAN = "\u3400-\u9fff"
CHUNK = re.compile(rf"[{HAN}][{HAN}0-9A-Za-z]*")
LONG = 5  # characters: what is longer may be a part of what somebody wrote
BETWEEN = re.compile(r"[\"'<>=,;:：，。；、（）()\[\]{}|/〔〕《》“”【】…·？！\s]+")
# every text that is shown or read out, unless it says itself that it is in another language
SHOWN = """() => {
  const meant = (element) => element.closest('script, style, template, .djs-container svg, [lang="zh"]');
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: holder, textContent } = walk.currentNode;
    const text = textContent.replace(/\\s+/g, ' ').trim();
    if (!meant(holder) && !(holder.closest('[aria-hidden="true"]') && text.length === 1)) found.add(text);
  }
  for (const name of ['title', 'aria-label', 'placeholder', 'alt', 'data-label', 'data-confirm']) {
    const named = [...document.querySelectorAll(`[${name}]`)].filter((element) => !meant(element));
    for (const element of named) found.add(element.getAttribute(name));
  }
  return [document.title, ...found];
}"""
# labels that are wider than what holds them, lines that end in "…", and what stands outside of a row that can be pushed
CLIPPED = """() => {
  const labels = '.menu a, .foot-bar a, button, .b, .tabs a, [role="tab"], .chip, h1, h2, h3, th, legend';
  const own = ({ textContent }) => /[a-z]/i.test(textContent) && !/[\\u3400-\\u9fff]/.test(textContent);
  const seen = (element) => element.clientWidth > 1 && element.offsetParent && !element.closest('.sr, .narrow .side');
  const short = (element) => {
    const { overflowX, display, textOverflow } = getComputedStyle(element);
    const wide = element.scrollWidth > element.clientWidth + 1;
    return wide && display !== 'inline' && !/auto|scroll/.test(overflowX)
      && (element.matches(labels) || textOverflow === 'ellipsis');
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => seen(element) && own(element) && short(element))
    .map((element) => `no room in ${element.outerHTML.slice(0, 160)}`);
}"""


class Written:
    """Everything that people and packages of an office wrote."""

    def __init__(self, engine: Engine) -> None:
        phrases = (*choices.PHRASES, *choices.RETURN_PHRASES)
        texts = (*_of_packages(), *_of_database(engine), engine.settings.organisation, *phrases)
        self.texts = {" ".join(text.split()) for text in texts if re.search(f"[{HAN}]", text)}
        self.whole = "\n".join(self.texts)
        self.words = {word for text in self.texts for word in BETWEEN.split(text)} | self.texts

    def foreign(self, page: Page) -> list[str]:
        """Chinese that nobody wrote, each text with where it stands."""
        shown: list[str] = page.evaluate(SHOWN)
        return [f"{page.url} says {text!r}" for text in shown if re.search(f"[{HAN}]", text) and not self._holds(text)]

    def _holds(self, text: str) -> bool:
        if text in self.texts or (len(text) >= LONG and text in self.whole):
            return True
        return all(self._wrote(chunk) for chunk in CHUNK.findall(text))

    def _wrote(self, chunk: str) -> bool:
        """As it is, as a part of something longer, or several of them in a row."""
        if chunk in self.words or (len(chunk) >= LONG and chunk in self.whole):
            return True
        return any(chunk[:cut] in self.words and self._wrote(chunk[cut:]) for cut in range(2, len(chunk) - 1))


def clipped(page: Page) -> list[str]:
    """Labels that do not fit into what holds them, and a page that has to be pushed sideways."""
    found: list[str] = page.evaluate(CLIPPED)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("scrolls sideways")
    return [f"{page.url} {one}" for one in found]


@cache
def _of_packages() -> tuple[str, ...]:
    texts = []
    for path in sorted(SHIPPED.rglob("*")):
        if path.suffix in (".bpmn", ".dmn", ".toml", ".csv", ".txt", ".j2"):
            texts += re.split(r"[\"'<>\n]", path.read_text(encoding="utf-8"))
    return tuple(texts)


def _of_database(engine: Engine) -> Iterator[str]:
    reading = create_engine(f"sqlite:///{engine.settings.home / 'sanban.db'}")
    tables = MetaData()
    tables.reflect(reading)
    with reading.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield from (text for value in row for text in _texts(value))
    reading.dispose()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            yield str(value)
            return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
