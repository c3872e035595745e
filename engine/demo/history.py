"""Some months of work of the demo organisation, played through the verbs up to the present."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from types import ModuleType

from engine import limits
from engine.demo import diaries, documents, lending, meetings, plans, receipts, rooms, seals, slips, supervision
from engine.demo.clock import Diary, WalkingClock
from engine.demo.office import Cast, Office
from engine.demo.organisation import load_organisation
from engine.demo.year import LENGTH, casts, chores
from engine.demo.year import stories as ordinary
from engine.runtime import Engine
from engine.verbs import definitions, notifications, people, work

FIRST_DAY = 90  # working days back: a little before the first story
CASTS = {
    documents.PROCESS: Cast(documents.answer),
    seals.PROCESS: Cast(seals.answer),
    meetings.PROCESS: Cast(meetings.answer, after={"HY50": "HY40", "HY60": "HY55"}),
    supervision.PROCESS: Cast(supervision.answer, waits=supervision.waits, adopted=supervision.adopted),
    slips.PROCESS: Cast(slips.answer, adopted=slips.adopted),
    slips.PAPERS: Cast(slips.heard, adopted=slips.proposed),
    lending.PROCESS: Cast(lending.answer),
    receipts.PROCESS: Cast(receipts.answer, adopted=receipts.adopted),
}
MODULES = (documents, seals, meetings, supervision, lending, receipts, rooms)
WAITING = {rooms.PROCESS: Cast(rooms.answer, waits=rooms.waits)}  # where no year is played
READ_AFTER = 3  # days after which everybody has seen a notice
# who is away, from and to how many working days back, who stands in, and why
LEAVES = (
    ("hegao_a", 30, 27, "fuzhuren", "年休假"),
    ("vp_b", 20, 18, "tzb_head", "出差"),
    ("dangan_a", 4, -3, "bgs2", "年休假"),
    ("cwb_head", 1, -2, "cwb_liaison", "外出培训"),
)
DRAFTS = (
    (
        "rlb1",
        "start:document_issue",
        "关于做好职工健康体检工作的通知",
        {"title": "关于做好职工健康体检工作的通知", "genre": "通知"},
    ),
    (
        "bgs1",
        "start:document_issue",
        "关于调整办公用房的请示",
        {"title": "关于调整办公用房的请示", "genre": "请示", "direction": "上行"},
    ),
    (
        "xxb2",
        "start:seal_use",
        "打印设备租赁合同",
        {"file_name": "打印设备租赁合同", "file_kind": "合同", "seal": "合同专用章"},
    ),
    (
        "vp_a",
        "start:document_issue",
        "关于安全生产包保责任的通知",
        {"title": "关于安全生产包保责任的通知", "genre": "通知", "direction": "下行"},
    ),
)


def play(
    engine: Engine,
    clock: WalkingClock,
    until: datetime,
    modules: Sequence[ModuleType] = MODULES,
    *,
    year: float = 0,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Organisation, packages and history of an empty installation; what went otherwise than planned, in words.

    ``year``: the share of an ordinary year's work that is played beside the stories.
    """
    diary = diary_of(until)
    clock.go(diary.at(first_day(year), "08:40"))
    load_organisation(engine)
    for folder in sorted(p for p in engine.settings.processes.iterdir() if (p / "process.toml").exists()):
        definitions.deploy(engine, definitions.read_folder(folder), note="首次发布")
    office = Office(engine, clock, diary, {**casts(), **CASTS} if year else {**WAITING, **CASTS})
    for login, begin, end, by, reason in LEAVES:
        office.plan(diary.at(begin + 1, "16:30"), _leave(engine, diary, login, by, begin, end, reason))
    for login, scope, title, data in DRAFTS:
        office.plan(diary.until - timedelta(minutes=20), _draft(engine, office, login, scope, title, data))
    diaries.plan(office, diary)
    plans.plan(office, diary, FIRST_DAY)
    office.plan(lending.entered_at(diary), lambda: lending.enter(engine))
    office.plan(until - timedelta(days=READ_AFTER), lambda: _read_notices(engine, office))
    told = chain.from_iterable(module.stories(diary) for module in modules)
    if year:
        chores.plan(office, diary)
        chores.tell(office, diary, say)
        told = chain(told, ordinary(diary, engine.settings.processes, year))
    office.play(told)
    return office.faults


def first_day(year: float) -> int:
    """How many working days back the history begins: a little before the first story."""
    return LENGTH + 2 if year else FIRST_DAY


def diary_of(until: datetime) -> Diary:
    """The diary of the published working calendar."""
    return Diary(until, limits.Calendar.china())


def _leave(engine: Engine, diary: Diary, login: str, by: str, begin: int, end: int, reason: str) -> Callable[[], None]:
    def act() -> None:
        since, until = diary.at(begin, "08:30"), diary.at(end, "17:30")
        people.substitute(engine, login, by, None, since=since, until=until, reason=reason)

    return act


def _draft(
    engine: Engine, office: Office, login: str, scope: str, title: str, data: dict[str, str]
) -> Callable[[], None]:
    def act() -> None:
        work.save_draft(engine, scope, data, office.actor(login), title=title)

    return act


def _read_notices(engine: Engine, office: Office) -> None:
    for person in people.directory(engine).persons:
        notifications.mark_read(engine, None, office.actor(person.login))
