"""What a check-up can find: one code each; what it means and what to do stands in findings.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict


class _Words(TypedDict, total=False):
    zh: str
    en: str
    repair_zh: str
    repair_en: str
    warning: bool


# by code; a warning is what a healthy installation may show for a while: told, and no reason for exit code 1
TEXTS: Final[dict[str, _Words]] = tomllib.loads((Path(__file__).parent / "findings.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be; ``instance`` is a number, or empty if it concerns the house."""

    code: str
    instance: str
    what: str

    @property
    def severity(self) -> str:
        return "warning" if TEXTS[self.code].get("warning") else "violation"

    def told(self) -> dict[str, str]:
        """The finding in words, for programs."""
        words = TEXTS[self.code]
        return {
            "code": self.code,
            "severity": self.severity,
            "instance": self.instance,
            "what": self.what,
            "message_zh": words["zh"],
            "message_en": words["en"],
            "repair_zh": words["repair_zh"],
            "repair_en": words["repair_en"],
        }


@dataclass(frozen=True, slots=True)
class CheckUp:
    """The result: everything that was found, and how many instances were looked at."""

    findings: tuple[Finding, ...]
    instances: int

    @property
    def violations(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == "violation")
