"""The directory of the house (LDAP, Active Directory): whether a password is somebody's, and everybody in it.

The only place that knows ldap3. No password is kept or logged; connections are encrypted, and closed after a question.
"""

import importlib.util
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from engine.errors import BadInput, Unreachable
from engine.settings import Settings

if importlib.util.find_spec("ldap3"):
    import ldap3
    from ldap3.core.exceptions import LDAPException, LDAPInvalidValueError, LDAPPasswordIsMandatoryError
    from ldap3.utils.conv import escape_filter_chars

    HERE = True
else:
    HERE = False

log = structlog.get_logger(__name__)

SECONDS: Final = 5  # that the directory may take for an answer
LONGEST: Final = 200  # of a login or password that is asked
PAGE: Final = 500
WRONG: Final = frozenset({19, 32, 34, 48, 49, 50, 53})  # results of a bind by which this password opens nothing


def require_library(settings: Settings) -> None:
    """Refuse to start with a directory in the settings and without what speaks to it."""
    if settings.ldap_url and not HERE:
        raise BadInput(
            "SANBAN_LDAP_URL 需要 ldap3，但没有找到。",
            "SANBAN_LDAP_URL needs ldap3, which is not here",
            "请安装扩展（pip install 'sanban[sso]'），或去掉 SANBAN_LDAP_URL。",
            "settings.sso",
        )


def opens(settings: Settings, login: str, password: str) -> bool:
    """Whether the directory lets somebody in with this password: found by the filter, then bound as that entry."""
    if not password or len(password) > LONGEST or "\0" in password:
        return False  # a directory takes an empty password for nobody in particular, and says yes
    # it also takes full-width letters for the same login: each spelling would be tried without waiting for the others
    if not (login.isascii() and login.isprintable() and 0 < len(login.strip()) == len(login) <= LONGEST):
        return False
    name = _name_of(settings, login)
    if not name:
        return False
    try:
        with _connected(settings, name, password) as connection:
            return connection is not None
    except (LDAPInvalidValueError, LDAPPasswordIsMandatoryError):
        return False


def everybody(settings: Settings) -> list[list[str]]:
    """All people of the directory as the rows of a roster, by login; its head are the names of the columns."""
    fields = list(settings.ldap_columns)
    with _searching(settings) as connection:
        found = _asking(
            lambda: list(
                connection.extend.standard.paged_search(
                    settings.ldap_base,
                    settings.ldap_people,
                    attributes=list(settings.ldap_columns.values()),
                    paged_size=PAGE,
                    generator=False,
                )
            )
        )
        if connection.result["result"] != 0:
            raise _down(f"the search ends with {connection.result['description']}")
    entries = [entry["attributes"] for entry in found if entry["type"] == "searchResEntry"]
    rows = [[_first(entry.get(settings.ldap_columns[field])) for field in fields] for entry in entries]
    return [fields, *sorted(rows, key=lambda row: row[fields.index("login")])]


def _name_of(settings: Settings, login: str) -> str:
    """The distinguished name of somebody; empty if nobody or more than one fits."""
    asked = settings.ldap_filter.replace("{login}", escape_filter_chars(login))
    with _searching(settings) as connection:
        _asking(lambda: connection.search(settings.ldap_base, asked, attributes=ldap3.NO_ATTRIBUTES, size_limit=2))
        if connection.result["result"] not in (0, 4, 32):  # done, more than two, no such base
            raise _down(f"the search ends with {connection.result['description']}")
        names = [str(entry["dn"]) for entry in connection.response if entry["type"] == "searchResEntry"]
    return names[0] if len(names) == 1 else ""


@contextmanager
def _searching(settings: Settings) -> Iterator[Any]:
    """A connection that may search: as the account of the settings, or as nobody."""
    with _connected(settings, settings.ldap_user, settings.ldap_password.get_secret_value()) as connection:
        if connection is None:
            raise _down("the account of SANBAN_LDAP_USER is refused")
        yield connection


@contextmanager
def _connected(settings: Settings, name: str, password: str) -> Iterator[Any]:
    """A connection bound by that name; None if the directory refuses name and password."""
    how = {"user": name, "password": password, "authentication": ldap3.SIMPLE} if name else {}
    connection = ldap3.Connection(
        _server(settings), **how, auto_referrals=False, receive_timeout=SECONDS, read_only=True, raise_exceptions=False
    )
    try:
        _asking(connection.open)
        if settings.ldap_starttls and not _asking(connection.start_tls):
            raise _down("no encrypted connection")
        bound = _asking(connection.bind)
        if not bound and connection.result["result"] not in WRONG:
            raise _down(f"a bind ends with {connection.result['description']}")
        yield connection if bound else None
    finally:
        _close(connection)


def _server(settings: Settings) -> Any:
    address = urlsplit(settings.ldap_url)
    over_tls = address.scheme == "ldaps"
    ca = str(settings.ldap_ca) if settings.ldap_ca else None
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLS_CLIENT, ca_certs_file=ca)
    port = address.port or (636 if over_tls else 389)
    return ldap3.Server(
        address.hostname, port=port, use_ssl=over_tls, tls=tls, connect_timeout=SECONDS, get_info=ldap3.NONE
    )


def _asking(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except (LDAPInvalidValueError, LDAPPasswordIsMandatoryError):
        raise
    except (LDAPException, OSError) as error:
        raise _down(type(error).__name__) from error


def _close(connection: Any) -> None:
    try:
        connection.unbind()
    except (LDAPException, OSError):
        log.info("the directory was gone before the end")


def _down(why: str) -> Unreachable:
    log.warning("directory does not answer", why=why)
    return Unreachable(
        "目录服务暂时不能访问。",
        "The directory does not answer; its accounts cannot sign in now.",
        "请稍后再试；有本地密码的人员（如系统管理员）不受影响。",
        "auth.directory_down",
    )


def _first(value: Any) -> str:
    values = value if isinstance(value, (list, tuple)) else [value]
    found = next((one for one in values if one not in (None, "", b"")), "")
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)
