"""Calls on process definitions: what one may start, check an upload, deploy one."""

from typing import Any

from flask import request

from engine.errors import BadInput, NotAllowed
from engine.verbs import definitions
from web.api import shapes, telling
from web.api.blueprint import api, caller, once
from web.processes.submitting import submit
from web.processes.upload import read_upload
from web.shell import the_engine

UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "A .bpmn, or a package as .zip"},
                        "note": {"type": "string", "maxLength": 400},
                    },
                }
            }
        },
    }
}

NO_NOTE = "（未写说明）"
ANSWERS: Any = {200: "This version was already there", 422: "All problems of the upload"}


@api.get("/processes")
@api.output(shapes.Cards)
@api.doc(security="bearer", tags=["definitions"])
def list_processes() -> Any:
    """The processes the caller may start"""
    cards = definitions.cards(the_engine(), caller())
    return shapes.Cards([shapes.Card.model_validate(card) for card in cards])


@api.post("/definitions/check")
@api.output(shapes.Report)
@api.doc(security="bearer", tags=["definitions"], extensions=UPLOAD)
def check_definition() -> Any:
    """Everything that can be said about an upload; nothing is kept"""
    _may_deploy()
    return telling.report(definitions.check(_files(), the_engine()))


@api.post("/definitions")
@once
@api.output(shapes.Proposed, status_code=202)
@api.doc(security="bearer", tags=["definitions"], responses=ANSWERS, extensions=UPLOAD)
def deploy() -> Any:
    """Ask for a new version of a process, if its content changed; somebody else publishes it"""
    _may_deploy()
    asked, number, _ = submit(_files(), caller(), request.form.get("note", "").strip() or NO_NOTE)
    told = {"key": asked.key, "version": asked.version, "title": asked.title, "number": number}
    return {**told, "changed": asked.changed}, 202 if asked.changed else 200


def _may_deploy() -> None:
    if "designer" not in caller().roles:
        raise NotAllowed("只有流程设计人员可以检查和提交流程。", "only designers may do this", "请联系流程管理员。")


def _files() -> dict[str, bytes]:
    sent = [upload for upload in request.files.values() if upload.filename]
    if len(sent) != 1:
        raise BadInput(
            "请上传一个文件：.bpmn，或打包为 .zip 的流程包。",
            "send exactly one file",
            "字段名为 file。",
            "definition.file",
        )
    return read_upload(sent[0].filename or "", sent[0].stream)
