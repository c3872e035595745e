"""The web front: builds the Flask application around one engine; below it one part per first word of the URL."""

from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from web import admission, assets, auth, drawing, entering, form_bodies, headers, language, shell, signs, sso, words
from web.patience import Patience
from web.whole_numbers import Whole

if TYPE_CHECKING:
    from engine.runtime import Engine

LOCAL = ("127.0.0.1", "localhost")
# Each names a module of web/ with a `blueprint`; it may also have `install(app)`, called once.
PAGES = (
    "inbox", "task", "start", "instances", "settings", "pickers",
    "files", "reading", "meetings", "rooms", "diaries", "seals", "registers", "numbers", "archives", "supervision",
    "notifications", "reports", "jobs", "incidents", "processes", "handbook",
    "calendars", "pauses", "sla", "admin", "api", "errors",
)  # fmt: skip


def create_app(engine: "Engine") -> APIFlask:
    """A WSGI application that serves this engine; its only state is the signed session cookie."""
    app = APIFlask(
        __name__, title="Sanban", version="1", spec_path="/api/v1/openapi.json", docs_path=None, json_errors=False
    )
    app.url_map.converters["int"] = Whole
    app.extensions["sanban"] = engine
    app.config.update(_configuration(engine))
    csrf = CSRFProtect(app)
    app.extensions["csrf"] = csrf
    for part in (form_bodies, admission, signs, assets, headers, language, auth, entering, sso, words, shell, drawing):
        part.install(app)
    for name in PAGES:
        _add(app, name)
    if engine.settings.proxies:  # addresses of callers alone: host and scheme are what the settings say
        trusted = engine.settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = Patience(app.wsgi_app, engine.settings.patience_seconds)  # type: ignore[method-assign]
    return app


def _configuration(engine: "Engine") -> dict[str, object]:
    settings = engine.settings
    secure = settings.base_url.startswith("https:")
    return {
        "SECRET_KEY": settings.secret(),
        "TRUSTED_HOSTS": _hosts(settings.base_url),
        # the prefix makes browsers keep it for this host and https alone
        "SESSION_COOKIE_NAME": "__Host-sanban" if secure else "sanban",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": auth.IDLE,
        "MAX_CONTENT_LENGTH": (settings.max_upload_mb + 1) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2_000_000,  # a long document travels as a form field
        "MAX_FORM_PARTS": 2_000,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _hosts(address: str) -> list[str] | None:
    """Names this server answers to, once its own is known; a forged Host header gets 400."""
    host = urlsplit(address).hostname or ""
    return None if host in ("", *LOCAL) else [host, *LOCAL]


def _add(app: APIFlask, name: str) -> None:
    module = import_module(f"{__name__}.{name}")
    if hasattr(module, "blueprint"):
        app.register_blueprint(module.blueprint)
    if hasattr(module, "install"):
        module.install(app)
