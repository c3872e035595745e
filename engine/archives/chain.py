"""How the record is chained and packages are told apart: the same sums beside the database and without it."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

SEAL = b"sanban archive 1\n"  # the same key chains the record: a seal can never pass for an entry


def entry_hash(key: bytes, previous: str, values: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over the hash before and the canonical JSON of the entry."""
    body = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}
    text = previous.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return hmac.digest(key, text, "sha256").hex()  # in one call: every entry that is read asks for it


def link_hash(key: bytes, previous: str, at: datetime | str, through: int, heads: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over the digest before and everything the link says."""
    moment = at.isoformat() if isinstance(at, datetime) else at
    said = orjson.dumps([previous, moment, through, heads], option=orjson.OPT_SORT_KEYS)
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def files_hash(files: Mapping[str, bytes]) -> str:
    """One hash over the names and contents of all files: equal means the same package."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return whole.hexdigest()


def seal(key: bytes, manifest: bytes) -> str:
    """What only somebody with the key can write under a manifest."""
    return hmac.new(key, SEAL + manifest, hashlib.sha256).hexdigest()
