"""The demo: an invented group and some months of its work, written through the verbs like everything else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from pydantic import SecretStr

from engine.demo.clock import WalkingClock
from engine.demo.history import diary_of, first_day, play
from engine.demo.organisation import PASSWORD, load_organisation, organisation, refuse_people
from engine.runtime import Engine, create, open_engine
from engine.settings import Settings
from engine.store import Tx, loading
from engine.verbs import bindings, inbox, reports

__all__ = ["PASSWORD", "is_loaded", "is_missing", "load", "load_organisation", "logins"]
SHOWN = (
    ("领导", ("chairman", "gm", "vp_a", "vp_b")),
    ("办公室", ("zhuren", "fuzhuren", "wenshu_a", "hegao_a")),
    ("用印", ("yinzhang_a", "jianyin_a")),
    ("督查、档案、会务", ("ducha_a", "dangan_a", "huiwu_a")),
    ("部门", ("rlb_head", "rlb1", "xxb1", "ahb1")),
    ("子公司", ("ca_gm", "ca_liaison")),
    ("系统", ("admin", "designer", "auditor")),
)


def _quiet(_text: str) -> None:
    """Say nothing."""


def load(
    settings: Settings, *, say: Callable[[str], None] = _quiet, now: datetime | None = None, year: float = 0
) -> list[str]:
    """Fill an empty installation up to ``now`` (default: the present); returns what went otherwise than planned.

    ``year``: the share of a year of ordinary work beside the stories of the last months. Raises Conflict if there are
    people already; what an interrupted load has left is replaced.
    """
    # nobody gets mail about the past, and nobody waits for an undo window that is long over
    own = settings.model_copy(update={"undo_seconds": 0, "smtp_url": SecretStr("")})
    until = now or datetime.now(UTC)
    clock = WalkingClock(diary_of(until).at(first_day(year), "08:30"))
    engine = open_engine(settings=own, now=clock)
    try:
        create(engine)
        refuse_people(engine)
        say(f"正在载入演示组织和{'一年' if year else '近几个月'}的工作，约需{'两三' if year else '一'}分钟……")
        with loading.hurried(engine.store):
            _marked(engine, loading.begin)
            faults = play(engine, clock, until, year=year, say=say)
            while bindings.perform_due(engine):  # papers that the stories asked for beside their path
                pass
            if year:  # what a worker does at night and beside the work, so that no page waits for it
                reports.settle(engine)
                while inbox.catch_up(engine):
                    pass
            _marked(engine, loading.end)
    finally:
        engine.close()
    for fault in faults:
        say(fault)
    return faults


def is_missing(engine: Engine) -> bool:
    """Whether there is nobody in the house yet, or only what an interrupted load has left."""
    with engine.store.reading() as tx:
        return loading.is_empty(tx)


def is_loaded(settings: Settings) -> bool:
    """Whether this installation shows the demo: its logins work here."""
    engine = open_engine(settings=settings)
    try:
        with engine.store.reading() as tx:
            return loading.is_done(tx)
    finally:
        engine.close()


def _marked(engine: Engine, mark: Callable[[Tx, datetime], None]) -> None:
    with engine.store.transaction() as tx:
        mark(tx, engine.now())


def logins() -> Iterator[str]:
    """The demo logins by role, as lines to print."""
    names = {person["login"]: person["name"] for person in organisation().persons}
    yield f"演示账号（密码均为 {PASSWORD}，仅供演示；正式环境由系统生成初始密码，首次登录时更改）："
    for role, members in SHOWN:
        yield f"  {role}：" + "，".join(f"{login} {names[login]}" for login in members)
