"""The nouns that cross module borders: frozen values, no behaviour beyond what their fields say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = Any
Variables = dict[str, Json]

URGENCIES = ("特急", "加急", "平件")
ROLES = ("user", "clerk", "leader", "supervisor", "designer", "admin", "security", "auditor")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for something: every verb takes one. ``roles`` come from the person, never from the request."""

    id: int
    login: str
    name: str
    roles: frozenset[str] = frozenset()
    pools: tuple[str, ...] = ()  # codes of the posts held now: pool items of these may be claimed
    unit_id: int | None = None
    title: str = ""  # main post, or the one acted in, e.g. 副总经理
    post: str = ""  # as unit.code, when the person has said in which post (以何岗位办理)
    settings: Mapping[str, Json] = field(default_factory=dict)
    seen: int | None = None  # revision of the case that a program has looked at (If-Match); others may be newer
    reach: frozenset[int] | None = None  # ids of the units whose work a role lets one look at; None: the whole house
    door: str = ""  # page or token: came over the network; empty is a program on this machine
    confirmed: datetime | None = None  # when whoever came over the network last said the password


@dataclass(frozen=True, slots=True)
class Performer:
    """One person found for a piece of work, and how."""

    id: int
    login: str
    name: str
    title: str  # post or unit in which the person acts
    unit: str
    post_id: int | None = None
    principal_id: int | None = None  # for whom the person stands in
    principal: str = ""
    hops: tuple[str, ...] = ()  # every step of the fallback chain, in words
    gone_id: int | None = None  # who holds the post and was not there, when only an administrator was left


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button of a step: ``code`` goes into the diagram, ``label`` on the screen."""

    code: str
    label: str
    tone: str = "primary"  # primary | danger | plain


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line of the inbox."""

    id: int
    number: str
    title: str
    process: str
    process_title: str
    element: str
    name: str  # the stated duty
    urgency: str
    sender: str
    sender_unit: str
    performer: str
    on_behalf_of: str  # 代 whom, or empty
    pool: str
    kind: str
    state: str
    arrived: datetime
    opened: datetime | None
    deadline: datetime | None  # of the step
    warn_at: datetime | None
    light: str  # green | amber | red | grey | none; by what is due first
    remaining: str  # 剩 1 小时 36 分
    group: str  # overdue | today | week | later | none
    quick: bool  # may be approved without opening
    quick_reason: str  # why not
    outcome: str = ""
    opinion: str = ""
    decided: datetime | None = None
    holder: str = ""  # who has the instance now
    holder_since: datetime | None = None
    attachments: int = 0
    retractable: bool = False  # of a decision: whoever gave it can still take it back
    missing: tuple[str, ...] = ()  # of a draft: labels of what has to be filled in or mended
    due: datetime | None = None  # the earliest of step, stage and whole
    due_by: str = ""  # 整件, 阶段 签发至分发; empty: the step's own
    urged: datetime | None = None  # 催办 of today, after which there is none until the next working day
    acting: str = ""  # 以何岗位办理: the post it is held in, where that is not one's main one


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list and what the whole list holds: ``counts`` come from the same query."""

    rows: tuple[ItemRow, ...]
    total: int
    counts: Mapping[str, int]
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the diagram for the progress rail and the step table."""

    element: str
    name: str
    state: str  # done | open | todo | skipped
    visits: int
    people: tuple[str, ...]
    arrived: datetime | None
    finished: datetime | None
    used: str  # working time used, in words
    outcome: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history of an instance, in words."""

    id: int
    at: datetime
    verb: str
    label: str  # 同意, 退回, 催办 …
    actor: str
    actor_title: str
    on_behalf_of: str
    element: str
    step: str
    opinion: str
    detail: Mapping[str, Json]
    used: str = ""
    tone: str = "plain"  # good | bad | warn | info | plain
    members: tuple["Entry", ...] = ()  # opinions inside one countersign


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A work item of an instance, open or closed."""

    id: int
    element: str
    name: str
    entry: str
    performer_id: int | None
    performer: str
    performer_title: str
    on_behalf_of: str
    pool: str
    kind: str
    state: str
    arrived: datetime
    opened: datetime | None
    deadline: datetime | None
    warn_at: datetime | None
    light: str
    remaining: str
    outcome: str
    outcome_label: str
    opinion: str
    decided: datetime | None
    decided_by: str
    facts: Mapping[str, Json]
    used: str = ""
    activity_id: int = 0


@dataclass(frozen=True, slots=True)
class InstanceView:
    """Everything one page needs to know about an instance."""

    id: int
    number: str
    title: str
    process: str
    process_title: str
    version: int
    definition_id: int
    state: str
    state_label: str
    urgency: str
    initiator_id: int
    initiator: str
    initiator_unit: str
    started: datetime
    ended: datetime | None
    outcome: str
    deadline: datetime | None
    light: str
    remaining: str
    data: Mapping[str, Json]
    steps: tuple[StepView, ...]
    history: tuple[Entry, ...]
    items: tuple[OpenItem, ...]
    visits: Mapping[str, int]
    revision: int
    used: str = ""
    source: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()
    first_contact: str = ""  # 首问责任人
    contents: bool = True  # False: the outline for whoever runs the case, without anything that people wrote


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens after a button: where the instance goes and who gets it; ``problem`` names a missing person."""

    element: str
    name: str
    people: tuple[str, ...]
    deadline: datetime | None = None
    problem: str = ""
    why: str = ""  # what the package says about why this step comes


@dataclass(frozen=True, slots=True)
class ItemView:
    """One work item as its performer sees it: form, rights, buttons and what follows."""

    item: OpenItem
    instance: InstanceView
    form: Json  # forms.Form
    permissions: Mapping[str, str]  # field -> read | write | hide
    data: Mapping[str, Json]
    outcomes: tuple[Outcome, ...]
    actions: frozenset[str]  # transfer, return, urge, save_draft, claim, release, retract …
    opinion_default: str
    opinion_required: frozenset[str]  # outcomes (and "return") that need a written opinion
    next_steps: Mapping[str, tuple[NextStep, ...]]  # outcome code -> what follows
    return_targets: tuple[tuple[str, str], ...]  # element, name
    reasons: Mapping[str, str]  # return reason codes of the package
    draft: Json | None
    draft_saved: datetime | None
    quick: bool
    quick_reason: str
    duty: str = ""  # what this step is for, in the words of the diagram
    documents: tuple[tuple[str, str], ...] = ()  # name and title of what can be made here
    gate: tuple[OpenItem, ...] = ()  # open entries of the checklists this step looks over, starred ones first
    confirm: bool = False  # the password has to be said again
    straight: tuple[str, ...] = ()  # words of the reasons for which alone it comes straight back (直达)
    reasons_on: frozenset[str] = frozenset()  # outcomes (and "return") that need one of the reasons


@dataclass(frozen=True, slots=True)
class Done:
    """The answer of a verb: what the instance looks like now, for the toast and for the HTTP call."""

    number: str
    title: str
    state: str
    next: tuple[NextStep, ...] = ()
    item_id: int | None = None
    undo_until: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ProcessCard:
    """A process on the start page."""

    key: str
    title: str
    category: str
    summary: str
    code: str
    version: int
    steps: int
    frequent: int = 0  # how often this person started it
    average: str = ""  # mean time of ended instances, in words


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the notification centre."""

    id: int
    event: str
    kind: str
    title: str
    body: str
    number: str
    instance_title: str
    urgency: str
    at: datetime
    read_at: datetime | None
    channels: tuple[str, ...]  # "mail: sent", …
    link: str = ""  # the page it speaks of, if that is no instance
