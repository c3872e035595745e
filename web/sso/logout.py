"""Logout tokens of the provider (OpenID Connect Back-Channel Logout 1.0): what they say, once they are verified."""

import importlib.util
import time
from typing import Any, Final

from engine.errors import BadInput
from engine.verbs.people import Told
from web.shell import the_engine
from web.sso.provider import LEEWAY, asking, the_client, the_settings

if importlib.util.find_spec("joserfc"):
    from joserfc import jwk, jwt
    from joserfc.errors import JoseError

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
OLDEST: Final = 600  # seconds; a token counts once within the days that used ones are kept
ASKED, AGAIN = "asked for keys anew", 60  # seconds
TYPES: Final = ("", "jwt", "logout+jwt")
LONGEST: Final = 20_000  # characters
ID: Final = 255


def announced(token: str) -> tuple[Told, str]:
    """Who has left, as the provider says, and the name of the message; BadInput if it does not say so."""
    client = the_client()
    if not token or len(token) > LONGEST:
        raise _refused("no logout token")
    allowed = list(client.server_metadata["id_token_signing_alg_values_supported"])
    try:
        found = _verified(client, token, allowed)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(f"{type(error).__name__}"[:80]) from error
    if str(found.header.get("typ", "")).lower().removeprefix("application/") not in TYPES:
        raise _refused("another kind of token")
    return _told(found.claims, str(client.server_metadata["issuer"]))


def _verified(client: Any, token: str, allowed: list[str]) -> Any:
    """The token, signed by a key of the provider; its keys are asked for anew once, for it may have changed them."""
    try:
        return jwt.decode(token, _keys(client), algorithms=allowed)
    except (JoseError, ValueError):
        now, before = time.monotonic(), client.server_metadata.get(ASKED)
        if before is not None and now - before < AGAIN:
            raise  # whoever sends rubbish must not make us ask the provider each time
        client.server_metadata[ASKED] = now
        return jwt.decode(token, _keys(client, force=True), algorithms=allowed)


def _keys(client: Any, *, force: bool = False) -> Any:
    return jwk.KeySet.import_key_set(asking(lambda: client.fetch_jwk_set(force=force)))


def _told(claims: dict[str, Any], issuer: str) -> tuple[Told, str]:
    settings, now = the_settings(), int(the_engine().now().timestamp())
    audience = claims.get("aud")
    issued, ends = claims.get("iat"), claims.get("exp", now)
    events = claims.get("events")
    subject, there, name = (claims.get(key, "") for key in ("sub", "sid", "jti"))
    wrong = {
        "iss": claims.get("iss") != issuer,
        "aud": settings.oidc_client_id not in (audience if isinstance(audience, list) else [audience]),
        "iat": not isinstance(issued, int | float) or not -LEEWAY <= now - issued <= OLDEST,
        "exp": not isinstance(ends, int | float) or now - ends > LEEWAY,
        "nonce": "nonce" in claims,
        "events": not (isinstance(events, dict) and isinstance(events.get(EVENT), dict)),
        "jti": not (isinstance(name, str) and 0 < len(name) <= ID),
        "sub or sid": not (_fits(subject) and _fits(there) and (subject or there)),
    }
    if any(wrong.values()):
        raise _refused("claims: " + ", ".join(claim for claim, is_wrong in wrong.items() if is_wrong))
    return Told(settings.oidc_issuer, subject, session=there), name


def _fits(value: object) -> bool:
    return isinstance(value, str) and len(value) <= ID


def _refused(why: str) -> BadInput:
    return BadInput("退出通知无效。", f"the logout token is not valid ({why})", "", "auth.logout")
