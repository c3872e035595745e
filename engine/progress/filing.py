"""Bytes that a template made, put among the others of the file store, and names for them."""

import hashlib
import os
import unicodedata

from engine.runtime import Engine
from engine.store import shelf


def plain_name(text: str) -> str:
    """A text as the name of a file: without slashes, control and direction signs."""
    flat = unicodedata.normalize("NFC", text).replace("/", "-").replace("\\", "-")
    return "".join(c for c in flat if unicodedata.category(c)[0] != "C").strip(" .")


def keep_bytes(engine: Engine, content: bytes) -> tuple[str, int]:
    """Write them down safely; their digest and size."""
    handle, temporary = shelf.begin(engine.settings.home)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        digest = hashlib.sha256(content).hexdigest()
        shelf.keep(engine.settings.home, temporary, digest)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return digest, len(content)
