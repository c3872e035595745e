"""用词检查: a draft looked through with the house's own dictionary, and what has to be settled before it goes on.

Verdicts are kept with the data of the case, so that taking a decision back takes its verdicts back too.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

import forms
from engine import lexicon
from engine.errors import Altered, BadInput, Conflict
from engine.lexicon import Allowance, Checked, Finding, Lexicon, Place, Word
from engine.model import Json
from engine.package import Plan
from engine.package.word_rule import WordRule
from engine.progress.case import Case, find
from engine.runtime import Engine
from engine.store import Tx, files, registers, shelf

REGISTER: Final = "lexicon"
RULINGS: Final = "rulings"  # the variable that holds the verdicts, by key
ACTIVE: Final = "active"
SPLIT: Final = str.maketrans("，,；; ", "、、、、、")
MayName = Callable[[str], bool]
_read = lru_cache(maxsize=8)(lexicon.text_of)  # the same file is asked for by the page, the gate and the next step


def dictionary(engine: Engine, tx: Tx) -> Lexicon:
    """The words that count today; read again only when somebody has changed one."""
    today = engine.calendar(tx).local(engine.now()).date()
    mark = (registers.last_ordinal(tx, REGISTER), today)
    kept = engine.words
    if kept is None or kept[0] != mark:
        rows = registers.standing(tx, REGISTER)
        kept = engine.words = (
            mark,
            Lexicon(_word(r.data) for r in rows if r.state == ACTIVE and _counts(r.data, today)),
        )
    return kept[1]


def _counts(data: Mapping[str, Json], today: date) -> bool:
    since = data.get("since")
    return not since or str(since)[:10] <= today.isoformat()


def _word(data: Mapping[str, Json]) -> Word:
    unless = str(data.get("unless") or "").translate(SPLIT).split("、")
    texts = {name: str(data.get(name) or "").strip() for name in ("word", "kind", "suggestion", "note")}
    return Word(texts["word"], texts["kind"], texts["suggestion"], texts["note"], tuple(filter(None, unless)))


def look_through(
    engine: Engine,
    tx: Tx,
    form: forms.Form,
    rule: WordRule,
    data: Mapping[str, Json],
    may_name: MayName,
) -> Checked:
    """Everything the dictionary finds in the fields of a rule; files that this person may not name are left alone."""
    unread: list[str] = []
    known = dictionary(engine, tx)
    places = [place for name in rule.fields for place in _places(engine, tx, form.by_id[name], data, may_name, unread)]
    said = data.get(RULINGS) or {}
    return Checked(
        lexicon.find(places, known, said), tuple(dict.fromkeys(unread)), rule.fields, rule.gate, size=known.size
    )


def of_case(case: Case, plan: Plan, data: Mapping[str, Json] | None = None) -> Checked:
    """The same for a step of a case, under what is being handed in; nothing where the step looks through nothing."""
    if plan.words is None:
        return Checked()
    seen = {**case.row.variables, **(data or {}), RULINGS: case.row.variables.get(RULINGS)}
    actor = case.actor.id if case.actor else None

    def may_name(file_id: str) -> bool:
        return files.belongs(case.tx, file_id, actor, case.row.id)

    return look_through(case.engine, case.tx, case.package.form, plan.words, seen, may_name)


def settle_words(case: Case, plan: Plan, data: Mapping[str, Json], given: Allowance | None, *, on: bool) -> Json:
    """What the record keeps of the check; ``on``: the case goes on, so refuse while something is left unsettled."""
    checked = of_case(case, plan, data)
    if on and plan.words is not None and plan.words.gate:
        _settle(case, plan, checked, given or Allowance())
    return told(checked, given if on else None)


def unsettled(case: Case, plan: Plan) -> bool:
    """Whether somebody has to look at words of the draft before this step goes on."""
    return plan.words is not None and plan.words.gate and bool(lexicon.open_ones(of_case(case, plan).findings))


def told(checked: Checked, given: Allowance | None = None) -> dict[str, Json]:
    """The check as the record keeps it; nothing where nothing was found."""
    if not checked.findings and not checked.unread:
        return {}
    found: dict[str, Json] = {
        "found": [{"place": f.place, "word": f.word, "kind": f.kind, "count": f.count} for f in checked.findings],
        "unread": list(checked.unread),
    }
    if given is not None and given.keys:
        found |= {"allowed": list(given.keys), "reason": given.reason.strip()}
    return {"words": found}


def _settle(case: Case, plan: Plan, checked: Checked, given: Allowance) -> None:
    left = lexicon.open_ones(checked.findings)
    ticked = [one for one in left if one.key in given.keys]
    banned = [one for one in ticked if one.banned]
    if banned and not may_waive(case, plan):
        raise _forbidden(banned)
    missing = [one for one in left if one.key not in given.keys]
    if any(one.banned for one in missing):
        raise _forbidden([one for one in missing if one.banned])
    if missing:
        raise Conflict(
            f"还有 {len(missing)} 处用词没有确认：{_shown(missing)}。",
            f"{len(missing)} findings of the word check are not settled",
            "改正，或逐处勾选并写明保留理由，或退回修改。",
            "work.words",
        )
    if ticked:
        rule_on(case, ticked, given.reason)


def rule_on(case: Case, ticked: list[Finding], reason: str) -> None:
    """Keep the verdict on these findings: a banned one is waived, the others are allowed."""
    if not reason.strip():
        raise BadInput(
            "保留这些用词要写明理由。",
            "a reason is required to keep these words",
            "写一句话说明。",
            "work.words_reason",
        )
    by = case.actor.login if case.actor else ""
    verdicts: dict[str, Json] = {
        one.key: {
            "verdict": lexicon.WAIVED if one.banned else lexicon.ALLOWED,
            "count": one.count,
            "reason": reason.strip()[:500],
            "by": by,
            "at": case.now.isoformat(),
        }
        for one in ticked
    }
    case.row.variables = case.row.variables | {RULINGS: {**(case.row.variables.get(RULINGS) or {}), **verdicts}}


def may_waive(case: Case, plan: Plan) -> bool:
    """Whether whoever acts may let a banned word stand at this step."""
    if plan.words is None or not plan.words.gate or case.actor is None:
        return False
    found = find(case, plan.words.waive, needed=False)
    return case.actor.id in {p.id for p in found.performers} or (
        found.pool is not None and found.pool in case.actor.pools
    )


def _forbidden(banned: list[Finding]) -> Conflict:
    return Conflict(
        f"有禁用词，不能通过：{_shown(banned)}。",
        f"{len(banned)} banned words keep this from going on",
        "请改正或退回修改；确需使用的，请有权准用的人先准用。",
        "work.words_banned",
    )


def _shown(found: list[Finding]) -> str:
    listed = [f"{one.place}“{one.word}”" + (f"（建议“{one.suggestion}”）" if one.suggestion else "") for one in found]
    return "、".join(listed[:6]) + (" 等" if len(listed) > 6 else "")


def _places(
    engine: Engine,
    tx: Tx,
    field: forms.Field,
    data: Mapping[str, Json],
    may_name: MayName,
    unread: list[str],
) -> Iterator[Place]:
    value = data.get(field.id)
    if field.type in ("file", "files"):
        ids = [str(one) for one in (value if isinstance(value, list) else [value]) if one]
        for file_id in ids:
            row = files.by_id(tx, file_id) if may_name(file_id) else None
            if row is None:
                continue
            text = _text(engine, row)
            if text is None:
                unread.append(row.name)
            else:
                yield Place(field.id, field.label, row.name, text)
    elif value:
        yield Place(field.id, field.label, "", "\n".join(_strings(value)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _text(engine: Engine, row: files.FileRow) -> str | None:
    if row.scan != "passed":
        return None
    try:
        return _read(shelf.sound(engine.settings.home, row.digest, row.name), row.name)
    except (lexicon.Unreadable, Altered):
        return None
