"""Matters under supervision, handed over through the verbs, for tests of whatever shows or chases them."""

from datetime import datetime

from engine.examples import advance
from engine.runtime import Engine
from engine.verbs import instances, people, work
from tests.support.clock import FakeClock, shanghai


def register(engine: Engine, title: str, *, lead: str, due: str, by: str = "ducha_a", **more: str) -> str:
    """Register a matter on a leader's instruction; its number. ``due`` is office time, ``more`` are further fields."""
    data = {
        "title": title,
        "kind": "日常督办",
        "source": "领导批示",
        "source_ref": "领导批示 2026-03-02",
        "requirement": "按期完成并书面报告。",
        "importance": "一般",
        "lead_unit": lead,
        "due": f"{due.replace(' ', 'T')}:00+08:00",
        "feedback_cycle": "按节点",
        **more,
    }
    return instances.start(engine, "supervision", data, people.actor(engine, by)).number


def hand_over(engine: Engine, title: str, *, lead: str, due: str, by: str = "ducha_a", **more: str) -> str:
    """Register a matter and hand it over at once; its number."""
    actor = people.actor(engine, by)
    number = register(engine, title, lead=lead, due=due, by=by, **more)
    for step, outcome in (("DB20", "submit"), ("DB40", "send")):
        item = next(i for i in instances.get(engine, number, actor).items if i.state == "open")
        assert item.element == step, f"{title} is at {item.element}, not at {step}"
        holder = people.directory(engine).person(item.performer_id)
        assert holder is not None
        work.decide(engine, item.id, outcome, people.actor(engine, holder.login), opinion="请办理。")
    return number


def wait_until(engine: Engine, clock: FakeClock, local: str) -> None:
    """Let office time pass with every timer firing on its way."""
    advance(engine, lambda at: _set(clock, at), shanghai(local))


def _set(clock: FakeClock, at: datetime) -> None:
    clock.set(at.isoformat())
