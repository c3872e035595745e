"""Meetings proposed and approved through the verbs, for tests of their checklists."""

from engine.runtime import Engine
from engine.verbs import instances, people, work

LEADS = {
    "coordinator": "fuzhuren",
    "secretary_lead": "bgs1",
    "venue_lead": "huiwu_a",
    "it_lead": "xxb1",
    "logistics_lead": "huiwu_b",
    "reception_lead": "bgs_liaison",
    "publicity_lead": "dqb1",
    "security_lead": "ahb1",
}


def propose(engine: Engine, title: str, *, start: str, end: str, approved: bool = True, level: str = "中型") -> str:
    """Propose a meeting, and approve it with everybody who is asked; its number. Times are office time."""
    actor = people.actor(engine, "ahb1")
    data = {
        "title": title,
        "category": "推进会、调度会",
        "level": level,
        "mode": "现场",
        "host_unit": "ahb",
        "start_at": f"{start.replace(' ', 'T')}:00+08:00",
        "end_at": f"{end.replace(' ', 'T')}:00+08:00",
        "venue": "第二会议室",
        "host": "vp_a",
        "agenda": "通报情况；部署整改。",
        "attendees": "各部门负责人。",
        "headcount": 45,
        "budget": "3000.00",
        "planned": True,
        "press": False,
        "recording": False,
        **LEADS,
    }
    number = instances.start(engine, "meeting_preparation", data, actor).number
    while approved:
        items = [i for i in instances.get(engine, number, actor).items if i.state == "open"]
        if any(i.entry for i in items):
            break
        holder = people.directory(engine).person(items[0].performer_id)
        assert holder is not None
        work.decide(engine, items[0].id, "approve", people.actor(engine, holder.login), opinion="同意。")
    return number
