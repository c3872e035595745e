"""A form whose body cannot be read is no request; werkzeug alone would take it for an empty one."""

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
            return super().parse(stream, mimetype, content_length, dict(options or {}))
        except ValueError as unreadable:
            raise BadRequest from unreadable


class _Request(Request):
    form_data_parser_class = _Parser

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser
