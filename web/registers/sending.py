"""Files that are made for whoever asks for them."""

import mimetypes
from urllib.parse import quote

from flask import Response


def download(content: bytes, name: str) -> Response:
    """An answer that a browser saves under this name."""
    answer = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
