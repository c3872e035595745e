"""The OpenID provider through Authlib: where people are sent, and what its answer says once it is verified."""

import base64
import importlib.util
import json
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, redirect, request, session

from engine.errors import BadInput, NotAllowed, NotFound, Unreachable
from engine.settings import Settings
from engine.verbs.people import Told

if importlib.util.find_spec("authlib") and importlib.util.find_spec("requests"):
    import requests
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.flask_client import OAuth
    from joserfc.errors import JoseError

    HERE = True
else:
    HERE = False

log = structlog.get_logger(__name__)

NAME: Final = "provider"
SECONDS: Final = 5  # that the provider may take for an answer
LEEWAY: Final = 60  # seconds by which its clock may differ
FRESH: Final = 120  # seconds between the login at the provider and its token, where the login must be a new one
# signatures by a private key: with a shared secret, or none, anybody could be the provider
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


def install(app: Flask, settings: Settings) -> None:
    """Register the provider of the settings, if there is one; it is asked when somebody first signs in by it."""
    if not settings.oidc_issuer:
        return
    if not HERE:
        raise BadInput(
            "SANBAN_OIDC_ISSUER 需要 Authlib 和 requests，但没有找到。",
            "SANBAN_OIDC_ISSUER needs Authlib and requests, which are not here",
            "请安装扩展（pip install 'sanban[sso]'），或去掉 SANBAN_OIDC_ISSUER。",
            "settings.sso",
        )
    oauth = OAuth(app)
    oauth.register(
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value() or None,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.oidc_scopes,
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
            "token_endpoint_auth_method": "client_secret_basic"
            if settings.oidc_client_secret.get_secret_value()
            else "none",
        },
    )
    app.extensions["sso"] = oauth


def send(back: str, *, anew: bool = False) -> Response:
    """On to the provider; ``anew`` asks it for a fresh login, whoever is signed in there."""
    client, settings = the_client(), the_settings()
    for key in [key for key in session if key.startswith(f"_state_{NAME}_")]:
        session.pop(key)  # what was begun before is given up: a cookie holds little
    more = {"prompt": "login", "max_age": "0"} if anew else {}
    if settings.oidc_acr:
        more["acr_values"] = settings.oidc_acr
    asked = asking(lambda: client.create_authorization_url(_own_address(settings), **more))
    client.save_authorize_data(redirect_uri=_own_address(settings), **asked, back=back, anew=anew)
    return redirect(asked["url"], 303)  # type: ignore[return-value]


def returned() -> tuple[Told, str, bool]:
    """What the provider says, verified; where the person wanted to go, and whether it was a fresh login."""
    client, settings = the_client(), the_settings()
    begun = client.framework.get_state_data(session, request.args.get("state")) or {}
    if request.args.get("iss", settings.oidc_issuer).rstrip("/") != settings.oidc_issuer:
        raise forged("the answer is of another issuer")
    options = (
        {
            "iss": {"essential": True, "values": [client.load_server_metadata()["issuer"]]},
            "aud": {"essential": True, "values": [settings.oidc_client_id]},
        }
        if begun
        else None
    )
    token = asking(lambda: client.authorize_access_token(claims_options=options, leeway=LEEWAY))
    claims = token.get("userinfo") if _is_identity(str(token.get("id_token") or "")) else None
    if not claims or not claims.get("sub"):
        raise forged("no identity in the answer")
    anew = bool(begun.get("anew"))
    if anew and not _just_now(claims):
        raise NotAllowed(
            "统一认证没有要求重新登录，没有确认。",
            "The provider did not ask for a fresh login; nothing was confirmed.",
            "请在统一认证退出后重试，或联系管理员。",
            "auth.not_fresh",
        )
    if settings.oidc_acr and str(claims.get("acr", "")) not in settings.oidc_acr.split():
        raise NotAllowed(
            "统一认证的登录强度不够，没有登录。",
            "The login at the provider is not strong enough for this office.",
            "请用更强的方式（如短信、令牌、证书）在统一认证登录。",
            "auth.weak",
        )
    return _told(settings, claims), str(begun.get("back", "")), anew


def _is_identity(token: str) -> bool:
    """Whether the head of a token, whose signature was checked, calls it a plain one and not, say, an access token."""
    head = token.partition(".")[0]
    said = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))) if head else {}
    return str(said.get("typ", "JWT")).upper() == "JWT"


def way_out() -> str:
    """Where one signs out at the provider; empty if it has no such page."""
    client, settings = the_client(), the_settings()
    if not asking(client.load_server_metadata).get("end_session_endpoint"):
        return ""
    back = f"{settings.base_url.rstrip('/')}/login"
    found = client.create_logout_url(post_logout_redirect_uri=back, client_id=settings.oidc_client_id)
    return str(found["url"])


def _told(settings: Settings, claims: Any) -> Told:
    mail = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
    login = str(claims.get("preferred_username") or "")
    session_there = str(claims.get("sid") or "")[:255]
    return Told(settings.oidc_issuer, str(claims["sub"])[:255], login[:80], mail[:120], session_there)


def _just_now(claims: Any) -> bool:
    return "auth_time" in claims and 0 <= claims["iat"] - claims["auth_time"] + LEEWAY <= FRESH + LEEWAY


def the_settings() -> Settings:
    found: Settings = current_app.extensions["sanban"].settings
    return found


def _own_address(settings: Settings) -> str:
    return f"{settings.base_url.rstrip('/')}/login/sso/back"  # never by the Host of a request


def the_client() -> Any:
    """The registration at the provider, whose metadata is what it should be."""
    oauth = current_app.extensions.get("sso")
    if oauth is None:
        raise NotFound("没有设置统一认证。", "no provider is set", "请用账号和密码登录。", "auth.no_provider")
    client = oauth.create_client(NAME)
    metadata = asking(client.load_server_metadata)
    issuer = str(metadata.get("issuer", ""))
    if issuer.rstrip("/") != the_settings().oidc_issuer or not _safe(metadata):
        client.server_metadata.clear()
        raise forged(f"the provider calls itself {issuer[:80]!r}, or has addresses without TLS")
    said = metadata.get("id_token_signing_alg_values_supported") or ALGORITHMS
    metadata["id_token_signing_alg_values_supported"] = [name for name in said if name in ALGORITHMS] or ["RS256"]
    return client


def _safe(metadata: Any) -> bool:
    """Every address over TLS, unless the provider itself is of this machine."""
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    own = urlsplit(the_settings().oidc_issuer).scheme
    return all(urlsplit(str(metadata.get(name, ""))).scheme in ("https", own) for name in names)


def asking(ask: Any) -> Any:
    """The answer of the provider; what goes wrong in words that people can act on."""
    try:
        return ask()
    except requests.RequestException as error:
        raise Unreachable(
            "统一认证暂时不能访问。",
            "The provider does not answer.",
            "请稍后再试；有本地密码的人员可用账号和密码登录。",
            "auth.provider_down",
        ) from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise forged(f"{type(error).__name__}: {error}"[:200]) from error


def forged(why: str) -> NotAllowed:
    log.info("provider refused", why=why)
    return NotAllowed(
        "统一认证返回的结果无效，没有登录。",
        "The answer of the provider is not valid; you are not signed in.",
        "请重新登录；反复出现时请联系管理员。",
        "auth.provider",
    )
