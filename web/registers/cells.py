"""What the engine itself says in the cells of a register, in the language of whoever looks; data stays as it is."""

from engine.verbs.registers.wording import NO, VEIL, YES
from web.language import NP_, told_of

SAID = (VEIL, YES, NO, NP_("shape", "{0} 个文件"))


def cell(text: str) -> str:
    """One cell: yes and no, how many files, and what is not for this reader."""
    return told_of(text, SAID)
