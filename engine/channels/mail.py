"""Mail through the server of ``smtp://user:password@host:port?starttls=1`` (or ``smtps://`` for TLS at once)."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

from engine.channels.channel import ChannelError, Message
from engine.channels.texts import one_line

SECONDS = 15
PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class Mail:
    """One connection per message: an office sends hundreds a day, and a kept connection only hides a dead server."""

    url: str = field(repr=False)  # holds the password
    sender: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ChannelError("邮件服务器地址须形如 smtp://主机:端口。", "bad SANBAN_SMTP_URL", retry=False)
        _address(self.sender)

    def send(self, message: Message) -> None:
        """Send one mail; addresses the server refuses for good are not tried again."""
        letter = self._letter(message)
        try:
            with self._connect() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code, answer = next(iter(refused.recipients.values()))
            raise _failed(f"{code} {answer!r}", retry=code < 500) from refused
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise _failed(f"{error.smtp_code} {error.smtp_error!r}", retry=error.smtp_code < 500) from error
        except smtplib.SMTPNotSupportedError as error:
            raise _failed(str(error), retry=False) from error
        except (smtplib.SMTPException, OSError) as error:
            # a server that is down or refuses our password: the operator will mend it
            raise _failed(f"{type(error).__name__}: {error}", retry=True) from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=SECONDS)
        try:
            if parse_qs(parts.query).get("starttls", ["0"])[-1] in ("1", "true", "yes"):
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _letter(self, message: Message) -> EmailMessage:
        sender = _address(self.sender)
        letter = EmailMessage()
        letter["From"] = sender
        letter["To"] = _address(message.address)
        letter["Subject"] = one_line(message.title)
        letter["Date"] = formatdate(localtime=False)
        letter["Message-ID"] = make_msgid("sanban", sender.domain) if not message.key else _id(message.key, sender)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        return letter


def _address(text: str) -> Address:
    """One bare address; whatever could become a second header or a second recipient is refused."""
    wrong = ChannelError(f"邮箱地址 {text!r:.80} 不正确。", f"bad address {text!r:.80}", retry=False)
    if not text.isprintable():
        raise wrong
    try:
        address = Address(addr_spec=text.strip())
    except (ValueError, IndexError, MessageError) as error:
        raise wrong from error
    if not address.username or not address.domain:
        raise wrong
    return address


def _id(key: str, sender: Address) -> str:
    readable = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in key)
    return f"<sanban.{readable[:120]}@{sender.domain}>"


def _failed(why: str, *, retry: bool) -> ChannelError:
    return ChannelError(f"邮件没有发出：{one_line(why)[:300]}", f"mail not sent: {one_line(why)[:300]}", retry=retry)
