"""Ways out of the house: texts of notices and the channels that carry them. In-app notices are rows, not a channel."""

from engine.channels.channel import Channel, ChannelError, Message
from engine.channels.mail import Mail
from engine.channels.texts import Text, load_texts, render, shipped_texts
from engine.settings import Settings

__all__ = ["Channel", "ChannelError", "Mail", "Message", "Text", "configured", "load_texts", "render", "shipped_texts"]


def configured(settings: Settings) -> dict[str, Channel]:
    """The channels that the operator has set up, by name."""
    url = settings.smtp_url.get_secret_value()
    return {"mail": Mail(url, settings.mail_from)} if url else {}
