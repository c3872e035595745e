"""A clock that moved by itself: an incident for whoever runs the house, and an entry in its record (A96)."""

from engine.runtime import Engine
from engine.store import house, house_record

KIND = "clock"


def remember(engine: Engine, seconds: int) -> None:
    """Keep that the clock of this machine moved by so many seconds; while nobody has looked, one incident is enough."""
    ahead = seconds > 0
    minutes = max(1, round(abs(seconds) / 60))
    message = (
        f"服务器时钟自行{'拨快' if ahead else '拨慢'}了约 {minutes} 分钟。期限按现在的时钟计算，不会重复触发；"
        "请检查时间同步（NTP），并核对这段时间的办理时间。"
    )
    with engine.store.transaction() as tx:
        house_record.append(tx, "clock_jumped", engine.now(), actor_id=None, detail={"seconds": seconds})
        if not any(one["kind"] == KIND for one in house.open_incidents(tx)):
            house.open_incident(tx, kind=KIND, message=message, at=engine.now(), facts={"seconds": seconds})
