"""The application a WSGI server loads: ``gunicorn web.wsgi:app``."""

from engine import open_engine
from web import create_app

app = create_app(open_engine())
