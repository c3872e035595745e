"""Codes of a second factor by the clock (TOTP, RFC 6238): secrets and their encryption, QR codes, checking a code."""

import base64
import hmac
import os
from datetime import datetime
from hashlib import sha256

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import NotAllowed

SECONDS, DIGITS = 30, 6  # what every application for telephones knows
WINDOW = (-1, 0, 1)  # steps by which a telephone may be slow or fast
NONCE = 12


def new_secret() -> str:
    """160 random bits as people can type them."""
    return pyotp.random_base32(32)


def address(secret: str, login: str, organisation: str) -> str:
    """What an application reads out of the QR code (``otpauth://``)."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS).provisioning_uri(name=login, issuer_name=organisation)


def picture(text: str) -> str:
    """A QR code as SVG without styles or a size of its own, dark on light whatever the page looks like."""
    drawn: str = segno.make_qr(text, error="m").svg_inline(
        border=4, light="#fff", dark="#000", svgclass="qr", omitsize=True
    )
    return drawn


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step that a code belongs to, if that is this moment's or one beside it; every step is compared."""
    if not (code.isascii() and code.isdecimal() and len(code) == DIGITS):
        return None
    now, codes = int(at.timestamp()) // SECONDS, pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    fitting = [now + by for by in WINDOW if hmac.compare_digest(codes.generate_otp(now + by), code)]
    return fitting[-1] if fitting else None


def sealed(key: bytes, secret: str, whose: int) -> str:
    """The secret encrypted (AES-256-GCM) for one person: moved to another's row it opens nothing."""
    nonce = os.urandom(NONCE)
    made = AESGCM(_key(key)).encrypt(nonce, secret.encode(), str(whose).encode())
    return base64.b64encode(nonce + made).decode()


def opened(key: bytes, text: str, whose: int) -> str:
    """The secret again; NotAllowed if the key is another one, or the row was changed."""
    try:
        raw = base64.b64decode(text)
        return AESGCM(_key(key)).decrypt(raw[:NONCE], raw[NONCE:], str(whose).encode()).decode()
    except (InvalidTag, ValueError):
        raise NotAllowed(
            "动态验证码的密钥不能读取。",
            "The secret of the second factor cannot be read with the key of this installation.",
            "请联系管理员：找回原来的 factor.key，或为您重置动态验证码。",
            "auth.factor_unreadable",
        ) from None


def opens(key: bytes, text: str, whose: int) -> bool:
    """Whether this key opens it."""
    try:
        return bool(opened(key, text, whose))
    except NotAllowed:
        return False


def _key(given: bytes) -> bytes:
    return sha256(b"sanban second factor\0" + given).digest()
