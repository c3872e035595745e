"""`make notices`: what the program is made of, as a CycloneDX list, a report of licences and the texts themselves.

Reads the lock files and what is installed; asks no network.
"""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "dist" / "notices"
RULES: dict[str, Any] = tomllib.loads((ROOT / "tools" / "licences.toml").read_text(encoding="utf-8"))
Part = Callable[[list[str]], tuple[bool, list[str]]]
_LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_TEXT = re.compile(r"(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Component:
    """One locked package. ``licence`` is an SPDX expression, or what was found if nobody has said what it means."""

    kind: str  # pypi | npm
    name: str
    version: str
    licence: str
    runs: bool  # part of the running program, not only of its making
    hashes: tuple[str, ...] = ()

    @property
    def purl(self) -> str:
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def components() -> list[Component]:
    """Everything that is locked, each once."""
    return [*_python(), *_npm()]


def _python() -> Iterator[Component]:
    installed = {plain(d.metadata["Name"]): d for d in distributions()}
    running = {plain(m[1]) for m in _LOCKED.finditer(_text("requirements.lock"))}
    for found in _LOCKED.finditer(_text("requirements-dev.lock")):
        name = plain(found[1])
        licence = RULES["python"].get(name) or said_by(installed.get(name))
        hashes = tuple(_HASH.findall(found[3]))
        yield Component("pypi", name, found[2], licence, name in running, hashes)


def _npm() -> Iterator[Component]:
    locked = json.loads(_text("web/frontend/package-lock.json"))["packages"]
    for path, package in sorted(locked.items()):
        if path:
            name = path.rpartition("node_modules/")[2]
            licence = RULES["npm"].get(name) or str(package.get("license", ""))
            yield Component("npm", name, package["version"], licence, not package.get("dev", False))


def said_by(distribution: Distribution | None) -> str:
    """The licence that a package gives itself: as an expression, by classifiers, or in words."""
    if distribution is None:
        return ""
    told = distribution.metadata
    if expressions := told.get_all("License-Expression"):
        return str(expressions[0])
    words = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    known = [RULES["classifiers"][word] for word in words if word in RULES["classifiers"]]
    return " AND ".join(known) or next(iter("".join(told.get_all("License") or []).strip().splitlines()), "")


def permits(expression: str) -> bool:
    """Whether an SPDX expression lets us use and distribute: one of what OR joins, all of what AND joins."""
    words = re.findall(r"\(|\)|[^\s()]+", expression)
    value, rest = _either(words)
    return value and not rest


def _either(words: list[str]) -> tuple[bool, list[str]]:
    return _joined(words, "OR", lambda rest: _joined(rest, "AND", _one, all), any)


def _joined(words: list[str], by: str, part: Part, join: Callable[[list[bool]], bool]) -> tuple[bool, list[str]]:
    value, words = part(words)
    values = [value]
    while words[:1] == [by]:
        value, words = part(words[1:])
        values.append(value)
    return join(values), words


def _one(words: list[str]) -> tuple[bool, list[str]]:
    if not words:
        return False, []
    if words[0] == "(":
        value, rest = _either(words[1:])
        return value and rest[:1] == [")"], rest[1:]
    return words[0] in RULES["permitted"], words[1:]


def bill(found: list[Component], version: str) -> Mapping[str, Any]:
    """The list as a CycloneDX 1.5 document; the same packages give the same bytes."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "sanban", "version": version, "bom-ref": "sanban"}},
        "components": [
            {
                "type": "library",
                "bom-ref": each.purl,
                "name": each.name,
                "version": each.version,
                "purl": each.purl,
                "scope": "required" if each.runs else "excluded",
                "licenses": [{"expression": each.licence}],
                # of the files that may be installed; which one depends on the platform
                "properties": [{"name": "sanban:sha256", "value": digest} for digest in each.hashes],
            }
            for each in found
        ],
    }


def report(found: list[Component]) -> str:
    """One line to a package, what is not permitted first."""
    rows = sorted(found, key=lambda c: (permits(c.licence), not c.runs, c.kind, c.name))
    lines = [f"| {c.name} | {c.version} | {c.kind} | {c.licence or '?'} | {_use(c)} |" for c in rows]
    return "\n".join(["| package | version | from | licence | |", "|---|---|---|---|---|", *lines, ""])


def _use(component: Component) -> str:
    return ("runs" if component.runs else "build and tests") + ("" if permits(component.licence) else ", NOT PERMITTED")


def texts(found: list[Component]) -> Iterator[str]:
    """The licences of what runs, in full, as their packages bring them."""
    installed = {plain(d.metadata["Name"]): d for d in distributions()}
    for each in (c for c in found if c.runs and c.kind == "pypi"):
        yield f"{'=' * 80}\n{each.name} {each.version} ({each.licence})\n{'=' * 80}\n"
        files = installed[each.name].files or [] if each.name in installed else []
        for file in files:
            if _TEXT.search(str(file)) and file.suffix not in (".py", ".pyc") and Path(file.locate()).is_file():
                yield file.read_text(encoding="utf-8") + "\n"
    bundled = ROOT / "web" / "static" / "dist" / "third-party-notices.txt"
    yield bundled.read_text(encoding="utf-8") if bundled.exists() else ""


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def main() -> None:
    """Write everything; exit code 1 if a licence is not permitted."""
    found = components()
    version = tomllib.loads(_text("pyproject.toml"))["project"]["version"]
    TARGET.mkdir(parents=True, exist_ok=True)
    document = json.dumps(bill(found, version), ensure_ascii=False, indent=2)
    (TARGET / "sbom.cdx.json").write_text(document + "\n", encoding="utf-8")
    (TARGET / "licences.md").write_text(report(found), encoding="utf-8")
    (TARGET / "third-party-notices.txt").write_text("".join(texts(found)), encoding="utf-8")
    bad = [f"{c.purl}: {c.licence or 'no licence found'}" for c in found if not permits(c.licence)]
    sys.stdout.write(f"{TARGET}: {len(found)} packages, {sum(c.runs for c in found)} of them run\n")
    sys.stderr.writelines(f"not permitted: {line}\n" for line in bad)
    sys.exit(int(bool(bad)))


if __name__ == "__main__":
    main()
