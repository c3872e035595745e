"""``/files``: attachments come in one at a time while a form is filled in, and go out as downloads only."""

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.verbs import files
from web.auth import actor
from web.shell import the_engine

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.post("")
def put() -> ResponseReturnValue:
    """Keep one file; the answer is what a form holds for it."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise BadInput("没有收到文件。", "no file was sent", "请选择文件后再上传。", "file.missing")
    stored = files.put(the_engine(), upload.filename, upload.stream, actor())
    return jsonify(id=stored.id, name=stored.name, size=stored.size), 201


@blueprint.get("/<file_id>")
def get(file_id: str) -> Response:
    """One file under its own name; saved, never opened in our origin. A PDF of a secret case comes marked."""
    stored, content = files.fetch(the_engine(), file_id, actor())
    answer = send_file(content, mimetype=stored.media_type, as_attachment=True, download_name=stored.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
