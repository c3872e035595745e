"""Mail over a real SMTP server: what arrives, what is refused, and what may be tried again."""

import os
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from engine.channels import ChannelError, Mail, Message, configured
from engine.settings import Settings
from tests.support.ports import free_port

CHINESE = Message(
    "zhangwei@example.com", "【待办】《关于国庆值班的通知》到达“会签”", "请于 09-22 17:30 前办理。\n【特急】", "n-17"
)


class Sink:
    """Keeps what arrives; refuses as its fields say."""

    def __init__(self) -> None:
        self.letters: list[tuple[Envelope, EmailMessage]] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the server looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append((envelope, letter))
        return self.answer_to_data


def serve(sink: Sink, **options: Any) -> Controller:
    # the server asks its own port, so it cannot be left to the system
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), ready_timeout=60, **options)
    controller.start()
    return controller


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def mail(sink: Sink) -> Iterator[Mail]:
    controller = serve(sink)
    yield Mail(f"smtp://127.0.0.1:{controller.port}", "sanban@example.com")
    controller.stop()


def test_a_chinese_notice_arrives_word_for_word(mail: Mail, sink: Sink) -> None:
    mail.send(CHINESE)

    envelope, letter = sink.letters[0]
    assert envelope.rcpt_tos == ["zhangwei@example.com"]
    assert envelope.mail_from == "sanban@example.com"
    assert letter["Subject"] == CHINESE.title
    assert letter.get_content().splitlines() == CHINESE.body.splitlines()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"]


def test_a_second_attempt_carries_the_same_message_id(mail: Mail, sink: Sink) -> None:
    mail.send(CHINESE)
    mail.send(CHINESE)
    mail.send(Message("lina@example.com", "另一件", "正文", "n-18"))

    ids = [letter["Message-ID"] for _, letter in sink.letters]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "title",
    [
        "通知\r\nBcc: all@example.com",
        "通知\nX-Injected: yes\n\n<b>body</b>",
        "通知\u2028Bcc: all@example.com",
        "通知\x00\x0b\x1b[31m",
        "长" * 3000,
    ],
)
def test_a_title_cannot_become_a_header(mail: Mail, sink: Sink, title: str) -> None:
    """A79."""
    mail.send(Message("zhangwei@example.com", title, "正文"))

    envelope, letter = sink.letters[0]
    assert envelope.rcpt_tos == ["zhangwei@example.com"]
    assert letter["Bcc"] is None
    assert letter["X-Injected"] is None
    assert letter.get_content().strip() == "正文"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "zhangwei",
        "@example.com",
        "a@b@c",
        "zhangwei@example.com\r\nBcc: all@example.com",
        "zhangwei@example.com, all@example.com",
        "zhang wei@example.com",
        "<zhangwei@example.com>",
        "zhangwei@exam\u2028ple.com",
        "张伟\x00@example.com",
    ],
)
def test_an_address_that_is_none_is_refused_for_good(mail: Mail, sink: Sink, address: str) -> None:
    with pytest.raises(ChannelError) as refused:
        mail.send(Message(address, "通知", "正文"))

    assert not refused.value.retry
    assert not sink.letters


@pytest.mark.parametrize(
    ("recipient", "data", "retry"),
    [
        ("450 mailbox busy", "250 OK", True),
        ("550 no such user", "250 OK", False),
        ("250 OK", "451 try later", True),
        ("250 OK", "554 spam", False),
    ],
)
def test_the_servers_answer_tells_whether_to_try_again(
    mail: Mail, sink: Sink, recipient: str, data: str, retry: bool
) -> None:
    sink.answer_to_recipient, sink.answer_to_data = recipient, data

    with pytest.raises(ChannelError) as refused:
        mail.send(CHINESE)

    assert refused.value.retry is retry
    assert "邮件没有发出" in refused.value.message_zh


def test_a_server_that_is_away_is_tried_again(sink: Sink) -> None:
    controller = serve(sink)
    gone = Mail(f"smtp://127.0.0.1:{controller.port}", "sanban@example.com")
    controller.stop()

    with pytest.raises(ChannelError) as refused:
        gone.send(CHINESE)

    assert refused.value.retry


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"office", b"p@ss:/word")
    return AuthResult(success=right, handled=right)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_password_of_the_url_is_used_and_never_shown(sink: Sink) -> None:
    controller = serve(sink, authenticator=_knows, auth_required=True, auth_require_tls=False)
    try:
        known = Mail(f"smtp://office:p%40ss%3A%2Fword@127.0.0.1:{controller.port}", "sanban@example.com")
        known.send(CHINESE)
        assert "word" not in repr(known)

        stranger = Mail(f"smtp://office:wrong@127.0.0.1:{controller.port}", "sanban@example.com")
        with pytest.raises(ChannelError) as refused:
            stranger.send(CHINESE)
    finally:
        controller.stop()

    assert len(sink.letters) == 1
    assert refused.value.retry
    assert "wrong" not in refused.value.message_en


def test_starttls_is_demanded_and_the_certificate_checked(
    sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", os.fspath(key), "-out", os.fspath(certificate)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    controller = serve(sink, tls_context=context, require_starttls=True)
    try:
        secret = Mail(f"smtp://127.0.0.1:{controller.port}?starttls=1", "sanban@example.com")
        with pytest.raises(ChannelError, match="CERTIFICATE_VERIFY_FAILED"):
            secret.send(CHINESE)
        monkeypatch.setenv("SSL_CERT_FILE", os.fspath(certificate))
        secret.send(CHINESE)

        with pytest.raises(ChannelError):
            Mail(f"smtp://127.0.0.1:{controller.port}", "sanban@example.com").send(CHINESE)
    finally:
        controller.stop()

    assert len(sink.letters) == 1


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://example.com", "sanban@example.com"),
        ("smtp://", "sanban@example.com"),
        ("mail.example.com:25", "sanban@example.com"),
        ("smtp://mail.example.com", "三办"),
    ],
)
def test_a_wrong_setting_is_named_when_the_program_starts(url: str, sender: str) -> None:
    with pytest.raises(ChannelError):
        Mail(url, sender)


def test_only_what_is_configured_is_a_channel(tmp_path: Path) -> None:
    silent = Settings(home=tmp_path)
    speaking = Settings(home=tmp_path, smtp_url="smtp://mail.example.com", mail_from="sanban@example.com")

    assert configured(silent) == {}
    assert set(configured(speaking)) == {"mail"}
