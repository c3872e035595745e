"""Whom a performer rule names, as readers of the handbook know them: posts, roles, units by name, fields by label."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.org import ROLE_NAMES
from engine.package.wording import performer_words

# a call with nothing but a name in it, quoted (of the house) or bare (a field of the form)
_CALL: Final = re.compile(r"\b([a-z_]+)\(\s*(?:'([^']*)'|([a-z][a-z0-9_]*))\s*(?:,[^()]*)?\)")
_OF_UNIT: Final[Mapping[str, str]] = {
    "dept_head": "负责人",
    "lead_head": "负责人",
    "unit_head": "主要负责人",
    "unit_liaison": "联络员",
    "liaison": "联络员",
    "unit_clerk": "文书",
    "in_charge": "分管领导",
}
_AFTER_HOURS, _WORDS_OF_HOURS = "after_hours(", "非办公时间"
_ON_DUTY: Final = ("值班员", "带班领导")


@dataclass(frozen=True, slots=True)
class Naming:
    """What codes are called: posts and units of this house, fields of one package, some of which hold people."""

    posts: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    people: Collection[str] = ()

    def who(self, rule: str) -> str:
        """Everybody a rule may come to, in the order of the rule; the rule itself if nothing of it is known."""
        named: list[str] = []
        rest, done = "", 0
        for call in _CALL.finditer(rule):
            words = self._words(*call.groups()) if _depth(rule[: call.start()]) == 0 else ""
            if words:
                named.append(words)
                rest, done = rest + rule[done : call.start()], call.end()
        left = _outer(rest + rule[done:])
        others = performer_words(left).split("、") if "(" in left and performer_words(left) != left else []
        found = list(dict.fromkeys(filter(None, (*named, *others))))
        if _AFTER_HOURS in rule:  # a time and nobody: whoever is on duty has it then
            found = [
                f"{one}（{_WORDS_OF_HOURS}）" if one in _ON_DUTY else one for one in found if one != _WORDS_OF_HOURS
            ]
        return "、".join(found) or performer_words(rule)

    def _words(self, function: str, code: str | None, named: str | None) -> str:
        if function in ("post", "post_group"):
            return self.posts.get(code, code) if code is not None else ""
        if function == "role" and code is not None:
            return f"{ROLE_NAMES.get(code, code)}（{code}）"
        held = f"“{self.fields[named]}”" if named is not None and named in self.fields else ""
        if function in ("person", "people"):
            return held
        unit = self.units.get(code, "") if code is not None else held + ("所在部门" if named in self.people else "")
        return f"{unit}{_OF_UNIT[function]}" if unit and function in _OF_UNIT else ""


def _depth(text: str) -> int:
    """Within how many calls a place stands; brackets that only group do not count."""
    calls: list[bool] = []
    for n, sign in enumerate(text):
        if sign == "(":
            calls.append(n > 0 and (text[n - 1].isalnum() or text[n - 1] == "_"))
        elif sign == ")" and calls:
            calls.pop()
    return sum(calls)


def _outer(rule: str) -> str:
    """A rule without what stands inside its calls: of ``in_charge(performer())`` only the leader is meant."""
    kept, depth = "", 0
    for sign in rule:
        depth -= sign == ")"
        kept += sign if depth == 0 else ""
        depth += sign == "("
    return kept.replace("()", "(").replace(")", "").replace("(", "()")
