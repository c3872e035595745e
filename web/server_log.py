"""The web server's own lines in the shape of ours."""

import os

from gunicorn.config import Config
from gunicorn.glogging import Logger

from engine.log_lines import for_libraries


class Lines(Logger):
    """Gunicorn's log; the access log keeps the shape that log readers know."""

    def setup(self, cfg: Config) -> None:
        """Open the logs; before our settings are checked, so that a wrong one is told in the same shape."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(for_libraries(os.environ.get("SANBAN_LOG", "auto")))
