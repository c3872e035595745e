"""How gunicorn serves the pages; `sanban serve` adds address and number of processes. Not read when imported by us."""

from web.doorway import THREADS

wsgi_app = "web.wsgi:app"
worker_class = "web.doorway.Doorkeeper"
threads = THREADS
worker_connections = 1000
backlog = 512  # more wait in no queue of ours: the system tells them to try again
limit_request_fields = 60
graceful_timeout = 20  # as engine/stopping.py gives to whatever runs beside it
control_socket_disable = True
logger_class = "web.server_log.Lines"
