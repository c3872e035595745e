"""Everything an operator can set, read once from environment variables that begin with ``SANBAN_``."""

import os
import secrets
from contextlib import suppress
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.errors import BadInput
from engine.model import ROLES

ROBOTS = ("wecom", "dingtalk", "feishu")
SHORTEST_KEY = 32
LOCAL = ("localhost", "127.0.0.1", "::1")
SHIPPED = Path(__file__).resolve().parent.parent / "processes"


class Settings(BaseSettings):
    """One frozen value; docs/reference/settings.md explains each field."""

    model_config = SettingsConfigDict(env_prefix="SANBAN_", frozen=True, extra="ignore")

    home: Path = Field(Path("var"), description="Data folder: database, files, secret key.")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, description="Port the web server listens on.")
    workers: int = Field(2, description="Web server processes.")
    patience_seconds: float = Field(20, ge=1, le=300, description="How long a request may take to arrive, in seconds.")
    secret_key: SecretStr = Field(SecretStr(""), description="Signs sessions; empty means a file in the data folder.")
    audit_key: SecretStr = Field(SecretStr(""), description="Keys the record; empty means a file in the data folder.")
    factor_key: SecretStr = Field(
        SecretStr(""), description="Encrypts secrets of second factors; empty means a file in the data folder."
    )
    metrics_token: SecretStr = Field(SecretStr(""), description="Lets a collector elsewhere read /metrics.")
    timezone: str = Field("Asia/Shanghai", description="Zone of the office.")
    processes: Path = Field(SHIPPED, description="Folder whose packages are deployed by `sanban init`.")
    smtp_url: SecretStr = Field(SecretStr(""), description="smtp://user:password@host:port; empty sends no mail.")
    mail_from: str = Field("sanban@localhost", description="Sender of mail.")
    robots: str = Field("", description="Robots people may use: wecom, dingtalk, feishu; `name=address` for one's own.")
    webhook_url: SecretStr = Field(SecretStr(""), description="Every notice is posted there as signed JSON.")
    webhook_secret: SecretStr = Field(SecretStr(""), description="Signs what is posted; at least 32 characters.")
    outgoing_hosts: str = Field("", description="Hosts (host or host:port) that may be called although private.")
    base_url: str = Field("http://127.0.0.1:8000", description="Address used in links of mail.")
    order_rules: Path | None = Field(None, description="TOML file with order rules instead of the shipped ones.")
    fonts: Path | None = Field(None, description="Folder with fonts for documents, besides those of the system.")
    call_tokens: dict[str, SecretStr] = Field({}, description="Secrets for such calls by name, as JSON.")
    log: Literal["auto", "json", "text"] = Field(
        "auto", description="Shape of the log: a JSON object per line, words, or words on a terminal only."
    )
    undo_seconds: int = Field(10, ge=0, le=120, description="How long a decision may be undone before others see it.")
    starts_per_minute: int = Field(
        300, ge=1, description="Instances one person may start in a minute over the network."
    )
    confirm_minutes: int = Field(10, ge=1, le=480, description="How long a password counts at steps that ask for it.")
    first_password_hours: int = Field(
        72, ge=1, le=720, description="How long a first password may be used to choose one's own, in hours."
    )
    stolen_passwords: Path | None = Field(
        None, description="Sorted file of SHA-1 hashes of stolen passwords, none of which is accepted."
    )
    factor_for: str = Field(
        "", description="Who needs a second factor: roles, `post:code`, or `everybody`; separated by blanks."
    )
    proxies: int = Field(0, ge=0, le=5, description="Trusted proxies that say in X-Forwarded-For who called.")
    idempotency_days: int = Field(7, ge=1, description="How long a repeated request gets its first answer, in days.")
    max_upload_mb: int = Field(50, ge=1, description="Largest attachment, in MB.")
    daily_upload_mb: int = Field(2048, ge=1, description="What one person may upload within 24 hours, in MB.")
    scanner: str = Field("", description="Virus scanner (clamd): tcp://host:port or unix:///path; empty scans nothing.")
    jobs: Literal["here", "procrastinate"] = Field(
        "here", description="Who does long work: `sanban work` itself, or Procrastinate on PostgreSQL (extra `jobs`)."
    )
    feel: Literal["subset", "feelin"] = Field(
        "subset", description="Who reads FEEL: our own subset, or feelin in V8 (extra `feel`)."
    )
    on_time_target: float = Field(95, ge=0, le=100, description="按时率 the office wants to reach, in percent.")
    spot_check_percent: int = Field(20, ge=0, le=100, description="Share of matters verified by lot, in percent.")
    supervision_points: dict[str, Decimal] = Field(
        {}, description="Other points by reason for the scores of supervision, as JSON."
    )
    conformity_target: float = Field(95, ge=0, le=100, description="规范率 the office wants to reach, in percent.")
    oidc_issuer: str = Field("", description="Address of the OpenID provider; empty: no sign-in by one.")
    oidc_client_id: str = Field("", description="As what this office is registered at the provider.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Secret of that registration.")
    oidc_scopes: str = Field("openid profile email", description="What the provider is asked to tell.")
    oidc_name: str = Field("统一认证登录", description="Words of the button on the login page.")
    oidc_acr: str = Field("", description="Strengths of login (acr) the provider must tell one of; empty: any.")
    oidc_bind: Literal["login", "mail", "never"] = Field(
        "never", description="How somebody is found the first time: by login, by verified mail, or never."
    )
    ldap_url: str = Field("", description="Directory: ldaps://host or ldap://host; empty: none is asked.")
    ldap_starttls: bool = Field(False, description="Encrypt an ldap:// connection before anything is said.")
    ldap_ca: Path | None = Field(None, description="Certificates by which the directory is known, as PEM.")
    ldap_base: str = Field("", description="Where in the directory people are.")
    ldap_filter: str = Field("(uid={login})", description="Finds one person by login.")
    ldap_user: str = Field("", description="Distinguished name that may search; empty searches as nobody.")
    ldap_password: SecretStr = Field(SecretStr(""), description="Password of that account.")
    ldap_people: str = Field("(objectClass=inetOrgPerson)", description="Who is taken over by `sanban org sync`.")
    ldap_sync: time | None = Field(None, description="When the directory is taken over each day; empty: only by hand.")
    ldap_columns: dict[str, str] = Field(
        {"login": "uid", "name": "cn", "email": "mail", "phone": "telephoneNumber"},
        description="Column of a roster and the attribute it comes from, as JSON.",
    )
    organisation: str = Field("综合办公流程", description="Name shown in the page header.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {given!r}; for example Asia/Shanghai") from error
        return given

    @field_validator("robots")
    @classmethod
    def _known_robots(cls, given: str) -> str:
        names = {entry.partition("=")[0] for entry in given.replace(",", " ").split()}
        if unknown := names - set(ROBOTS):
            raise ValueError(f"unknown robots {sorted(unknown)}; known are {', '.join(ROBOTS)}")
        return given

    @field_validator("factor_for")
    @classmethod
    def _known_roles(cls, given: str) -> str:
        names = given.replace(",", " ").split()
        if unknown := sorted(n for n in names if n not in ("everybody", *ROLES) and not n.startswith("post:")):
            raise ValueError(f"unknown {unknown}; roles are {', '.join(ROLES)}, posts are written post:code")
        return " ".join(names)

    @field_validator("scanner")
    @classmethod
    def _reachable(cls, given: str) -> str:
        address = urlsplit(given)
        if given and not ((address.scheme == "tcp" and address.port) or (address.scheme == "unix" and address.path)):
            raise ValueError(f"{given!r} is neither tcp://host:port nor unix:///path")
        return given

    @field_validator("oidc_issuer")
    @classmethod
    def _over_tls(cls, given: str) -> str:
        address = urlsplit(given)
        if given and not (address.hostname and (address.scheme == "https" or address.hostname in LOCAL)):
            raise ValueError(f"{given!r} is no https:// address")
        return given.rstrip("/")

    @field_validator("ldap_filter")
    @classmethod
    def _asks_for_one(cls, given: str) -> str:
        if given.count("{login}") < 1 or not (given.startswith("(") and given.endswith(")")):
            raise ValueError(f"{given!r} is no filter with {{login}} in it, such as (uid={{login}})")
        return given

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        address = urlsplit(self.ldap_url)
        if not self.ldap_url:
            return self
        if address.scheme not in ("ldap", "ldaps") or not address.hostname or not self.ldap_base:
            raise ValueError("SANBAN_LDAP_URL must be ldaps://host or ldap://host, with SANBAN_LDAP_BASE")
        if address.scheme == "ldaps" and self.ldap_starttls:
            raise ValueError("SANBAN_LDAP_STARTTLS goes with ldap://, not with ldaps://")
        if address.scheme == "ldap" and not self.ldap_starttls and address.hostname not in LOCAL:
            raise ValueError("passwords need encryption: ldaps://, or ldap:// with SANBAN_LDAP_STARTTLS=1")
        if not {"login", "name"} <= self.ldap_columns.keys():
            raise ValueError("SANBAN_LDAP_COLUMNS must name login and name")
        return self

    @model_validator(mode="after")
    def _registered(self) -> Self:
        scopes = self.oidc_scopes.split()
        if self.oidc_issuer and not (self.oidc_client_id and "openid" in scopes):
            raise ValueError("SANBAN_OIDC_ISSUER needs SANBAN_OIDC_CLIENT_ID and the scope openid")
        return self

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.webhook_url.get_secret_value() and len(self.webhook_secret.get_secret_value()) < 32:
            raise ValueError("SANBAN_WEBHOOK_SECRET must have at least 32 characters")
        return self

    def url(self) -> str:
        """Database URL; SQLite in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'sanban.db'}"

    def secret(self) -> str:
        """Key that signs sessions; made once and kept readable by the owner only."""
        return self._key(self.secret_key, "SANBAN_SECRET_KEY", "secret.key")

    def audit_secret(self) -> bytes:
        """Key of the chains of the record; made once like the other, and never kept in the database or a backup."""
        return self._key(self.audit_key, "SANBAN_AUDIT_KEY", "audit.key").encode()

    def factor_secret(self) -> bytes:
        """Key of the secrets of second factors; made once like the others, and in no backup either."""
        return self._key(self.factor_key, "SANBAN_FACTOR_KEY", "factor.key").encode()

    def known_factor_secret(self) -> bytes | None:
        """The same key if there is one here; looking for it makes none."""
        given = bool(self.factor_key.get_secret_value())
        return self.factor_secret() if given or (self.home / "factor.key").exists() else None

    def known_audit_secret(self) -> bytes | None:
        """The same key if there is one here; looking for it makes none."""
        given = bool(self.audit_key.get_secret_value())
        return self.audit_secret() if given or (self.home / "audit.key").exists() else None

    def _key(self, setting: SecretStr, name: str, file: str) -> str:
        given = setting.get_secret_value()
        path = self.home / file
        if not given and not path.exists():
            _make_key(path)
        found = given or path.read_text(encoding="ascii").strip()
        if len(found) < SHORTEST_KEY or len(set(found)) < SHORTEST_KEY // 4:
            where = name if given else str(path)
            raise BadInput(
                f"{where} 太短或太简单，不能用作密钥。",
                f"{where} is too short or too simple for a key",
                f"至少 {SHORTEST_KEY} 个随机字符，例如：python -c 'import secrets; print(secrets.token_urlsafe(48))'",
                "settings.key",
            )
        return found


def _make_key(path: Path) -> None:
    """A new key; of several processes that start at once, one makes it and the others read the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
