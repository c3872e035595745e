"""An OpenID provider on a real port: signs real tokens, checks PKCE and its client, and can be told to cheat."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, redirect, request
from joserfc import jwk, jws
from pydantic import SecretStr
from werkzeug.serving import make_server

from engine.settings import Settings

CLIENT, SECRET = "sanban-office", "a secret of thirty-two characters."
Claims = dict[str, Any]


@dataclass
class Provider:
    """What it says about whoever signs in; ``cheat`` changes the claims, ``sign`` makes the token of them."""

    issuer: str = ""
    person: Claims = field(default_factory=lambda: {"sub": "248289761001", "preferred_username": "cwb1"})
    cheat: Callable[[Claims], Claims] | None = None
    sign: Callable[["Provider", Claims], str] | None = None
    metadata: Claims = field(default_factory=dict)
    keeps_old_logins: bool = False  # does not ask again, whatever it is told
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: jwk.RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))

    def signed(self, claims: Claims) -> str:
        return jws.serialize_compact({"alg": "RS256", "kid": "k1"}, json.dumps(claims), self.key)

    def token(self, asked: dict[str, str], access: str) -> str:
        now = int(time.time())
        fresh = asked.get("prompt") == "login" and not self.keeps_old_logins
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now if fresh else now - 7200,
            "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            **self.person,
        }
        claims = self.cheat(claims) if self.cheat else claims
        return self.sign(self, claims) if self.sign else self.signed(claims)


def another_key(_provider: Provider, claims: Claims) -> str:
    """Signed by somebody else under the same key id."""
    return jws.serialize_compact({"alg": "RS256", "kid": "k1"}, json.dumps(claims), jwk.RSAKey.generate_key(2048))


def unsigned(_provider: Provider, claims: Claims) -> str:
    """``alg: none``."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def by_public_key(provider: Provider, claims: Claims) -> str:
    """HS256 with the public key as the secret."""
    return _hmac(provider.key.as_pem(private=False), claims)


def by_client_secret(_provider: Provider, claims: Claims) -> str:
    """HS256 with the secret of the client."""
    return _hmac(SECRET.encode(), claims)


def changed_afterwards(provider: Provider, claims: Claims) -> str:
    """A signature of other claims."""
    head, _payload, signature = provider.signed(claims).split(".")
    forged = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "admin"}).encode()).decode().rstrip("=")
    return f"{head}.{forged}.{signature}"


def of_another_kind(provider: Provider, claims: Claims) -> str:
    """Rightly signed, and called an access token."""
    return jws.serialize_compact({"alg": "RS256", "kid": "k1", "typ": "at+jwt"}, json.dumps(claims), provider.key)


FORGERS: dict[str, Callable[[Provider, Claims], str]] = {
    "by another key": another_key,
    "by nobody": unsigned,
    "by the public key": by_public_key,
    "by the secret of the client": by_client_secret,
    "changed afterwards": changed_afterwards,
    "called an access token": of_another_kind,
    "no token": lambda _provider, _claims: "not.a.token",
}


def settings_for(provider: Provider, home: Path) -> Settings:
    """An office that signs in by this provider and binds by login."""
    return Settings(
        home=home,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_bind="login",
    )


def _hmac(key: bytes, claims: Claims) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "k1"}, claims)]
    said = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    return (said + b"." + base64.urlsafe_b64encode(hmac.digest(key, said, "sha256")).rstrip(b"=")).decode()


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that answers until the test ends."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, _app(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join()


def _app(provider: Provider) -> Flask:
    app = Flask(__name__)

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Any:
        return {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/keys",
            "end_session_endpoint": f"{provider.issuer}/out",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **provider.metadata,
        }

    @app.get("/keys")
    def keys() -> Any:
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args.to_dict()
        provider.asked.append(asked)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?code={code}&state={asked['state']}&iss={provider.issuer}")

    @app.post("/token")
    def token() -> Any:
        asked = provider.codes.pop(request.form.get("code", ""), None)
        login = request.authorization
        proof = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        known = login is not None and (login.username, login.password) == (CLIENT, SECRET)
        if asked is None or not known or asked.get("code_challenge") != challenge:
            return {"error": "invalid_grant"}, 400
        if asked["redirect_uri"] != request.form.get("redirect_uri"):
            return {"error": "invalid_grant"}, 400
        access = secrets.token_urlsafe(16)
        return {"access_token": access, "token_type": "Bearer", "id_token": provider.token(asked, access)}

    return app
