"""Which fields of a step are looked through for words the house does not want, and who may let a banned one stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordRule:
    """``title, body, attachments; waive: post('zhuren')``; without ``waive`` it is shown and keeps nobody."""

    fields: tuple[str, ...]
    waive: str = ""

    @property
    def gate(self) -> bool:
        """Whether every finding has to be settled before the step goes on."""
        return bool(self.waive)


def read_words(text: str) -> WordRule | None:
    """The property as written; None where nothing is looked through. What it lacks is left to the check."""
    if not text.strip():
        return None
    fields, _, rest = text.partition(";")
    name, _, rule = rest.partition(":")
    named = tuple(one.strip() for one in fields.split(",") if one.strip())
    return WordRule(named, rule.strip() if name.strip() == "waive" else "")
