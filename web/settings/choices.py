"""A person's own phrases, or those everybody begins with. A person's last opinion is never offered again by itself."""

from engine.model import Actor

MOST_PHRASES = 20
LONGEST_PHRASE = 100
PHRASES = ("同意，请抓好落实。", "原则同意，请按会签意见修改后印发。", "已阅。")
RETURN_PHRASES = ("请补充附件。", "请按会签意见修改。", "数据请与财务部核对。")


def phrases(who: Actor) -> tuple[str, ...]:
    """Words offered under an opinion."""
    return _own(who, "phrases", PHRASES)


def return_phrases(who: Actor) -> tuple[str, ...]:
    """Reasons offered when something is returned."""
    return _own(who, "return_phrases", RETURN_PHRASES)


def _own(who: Actor, name: str, shipped: tuple[str, ...]) -> tuple[str, ...]:
    kept = who.settings.get(name)
    return tuple(str(text) for text in kept) if isinstance(kept, list) else shipped
