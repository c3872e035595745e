"""What callers send: one model for each body and query, nothing that is not named here."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from engine.model import URGENCIES, Json
from forms.model import Refused
from forms.text import clean_text


def _prose(text: str) -> str:
    try:
        return clean_text(text, lines=True)
    except Refused as refused:
        raise ValueError(refused.message_zh) from None


def _line(text: str) -> str:
    try:
        return clean_text(text, lines=False)
    except Refused as refused:
        raise ValueError(refused.message_zh) from None


Prose = Annotated[str, Field(max_length=2_000), AfterValidator(_prose)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_line)]
MOST_PEOPLE = 500  # of one step (reliability.md P18)
Urgency = Literal["特急", "加急", "平件"]
assert URGENCIES == ("特急", "加急", "平件")


Id = Annotated[int, Field(ge=1, le=10**18)]
FileId = Annotated[str, Field(pattern="^[0-9]{1,18}$")]


class Body(BaseModel):
    """A JSON object with exactly the fields of its class."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Start(Body):
    """A new instance: ``data`` are the values of the form by field id."""

    process: Line
    data: dict[str, Json] = {}
    urgency: Urgency | None = None
    title: Line | None = None
    post: Line | None = None  # as unit.code, for somebody with several posts


class WordsAllowed(Body):
    """Findings of the word check that may stand, by their keys, and the one reason for all of them."""

    allow: Annotated[list[Prose], Field(min_length=1, max_length=500)]
    reason: Prose


class Decision(Body):
    """The outcome of one's own part; ``data`` are the fields that may be written at this step."""

    outcome: Line
    opinion: Prose = ""
    data: dict[str, Json] = {}
    attachments: Annotated[list[FileId], Field(max_length=100)] = []
    reasons: Annotated[list[Line], Field(max_length=20)] = []
    words: WordsAllowed | None = None


class Fields(Body):
    """Values of a form by field id, as far as they are typed."""

    data: dict[str, Json] = {}


class Draft(Fields):
    """The same with the opinion typed so far."""

    opinion: Prose = ""


class Return(Body):
    """退回: ``to`` is the element to go back to; ``direct`` comes straight back to the returner afterwards.

    Without ``mode`` the package says which reasons let it come straight back.

    ``only``: logins of the countersigners who decide again; what the others said counts on.
    """

    to: Line
    mode: Literal["", "again", "direct"] = ""
    opinion: Prose
    reasons: Annotated[list[Line], Field(max_length=20)] = []
    only: Annotated[list[Line], Field(max_length=MOST_PEOPLE)] = []


class Transfer(Body):
    """转办 to the person with this login."""

    to: Line
    opinion: Prose = ""


class Urge(Body):
    """催办: what the holders are told besides; ``readers``: remind those who have not read what was circulated."""

    text: Prose = ""
    readers: bool = False


class Reason(Body):
    """Why an instance is taken back or voided."""

    reason: Prose


class Pause(Body):
    """Why the clock of a step should stand still, on what grounds, and for how many working days."""

    code: Literal["P1", "P2", "P3", "P4", "P5", "P6"]
    basis: Prose
    days: int = Field(ge=1, le=20)


class Decisions(Body):
    """One outcome for up to a hundred items."""

    items: Annotated[list[Id], Field(min_length=1, max_length=100)]
    outcome: Line
    opinion: Prose = ""


class Add(Body):
    """加签: these logins decide too, ``before`` the caller, ``beside`` or ``after`` them."""

    to: Annotated[list[Line], Field(max_length=MOST_PEOPLE)]
    where: Literal["before", "beside", "after"] = "beside"
    opinion: Prose = ""


class Consult(Body):
    """征求意见 from these logins."""

    to: Annotated[list[Line], Field(max_length=MOST_PEOPLE)]
    question: Prose


class Circulate(Body):
    """传阅 to these logins; ``purpose`` says what for."""

    to: Annotated[list[Line], Field(max_length=MOST_PEOPLE)]
    purpose: Prose = ""


class Opinion(Body):
    """Words that go with what is done."""

    opinion: Prose = ""


class Destination(Body):
    """Elements to enter, and ids of the open activities that end: all of them without ``cancel``."""

    enter: Annotated[list[Line], Field(min_length=1, max_length=20)]
    cancel: Annotated[list[Id], Field(max_length=100)] | None = None


class Move(Destination):
    """The same with a reason."""

    reason: Prose


class Consent(Body):
    """The second person's answer."""

    agree: bool
    opinion: Prose = ""


class Oral(Body):
    """口头请示: when the performer agreed by telephone, and who was a witness."""

    agreed_at: Annotated[AwareDatetime, Field(strict=False)]
    witness: Line
    opinion: Prose = ""


class Signature(Body):
    """补签: whether it was agreed to; a reason if not."""

    agree: bool = True
    opinion: Prose = ""


class Silence(Body):
    """逾期未回: whether it is taken for no objection; why not, if one goes on waiting."""

    assume: bool = True
    opinion: Prose = ""


class EntryWish(Body):
    """不适用 or 延期 of an entry of a checklist: why, and until when."""

    wish: Literal["na", "later"]
    reason: Prose
    until: Annotated[AwareDatetime, Field(strict=False)] | None = None


class Agreement(Signature):
    """Whether what was asked is agreed to; a reason if not."""


class Reopen(Body):
    """Why an ended instance is taken up again, and at which passed element."""

    reason: Prose
    to: Line | None = None


class OneMore(Body):
    """One more entry of the kind of a template's."""

    entry: Line
    title: Line


class NewValues(Body):
    """Fields as they are to be, by field id, and entries that come in besides."""

    data: dict[str, Json] = {}
    extra: Annotated[list[OneMore], Field(max_length=50)] = []

    def extras(self) -> list[tuple[str, str]]:
        """As the verbs want them: the entry it is like, and its title."""
        return [(one.entry, one.title) for one in self.extra]


class CallOff(Body):
    """Why it does not take place, and when the approver agreed by word of mouth."""

    reason: Prose
    agreed_at: Annotated[AwareDatetime, Field(strict=False)] | None = None


class Change(NewValues):
    """The new values, why, and when the approver agreed by word of mouth."""

    reason: Prose
    agreed_at: Annotated[AwareDatetime, Field(strict=False)] | None = None


class Told(Body):
    """What the owner of an entry answered on the telephone."""

    words: Prose


class InboxQuery(BaseModel):
    """Which part of which box."""

    model_config = ConfigDict(extra="forbid")

    box: Literal["todo", "done", "mine", "cc", "drafts"] = "todo"
    due: Literal["overdue", "today", "week", "later", "none"] | None = None
    process: Line | None = None
    urgency: Urgency | None = None
    on_behalf: bool | None = None
    text: Line | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Unbind(Body):
    """A stub by what it wants, ``class:com.example.Pay``, in one version or (0) in every one without its own."""

    wanted: Line
    version: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Bind(Unbind):
    """What stands in for it: an HTTP call (``url``), a function of hooks.py (``hook``), else assignments (``send``)."""

    url: Annotated[str, Field(max_length=1_000)] = ""
    method: Literal["POST", "PUT", "GET"] = "POST"
    token: Line = ""
    hook: Line = ""
    send: Prose = ""
    take: Prose = ""
