"""A package is checked without the database: whatever is altered is named, and nothing else is."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.archives import Member, examine, pack
from engine.archives.chain import entry_hash, files_hash, link_hash, seal
from engine.archives.packing import as_json
from engine.cli import main

KEY = b"a key of thirty-two characters or more 0123456789"
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MODEL = {"a.bpmn": b"<definitions/>", "process.toml": b'key = "a"\n'}
ANCHOR = "2026-11-20T09:32:00+00:00 8 "


def record(count: int) -> list[dict[str, Any]]:
    """A chain of entries as the house makes it."""
    entries, previous = [], ""
    for seq in range(1, count + 1):
        values = dict.fromkeys(("principal_id", "element", "activity_id", "item_id"), None)
        values |= {"instance_id": 5, "seq": seq, "at": AT.isoformat(), "verb": "decide", "actor_id": 3}
        values |= {"detail": {"opinion": f"意见 {seq}"}}
        previous = entry_hash(KEY, previous, values)
        entries.append({**values, "hash": previous})
    return entries


def link_of(entries: list[dict[str, Any]]) -> dict[str, Any]:
    head = entries[-1]
    heads = {"5": [head["seq"], head["hash"]], "9": [2, "f" * 64]}
    at = "2026-11-20T09:32:00+00:00"
    digest = link_hash(KEY, "e" * 64, at, 77, heads)
    return {"id": 8, "at": at, "through": 77, "heads": heads, "previous": "e" * 64, "digest": digest}


def members(chain: dict[str, Any]) -> list[Member]:
    return [
        Member("处理单.pdf", "sheet", b"%PDF-1.7 sheet"),
        Member("form.json", "form", as_json([{"id": "title"}])),
        Member("opinions.json", "opinions", as_json(["同意"])),
        Member("history.json", "history", as_json(["发起"])),
        Member("attachments/001-合同.docx", "attachment", b"PK contract"),
        *(Member(f"model/{name}", "model", content) for name, content in MODEL.items()),
        Member("chain.json", "chain", as_json(chain)),
        Member("说明.txt", "about", b"about"),
    ]


def about(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "case": {"number": "FW-2026-0007"},
        "edition": 1,
        "retention": "30年",
        "chain": {"instance": 5, "entries": len(entries), "head": entries[-1]["hash"]},
        "model": {"digest": files_hash(MODEL)},
    }


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package as it was made."""
    entries = record(4)
    file = tmp_path / "FW-2026-0007.zip"
    with file.open("w+b") as out:
        chain = {"instance": 5, "entries": entries, "link": link_of(entries)}
        pack(out, members(chain), about(entries), key=KEY, at=AT)
    return file


Change = Callable[[dict[str, bytes]], object]


def again(file: Path, change: Change) -> None:
    """Unpack it, change something, and pack it again as anybody could."""
    with zipfile.ZipFile(file) as archive:
        there = {name: archive.read(name) for name in archive.namelist()}
    change(there)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in there.items():
            archive.writestr(name, content)


def with_its_digest(there: dict[str, bytes], name: str, content: bytes) -> None:
    """Change a file and the manifest with it, as somebody would who knows how packages are made."""
    there[name] = content
    made = io.BytesIO()
    manifest = json.loads(there["manifest.json"])
    kept = [Member(f["path"], f["kind"], there[f["path"]]) for f in manifest["files"]]
    told = {k: v for k, v in manifest.items() if k not in ("files", "format")}
    pack(made, kept, told, key=b"guessed", at=AT)
    with zipfile.ZipFile(made) as archive:
        there.update({n: archive.read(n) for n in archive.namelist()})


def edited(there: dict[str, bytes], edit: Callable[[dict[str, Any]], None]) -> bytes:
    chain: dict[str, Any] = json.loads(there["chain.json"])
    edit(chain)
    return as_json(chain)


def chained_anew(chain: dict[str, Any]) -> None:
    """Rewrite an opinion and compute the chain anew with another key."""
    previous = ""
    chain["entries"][1]["detail"] = {"opinion": "不同意"}
    for entry in chain["entries"]:
        entry["hash"] = previous = entry_hash(b"guessed", previous, {k: v for k, v in entry.items() if k != "hash"})


ALTERED: list[tuple[str, Change, set[tuple[str, str]]]] = [
    *(
        (f"{name} changed", lambda t, name=name: t.update({name: t[name] + b"x"}), {("file.altered", name)})
        for name in (
            "处理单.pdf",
            "form.json",
            "opinions.json",
            "history.json",
            "attachments/001-合同.docx",
            "说明.txt",
        )
    ),
    *(
        (f"{name} removed", lambda t, name=name: t.pop(name), {("file.missing", name)})
        for name in ("处理单.pdf", "attachments/001-合同.docx", "opinions.json")
    ),
    ("a file added", lambda t: t.update({"attachments/002-假.pdf": b"x"}), {("file.added", "attachments/002-假.pdf")}),
    (
        "model changed",
        lambda t: t.update({"model/a.bpmn": b"<other/>"}),
        {("file.altered", "model/a.bpmn"), ("model.other", "model/")},
    ),
    ("seal removed", lambda t: t.pop("seal.txt"), {("seal.missing", "seal.txt")}),
    ("seal changed", lambda t: t.update({"seal.txt": b"0" * 64}), {("seal.broken", "manifest.json")}),
    (
        "manifest changed",
        lambda t: t.update({"manifest.json": t["manifest.json"].replace("30年".encode(), "10年".encode())}),
        {("seal.broken", "manifest.json")},
    ),
    (
        "a file and its digest",
        lambda t: with_its_digest(t, "opinions.json", as_json(["不同意"])),
        {("seal.broken", "manifest.json")},
    ),
    (
        "an entry and its digest",
        lambda t: with_its_digest(
            t, "chain.json", edited(t, lambda c: c["entries"][1].update(detail={"opinion": "不同意"}))
        ),
        {("seal.broken", "manifest.json"), ("entry.altered", "#2")},
    ),
    (
        "an entry taken out",
        lambda t: with_its_digest(t, "chain.json", edited(t, lambda c: c["entries"].pop(2))),
        {("seal.broken", "manifest.json"), ("entry.lost", "#3")},
    ),
    (
        "the end cut off",
        lambda t: with_its_digest(t, "chain.json", edited(t, lambda c: c["entries"].pop())),
        {("seal.broken", "manifest.json"), ("entry.cut", "#4"), ("link.other", "link 8")},
    ),
    (
        "the chain computed anew",
        lambda t: with_its_digest(t, "chain.json", edited(t, chained_anew)),
        {("seal.broken", "manifest.json"), ("entry.altered", "#1"), ("link.other", "link 8")},
    ),
    (
        "the link",
        lambda t: with_its_digest(t, "chain.json", edited(t, lambda c: c["link"].update(through=78))),
        {("seal.broken", "manifest.json"), ("link.altered", "link 8")},
    ),
]


def test_a_package_as_it_was_made_is_whole(package: Path) -> None:
    link = link_of(record(4))

    found = examine(package, key=KEY, anchors=["x y z", ANCHOR + link["digest"]])

    assert (found.faults, found.whole, found.proven, found.anchored) == ((), True, True, True)
    assert (found.number, found.edition, found.entries, found.covered) == ("FW-2026-0007", 1, 4, 4)


@pytest.mark.parametrize(("what", "change", "faults"), ALTERED, ids=[what for what, _c, _f in ALTERED])
def test_whatever_is_altered_is_named(package: Path, what: str, change: Change, faults: set[tuple[str, str]]) -> None:
    again(package, change)

    found = examine(package, key=KEY)

    assert {(f.code, f.where) for f in found.faults} == faults


def test_a_link_that_the_anchors_do_not_hold_is_told(package: Path) -> None:
    found = examine(package, key=KEY, anchors=[ANCHOR + "0" * 64])

    assert [(f.code, f.where) for f in found.faults] == [("anchor.missing", "8")]


def test_another_key_proves_nothing(package: Path) -> None:
    found = examine(package, key=b"another")

    assert {f.code for f in found.faults} == {"seal.broken", "entry.altered", "link.altered"}


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_package_is_said_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)

    assert [f.code for f in examine(file, key=KEY).faults] == ["package.broken"]


def test_one_flipped_byte_is_found(package: Path) -> None:
    content = bytearray(package.read_bytes())
    content[content.index(b"1.7 sheet")] ^= 1
    package.write_bytes(content)

    assert [(f.code, f.where) for f in examine(package, key=KEY).faults] == [("file.altered", "处理单.pdf")]


def test_hostile_texts_in_the_manifest_are_faults_and_no_crash(package: Path) -> None:
    def change(there: dict[str, bytes]) -> None:
        there["manifest.json"] = as_json(
            {"format": "sanban-archive/1", "edition": "x", "files": [1, {"path": "a", "size": "x"}], "case": 3}
        )
        there["chain.json"] = as_json({"entries": [None, {"seq": 9}], "link": {"heads": {"None": "x"}, "through": []}})
        there["seal.txt"] = seal(KEY, there["manifest.json"]).encode()

    again(package, change)

    assert not examine(package, key=KEY).whole


def test_the_command_says_by_its_exit_code_whether_a_package_is_whole(package: Path, tmp_path: Path) -> None:
    key, env = tmp_path / "audit.key", {"SANBAN_HOME": str(tmp_path / "nobody"), "SANBAN_AUDIT_KEY": ""}
    key.write_bytes(KEY)
    runner = CliRunner()

    whole = runner.invoke(main, ["archive", "verify", str(package), "--key", str(key)], env=env)
    unproven = runner.invoke(main, ["archive", "verify", str(package)], env=env)
    again(package, lambda there: there.update({"opinions.json": b"[]"}))
    altered = runner.invoke(main, ["archive", "verify", str(package), "--key", str(key), "--json"], env=env)

    assert (whole.exit_code, unproven.exit_code, altered.exit_code) == (0, 2, 1)
    assert "完好" in whole.output
    assert "不能证明" in unproven.output
    assert [f["where"] for f in json.loads(altered.output)[0]["faults"]] == ["opinions.json"]
    assert not (tmp_path / "nobody").exists()  # it needs no installation and makes none
