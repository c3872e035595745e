"""What the engine itself says in the cells of a register, in the language of whoever looks; data stays as it is."""

from engine.verbs.registers.wording import NO, VEIL, YES
from web.language import N_
from web.phrases import told_of, whole

SAID = frozenset({VEIL, YES, NO})
FILES = (N_("%(n)s 个文件"),)


def cell(text: str) -> str:
    """One cell: yes and no, how many files, and what is not for this reader."""
    return whole(told_of(text, SAID), FILES)
