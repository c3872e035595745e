"""What callers get: the answers of the HTTP interface, read from the values of the engine; instants are UTC."""

from datetime import datetime

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, RootModel

from engine.model import Json


class Shape(BaseModel):
    """Reads the attributes of our frozen values."""

    model_config = ConfigDict(from_attributes=True)


class Error(BaseModel):
    """Every error; some have more: ``problems``, or ``by`` and ``at`` when somebody was faster."""

    model_config = ConfigDict(extra="allow")

    code: str
    message_zh: str
    message_en: str
    hint: str
    request_id: str


class Token(Shape):
    """Send it as ``Authorization: Bearer …``."""

    token: str
    expires: datetime
    scope: str


class KeptToken(Shape):
    """A token that still counts; its text is kept nowhere."""

    id: int
    issued: datetime
    expires: datetime
    current: bool


class KeptTokens(Shape):
    """One's tokens, the newest first."""

    items: list[KeptToken]


class InboxItem(Shape):
    """A line of a box."""

    id: int
    number: str
    title: str
    process: str
    process_title: str
    activity: str = Field(validation_alias=AliasChoices("activity", "name"))
    element: str
    performer: str
    on_behalf_of: str
    acting: str
    urgency: str
    deadline: datetime | None
    due: datetime | None
    due_by: str
    light: str
    remaining: str
    arrived: datetime
    state: str
    sender: str
    holder: str
    quick: bool


class Inbox(Shape):
    """A part of a box; ``counts`` are of the whole box, from the same query."""

    items: list[InboxItem] = Field(validation_alias=AliasChoices("items", "rows"))
    total: int
    counts: dict[str, int]


class Card(Shape):
    """A process the caller may start."""

    key: str
    title: str
    category: str
    summary: str
    code: str
    version: int
    steps: int


class Cards(RootModel[list[Card]]):
    """All of them, the most used first."""


class Next(Shape):
    """Where it goes and who gets it; ``problem`` names a missing person."""

    element: str
    activity: str
    performers: list[str]
    deadline: datetime | None
    problem: str
    why: str


class Case(Shape):
    """An instance after a call."""

    number: str
    title: str
    state: str
    revision: int


class Answer(Shape):
    """What a call did."""

    instance: Case
    next: list[Next]
    undo_until: datetime | None


class Started(Shape):
    """A new instance."""

    number: str
    title: str
    state: str
    next: list[Next]


class Item(Shape):
    """One person's part of an activity."""

    id: int
    name: str
    entry: str
    performer: str
    performer_title: str
    on_behalf_of: str
    pool: str
    kind: str
    state: str
    arrived: datetime
    opened: datetime | None
    deadline: datetime | None
    light: str
    remaining: str
    outcome: str
    outcome_label: str
    opinion: str
    decided: datetime | None
    decided_by: str


class Activity(Shape):
    """An open step with the parts of everybody who takes part in it."""

    id: int
    element: str
    name: str
    items: list[Item]


class Step(Shape):
    """A user task of the diagram and what happened at it."""

    element: str
    name: str
    state: str
    visits: int
    people: list[str]
    arrived: datetime | None
    finished: datetime | None
    used: str
    outcome: str


class History(Shape):
    """One line of the record."""

    at: datetime
    verb: str
    label: str
    actor: str
    on_behalf_of: str
    element: str
    step: str
    opinion: str
    members: list["History"] = []


class Diagram(Shape):
    """What to colour: ids of nodes and flows that were passed, with how often, and of open nodes."""

    passed: list[str]
    visits: dict[str, int]
    open: list[str]


class Instance(Shape):
    """A case."""

    number: str
    title: str
    process: str
    process_title: str
    version: int
    state: str
    urgency: str
    initiator: str
    first_contact: str
    started: datetime
    ended: datetime | None
    outcome: str
    deadline: datetime | None
    light: str
    revision: int
    contents: bool  # false: the outline for an administrator, without title, data and opinions
    data: dict[str, Json]
    activities: list[Activity]
    steps: list[Step]
    history: list[History]
    diagram: Diagram


class Outcome(Shape):
    """A button of a step."""

    code: str
    label: str


class ItemDetail(Shape):
    """A part with what its performer may do: form, rights, outcomes and what follows each."""

    item: Item
    number: str
    title: str
    form: dict[str, Json]
    permissions: dict[str, str]
    data: dict[str, Json]
    outcomes: list[Outcome]
    actions: list[str]
    opinion_default: str
    opinion_required: list[str]
    reasons: dict[str, str]
    reasons_required: list[str]
    return_targets: dict[str, str]
    next: dict[str, list[Next]]


class Finding(Shape):
    """One finding about an uploaded file."""

    model_config = ConfigDict(extra="ignore")

    element: str | None
    line: int | None
    code: str
    message_zh: str
    message_en: str
    fix: str
    severity: str
    file: str


class Report(Shape):
    """Everything that can be said about an upload."""

    ok: bool
    key: str | None
    title: str
    problems: list[Finding]
    warnings: list[Finding]
    adaptations: list[str]


class DefinitionReport(Shape):
    """What was found about a version that runs."""

    warnings: list[Finding]
    adaptations: list[str]


class Proposed(Shape):
    """A version that waits in the case ``number`` for somebody else; ``changed`` is false if it was already there."""

    key: str
    version: int
    title: str
    changed: bool
    number: str
