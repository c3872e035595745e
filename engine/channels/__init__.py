"""Ways out of the house: texts of notices and the channels that carry them. In-app notices are rows, not a channel."""

from urllib.parse import urlsplit

from engine.channels.backoff import MOST_TRIES, WAITS, wait_after
from engine.channels.channel import Channel, ChannelError, Message
from engine.channels.hooks import call_hook
from engine.channels.mail import Mail
from engine.channels.outside import METHODS, Call, refuse_unlisted, send
from engine.channels.robots import MAKERS, Robot
from engine.channels.scanner import scan
from engine.channels.texts import Text, load_text, load_texts, render, shipped_texts
from engine.channels.webhook import Webhook
from engine.settings import Settings

__all__ = [
    "CHANNELS",
    "MAKERS",
    "METHODS",
    "MOST_TRIES",
    "WAITS",
    "Call",
    "Channel",
    "ChannelError",
    "Mail",
    "Message",
    "Text",
    "call_hook",
    "configured",
    "load_text",
    "load_texts",
    "offered",
    "refuse_unlisted",
    "render",
    "scan",
    "send",
    "shipped_texts",
    "wait_after",
]

CHANNELS = ("mail", *MAKERS, "webhook")


def offered(settings: Settings) -> tuple[str, ...]:
    """Names of the channels that the operator has set up, without opening any."""
    mail = ("mail",) if settings.smtp_url.get_secret_value() else ()
    webhook = ("webhook",) if settings.webhook_url.get_secret_value() else ()
    return (*mail, *(name for name in MAKERS if name in _robots(settings)), *webhook)


def configured(settings: Settings) -> dict[str, Channel]:
    """The channels that the operator has set up, by name."""
    found: dict[str, Channel] = {}
    allowed = frozenset(settings.outgoing_hosts.replace(",", " ").split())
    if url := settings.smtp_url.get_secret_value():
        found["mail"] = Mail(url, settings.mail_from)
    for name, base in _robots(settings).items():
        # an address of one's own is the operator's word, so it may be inside the house
        own = {urlsplit(base).netloc} if base else set()
        found[name] = Robot(MAKERS[name], base, allowed | own)
    if url := settings.webhook_url.get_secret_value():
        found["webhook"] = Webhook(url, settings.webhook_secret.get_secret_value(), allowed)
    return found


def _robots(settings: Settings) -> dict[str, str]:
    """Makers of ``wecom,dingtalk=https://own.example/robot/send``, each with an address of its own or none."""
    pairs = (entry.partition("=") for entry in settings.robots.replace(",", " ").split())
    return {name: base for name, _, base in pairs}
