"""Signs that no request may hold: PostgreSQL keeps no NUL in a text, so one would be a crash instead of an answer."""

from flask import Flask, abort, request

NUL = "\x00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def install(app: Flask) -> None:
    """Look at path, query and fields of every request before anything else does."""
    app.before_request(_refuse)


def _refuse() -> None:
    if NUL in request.path or any(NUL in text for pair in request.args.items(multi=True) for text in pair):
        abort(400)
    # bodies of the HTTP interface are looked at where they are read, within limits of their own
    if request.mimetype in FORMS and not request.path.startswith("/api/"):
        _refuse_fields()


def _refuse_fields() -> None:
    if any(NUL in text for pair in request.form.items(multi=True) for text in pair):
        abort(400)
