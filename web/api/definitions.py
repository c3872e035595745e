"""Calls on process definitions: what one may start, check an upload, deploy one."""

from typing import Any

from flask import request

from engine.errors import BadInput, NotAllowed
from engine.verbs import definitions
from web.api import shapes, telling
from web.api.blueprint import api, caller, once
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
@api.output(shapes.Deployed, status_code=201)
@api.doc(security="bearer", tags=["definitions"], responses=ANSWERS, extensions=UPLOAD)
def deploy() -> Any:
    """Make a new version of a process, if its content changed"""
    _may_deploy()
    done = definitions.deploy(the_engine(), _files(), caller(), note=request.form.get("note", "").strip())
    told = {"key": done.key, "version": done.version, "title": done.title, "changed": done.changed}
    return {**told, "report": telling.report(done.report)}, 201 if done.changed else 200


def _may_deploy() -> None:
    if not caller().roles & {"designer", "admin"}:
        raise NotAllowed("只有流程设计人员可以检查和发布流程。", "only designers may do this", "请联系流程管理员。")


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
