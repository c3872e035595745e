"""process.toml as a value: what a package says about itself."""

import tomllib
from datetime import time
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine import limits
from engine.errors import InvalidLimit, InvalidPackage

KEY = r"^[a-z][a-z0-9_]{1,58}$"
Term = Literal["永久", "30年", "10年"]  # 保管期限, domain.md §2.13
TERMS: tuple[str, ...] = get_args(Term)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class WholeLimit(_Part):
    """How long a whole instance may take."""

    value: str
    ladder: str | None = None
    required: str = ""  # the field with an instant that counts if it is earlier (要求印发时间)


class Stage(_Part):
    """How long it may take from the closing of one step to the closing of another."""

    name: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    value: str
    ladder: str | None = None
    since: str = ""  # field with the instant it counts from; empty: the closing of ``from``
    urgency: str = ""  # whose rungs of the ladder count, where that is not the urgency of the case


class Returns(_Part):
    """Who is told when the same instance is returned again and again, and which reasons let it come straight back."""

    tell: str  # performer rule
    after: int = Field(3, ge=1)
    direct: tuple[str, ...] = ()  # reason codes: what is returned for these alone comes straight back (直达)


class Series(_Part):
    """A gap-free series of numbers: its name, the text made from it and the field whose year counts."""

    name: str
    text: str = "{name}〔{year}〕{n}号"
    year: str | None = None
    until: str = Field("", pattern=r"^(\d\d-\d\d)?$")  # of the next year (01-10): who is later gets the new year
    field: str | None = None
    reserved: str | None = None  # field in which a clerk names a reserved number to use instead of the next

    @model_validator(mode="after")
    def _text_can_be_made(self) -> "Series":
        try:
            self.text_of("", 2026, 1)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"series text {self.text!r}: {error}") from error
        return self

    def text_of(self, name: str, year: int, ordinal: int) -> str:
        """A number as it is written: 华远发〔2026〕12号."""
        return self.text.format(name=name, year=year, n=ordinal)


class Document(_Part):
    """A document made from templates: what its files are called, and the field that gets them."""

    title: str = Field(max_length=60)
    file: str = "${title}"
    field: str | None = None
    templates: dict[Literal["pdf", "docx"], str] = Field(min_length=1)


class Schedule(_Part):
    """What the calendar starts by itself: when, for whom, and with which values in its first form."""

    name: str = Field(pattern=KEY)
    title: str = Field(max_length=60)
    every: Literal["day", "week", "month", "quarter", "year"]
    month: int = 1
    day: str = ""
    at: time = time(9)
    performer: str  # performer rule: the first one it finds is responsible
    each: str = ""  # expression: a list, one instance for each ``item`` of it; empty: one
    when: str = ""  # expression: whether there is anything to do
    submitted: bool = False  # whether the first step counts as done
    replaces: bool = False  # another way of starting: turns count from when the process came into the house
    claims: str = ""  # template: the key under which that other way begins the same turn, so that one of both does
    data: dict[str, str | int | bool | list[str]] = {}

    @model_validator(mode="after")
    def _is_a_round(self) -> "Schedule":
        try:
            self.round()
        except InvalidLimit as error:
            raise ValueError(f"{error.message_zh} {error.hint}") from error
        return self

    def round(self) -> limits.Round:
        """The same for the working calendar."""
        return limits.Round(self.every, self.month, self.day, self.at)


class Late(_Part):
    """What opens when an entry is done after its day: another row, such as a waiver of the term of notice."""

    opens: str  # id of a row
    each: str = ""  # expression: logins, one entry of that row for each of these people; empty: one entry
    again: str = (
        ""  # opened again by a change, the entry has until this long before the former anchor; default: its due
    )


class Checklist(_Part):
    """Which rows of CSV templates become the work items of a checklist step."""

    file: str
    more: tuple[str, ...] = ()  # further files whose rows belong to the same list
    phase: str | None = None
    anchor: str = "start_at"
    end_anchor: str = "end_at"
    tags: str | None = None
    gate: str = ""  # id of the row that looks over the others: what is squeezed is due before it
    late: dict[str, Late] = {}
    consent: str = ""  # performer rule: who agrees before an entry is left out (不适用) or postponed (延期)
    owners: dict[str, str] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """All its files."""
        return (self.file, *self.more)


class Archive(_Part):
    """How long the file of an ended case is kept, and whether it is complete without paper (双套制)."""

    retention: Term = "10年"
    retention_field: str = ""  # the field in which an archivist says otherwise
    paper: bool | str = False  # an expression where it depends on the case
    paper_no: str = ""  # fields that hold the number of the paper file and its place
    paper_place: str = ""
    filed_at: str = ""  # the step at which somebody files the paper


class Reading(_Part):
    """Reading on the screen: while a step is open and until then, whoever began the case reads another one's file."""

    steps: tuple[str, ...] = Field(min_length=1)
    case: str  # field with the number of the case whose package is read
    until: str  # field with the last day, or with an instant
    secret: tuple[str, ...] = ()  # steps that must have agreed where the reader is not on the list of that case


class Hold(_Part):
    """While ``when`` is true the case can be neither withdrawn, voided nor terminated; ``why`` and ``hint`` say so."""

    when: str
    why: str = Field(max_length=200)
    hint: str = Field("", max_length=200)


class Replan(_Part):
    """What may change while a checklist runs, who changes it, and which finished entries must be confirmed again."""

    by: str  # performer rule: who may change
    approver: str  # performer rule: who agrees when the day is near, and signs for word of mouth
    near: Annotated[int, Field(ge=0, le=30)] = 2  # working days before the anchor
    anchor: str = "start_at"
    fields: tuple[str, ...]
    recount: tuple[str, ...] = ()  # service tasks whose dates are counted anew
    renew: tuple[str, ...] = ()  # service tasks whose lines in registers are renewed
    cancel: str = ""  # message that calls it off
    reconfirm: dict[str, tuple[str, ...]] = {}  # by changed field: entries
    least: str = "4WH"  # what is left at least for a confirmation
    sign_within: str = "1WD"


class Manifest(_Part):
    """A package's own description; docs/reference/package.md explains every key."""

    key: str = Field(pattern=KEY)
    title: str = Field(max_length=80)
    title_en: str = ""
    category: str = "行政"
    summary: str = ""
    summary_en: str = ""
    code: str = Field("LC", pattern=r"^[A-Z][A-Z0-9]{0,9}$")
    number: str = ""
    diagram: str
    process: str | None = None
    form: str | None = None
    title_field: str = "title"
    urgency_field: str = "urgency"
    genre_field: str = "genre"  # authorities may be limited to kinds of documents (文种)
    amount_field: str = "amount"  # and to amounts
    known_to: str = ""  # the field with the list of those who may know a secret case
    preview: tuple[str, ...] = ()
    start: str = "everyone()"
    first: str | None = None
    register_view: str | None = None
    why: str | None = None  # field whose rows {step, why} say why a step comes
    limit: WholeLimit | None = None
    stage: tuple[Stage, ...] = ()
    reasons: dict[str, str] = {}
    returns: Returns | None = None
    gates: dict[str, tuple[str, ...]] = {}  # a gate (关) and the reasons it sends back for
    points: dict[str, Annotated[int, Field(ge=1, le=10)]] = {}  # what a reason takes off in the monthly report
    series: dict[str, Series] = {}
    checklist: dict[str, Checklist] = {}
    document: dict[str, Document] = {}
    replan: Replan | None = None
    schedule: tuple[Schedule, ...] = ()
    archive: Archive = Archive()
    reading: Reading | None = None
    hold: tuple[Hold, ...] = ()

    @model_validator(mode="after")
    def _codes_are_known(self) -> "Manifest":
        named = {"gates": {code for codes in self.gates.values() for code in codes}, "points": set(self.points)}
        named["returns.direct"] = set(self.returns.direct) if self.returns else set()
        for key, codes in named.items():
            if unknown := sorted(codes - set(self.reasons)):
                raise ValueError(f"{key}: no reasons {', '.join(unknown)}")
        return self

    def gate_of(self, code: str) -> str:
        """The gate that returns for this reason; empty if none does."""
        return next((gate for gate, codes in self.gates.items() if code in codes), "")

    def number_pattern(self) -> str:
        """Pattern of human numbers, e.g. ``FW-{year}-{n:04}``."""
        return self.number or f"{self.code}-{{year}}-{{n:04}}"


def read_manifest(text: str) -> Manifest:
    """Parse process.toml; every fault at once in the message."""
    try:
        return Manifest.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidPackage(
            f"process.toml 不是有效的 TOML：{error}", f"process.toml is not TOML: {error}", "请检查引号、括号和缩进。"
        ) from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise InvalidPackage(
            f"process.toml 有误：{faults}", f"process.toml: {faults}", "键名和写法见参考手册“流程包”。"
        ) from error
