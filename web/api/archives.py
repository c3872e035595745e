"""Calls about the archive: the register, the package of a case, and where its paper lies."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Response, send_file
from pydantic import BaseModel, ConfigDict, Field

from engine.verbs import archives
from web.api import bodies, shapes, telling
from web.api.blueprint import ZIP, api, caller, file_as, idempotency_key
from web.shell import the_engine


class ArchiveQuery(BaseModel):
    """Which lines; ``lacks`` is the half that is missing."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=1970, le=9000)] | None = None
    process: bodies.Line = ""
    retention: Literal["永久", "30年", "10年"] | None = None
    lacks: Literal["paper", "package", "either"] | None = None
    text: bodies.Line = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Paper(bodies.Body):
    """The number of the paper file and its place."""

    number: bodies.Line
    place: Annotated[str, Field(max_length=400)]


class ArchiveLine(shapes.Shape):
    """One file of the archive: its package and its paper; ``state`` says in words which half is missing."""

    id: int
    number: str
    title: str
    process: str
    edition: int
    ended: datetime
    retention: str
    keep_until: date | None
    state: str
    lacks_paper: bool
    lacks_package: bool
    on_paper: bool
    paper_no: str
    paper_place: str
    filed_by: str
    filed_at: datetime | None
    made_at: datetime | None
    size: int
    pieces: int
    digest: str
    error: str


class ArchivePage(shapes.Shape):
    """Some lines, the newest first, and how many there are: ``total``, and lacking which half."""

    lines: list[ArchiveLine]
    counts: dict[str, int]
    limit: int
    offset: int


class ArchiveFiles(shapes.Shape):
    """Every edition of the file of one case."""

    lines: list[ArchiveLine]


described = api.doc(security="bearer", tags=["archives"])


@api.get("/archives")
@api.input(ArchiveQuery, location="query", arg_name="wanted")
@api.output(ArchivePage)
@described
def list_archives(wanted: ArchiveQuery) -> Any:
    """The register of archives, as far as the caller may read the cases"""
    chosen = archives.Chosen(
        year=wanted.year,
        process=wanted.process,
        retention=wanted.retention or "",
        lacks=wanted.lacks or "",
        text=wanted.text,
    )
    return archives.page(the_engine(), caller(), chosen, limit=wanted.limit, offset=wanted.offset)


@api.get("/instances/<number>/archives")
@api.output(ArchiveFiles)
@described
def archives_of(number: str) -> Any:
    """The file of one case, edition by edition"""
    return {"lines": archives.of_instance(the_engine(), number, caller())}


@api.get("/archives/<int:archive>/package")
@api.doc(security="bearer", tags=["archives"], responses=file_as(ZIP))
def archive_package(archive: int) -> Response:
    """The package itself, as ZIP; `sanban archive verify` checks it without the database"""
    name, path = archives.package(the_engine(), archive, caller())
    return send_file(path, mimetype=ZIP, as_attachment=True, download_name=name)


@api.post("/archives/<int:archive>/paper")
@api.input(Paper, arg_name="body")
@api.output(shapes.Answer)
@api.doc(security="bearer", tags=["archives"], responses=[409])
def file_paper(archive: int, body: Paper) -> Any:
    """Say under which number and where the paper lies"""
    return telling.answer(
        archives.file_paper(
            the_engine(), archive, caller(), number=body.number, place=body.place, key=idempotency_key()
        )
    )
