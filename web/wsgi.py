"""The application a WSGI server loads: ``gunicorn web.wsgi:app``."""

from engine import log_lines, open_engine
from engine.arenas import limit_arenas
from engine.settings import Settings
from web import create_app

limit_arenas()
settings = Settings()
log_lines.set_up(settings.log)
app = create_app(open_engine(settings=settings))
