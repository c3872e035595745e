"""The office that is measured: fifty people in ten groups, four processes, an ordinary request of two kilobytes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from engine.model import Actor, Json
from engine.runtime import Engine, create, open_engine
from engine.settings import Settings
from engine.store import instances, work
from engine.store.work import ItemRecord
from engine.verbs import definitions, people

PACKAGES = Path(__file__).with_name("packages")
PEOPLE = [f"p{n:02}" for n in range(1, 51)]
GROUPS = [f"g{n:02}" for n in range(1, 11)]
CLERK = "p50"

REQUEST: dict[str, Json] = {
    "title": "关于印发《冬季安全生产专项检查方案》的通知",
    "urgency": "平件",
    "kind": "通知（下行文）",
    "recipients": "各所属单位，总部各部门，各项目部",
    "copies": "集团领导，党委督查委员会办公室，工会",
    "keywords": "安全生产　专项检查　供热保供",
    "contact": "安全环保部　陈思远",
    "phone": "内线 8412，手机 138 0000 0000",
    "basis": "根据省国资委关于今冬明春安全生产工作的部署要求，以及集团公司年度安全生产工作会议的决定。" * 2,
    "reason": "为切实做好供热季安全保供，压实各级责任，及时发现并消除隐患，拟在全集团范围内开展专项检查。" * 4,
    "gist": "检查十四家生产单位；总部抽调十二人分四组；结果计入年度安全绩效；问题实行清单管理、限期销号。" * 4,
    "remarks": "附件一为检查分组表，附件二为评分细则，均已由办公室核对。请于周五前反馈意见。" * 2,
}


class Clock:
    """The real time, which a workload may put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Office:
    """An open engine with its people."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self.people: dict[int, Actor] = {}
        for login in PEOPLE:
            actor = people.actor(engine, login)
            self.people[actor.id] = actor
        self.clerk = people.actor(engine, CLERK)

    def open_items(self, number: str) -> list[ItemRecord]:
        """What is open of an instance; not a part of any action that is timed."""
        with self.engine.store.reading() as tx:
            return work.open_of_instance(tx, instances.by_number(tx, number).id)


@contextmanager
def at_work(url: str) -> Iterator[Office]:
    """Open an office that is there."""
    clock = Clock()
    settings = replace_url(Settings(home=Path(_home().name)), url)
    engine = open_engine(settings=settings, now=clock)
    try:
        yield Office(engine, clock)
    finally:
        engine.close()


@lru_cache(maxsize=1)
def _home() -> tempfile.TemporaryDirectory[str]:
    """One for the whole run: what was written with the key that lies in it is read with that key."""
    return tempfile.TemporaryDirectory(prefix="sanban-bench-")


def replace_url(settings: Settings, url: str) -> Settings:
    """The same settings on another database."""
    return settings.model_copy(update={"database_url": url})


def found(url: str) -> None:
    """Make the tables, the people and the processes."""
    engine = open_engine(settings=replace_url(Settings(home=Path(_home().name)), url))
    create(engine)
    _people(engine)
    for folder in sorted(path for path in PACKAGES.iterdir() if path.is_dir()):
        definitions.deploy(engine, package(folder))
    engine.close()


def _people(engine: Engine) -> None:
    since = (engine.now() - timedelta(days=365)).date()
    people.add_unit(engine, "office", "办公室", None, kind="group")
    for group in GROUPS:
        people.add_post(engine, "office", group, f"{group} 组", None)
    for n, login in enumerate(PEOPLE):
        people.add_person(engine, login, f"测试{login}", None)
        people.appoint(engine, login, "office", GROUPS[n % len(GROUPS)], None, main=True, since=since)


def package(folder: Path) -> dict[str, bytes]:
    """The files of a process; all four share one form."""
    return {**definitions.read_folder(folder), "forms/request.toml": (PACKAGES / "request.toml").read_bytes()}
