"""A form whose body cannot be read, or has a part without a name, is no request; werkzeug alone would take it."""

from collections.abc import Mapping
from typing import IO, Any

from flask import Flask, Request
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser


def install(app: Flask) -> None:
    app.request_class = _Request


class _Parser(FormDataParser):
    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Mapping[str, str] | None = None
    ) -> Any:
        try:
            found = super().parse(stream, mimetype, content_length, dict(options or {}))
        except ValueError as unreadable:
            raise BadRequest from unreadable
        _, fields, uploads = found
        if None in fields or None in uploads:  # werkzeug lets a part have no name; who reads forms expects one
            raise BadRequest
        return found


class _Request(Request):
    form_data_parser_class = _Parser

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser
