"""Any order of operations on the real store: every open step has somebody, no token is lost, the record holds.

A diagram with a fork, a countersign, a line of signers and a way back, and diagrams that nobody has drawn; people do
whatever their items let them do.
At the end everybody agrees, and the case must come to its end: a lost token would keep it open for ever.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from engine import bpmn
from engine.errors import SanbanError
from engine.model import Actor
from engine.progress import load, names
from engine.runtime import Engine
from engine.store import history, timers
from engine.store import instances as stored
from engine.store import work as rows
from engine.store.instances import InstanceRow
from engine.store.work import ItemRecord
from engine.verbs import definitions, following, instances, moving, people, stopping, work
from engine.verbs import timers as ticking
from tests.engine.bpmn.diagrams import Block, blocks
from tests.support.any_diagram import as_package
from tests.support.clock import FakeClock
from tests.support.soundness import violations

HELPERS = ("fuzhuren", "cwb1", "gm", "dqb_head")
LONGEST = 80  # decisions to the end, however the signers were multiplied
Pick = st.integers(0, 10_000)


def chosen(found: Sequence[ItemRecord], pick: int) -> ItemRecord | None:
    return found[pick % len(found)] if found else None


class Office(RuleBasedStateMachine):
    """One case; each rule is one person doing one thing, which may be refused but never half done."""

    engine: Engine
    clock: FakeClock
    first = "Draft"
    places: Sequence[str] = ("Draft", "Left", "Right", "Row", "File")
    together: Sequence[set[str]] = ({"Draft"}, {"Left", "Right"}, {"Left"}, {"Right"}, {"Row"}, {"File"}, set())

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[int, Actor] = {}
        self.begin()

    def begin(self) -> None:
        drafter = self.person("rlb1")
        self.number = instances.start(self.engine, "maze", {"title": "并行的签报"}, drafter, urgency="特急").number

    def place(self, n: int) -> str:
        """A step of the diagram."""
        return self.places[n % len(self.places)]

    def person(self, login: str) -> Actor:
        found = people.actor(self.engine, login)
        self.people[found.id] = found
        return found

    def row(self) -> InstanceRow:
        with self.engine.store.reading() as tx:
            return stored.by_number(tx, self.number)

    def items(self, *states: str, kind: str = "decide") -> list[ItemRecord]:
        with self.engine.store.reading() as tx:
            found = rows.of_instance(tx, stored.by_number(tx, self.number).id)
        return [i for i in found if i.state in (states or ("open",)) and i.kind == kind]

    def holder(self, item: ItemRecord) -> Actor:
        """Who may act on an item: its performer, or somebody of its pool."""
        if item.performer_id is None:
            return self.person("wenshu_a")
        if item.performer_id not in self.people:
            with self.engine.store.reading() as tx:
                person = self.engine.directory(tx).person(item.performer_id)
            assert person is not None
            return self.person(person.login)
        return self.people[item.performer_id]

    def attempt(self, act: Callable[[], object]) -> None:
        """Do it, or be refused; what was refused has changed nothing."""
        before = self.row()
        try:
            act()
        except SanbanError:
            assert self.row() == before

    def each(self, pick: int, act: Callable[[ItemRecord, Actor], object], *states: str, kind: str = "decide") -> None:
        item = chosen(self.items(*states, kind=kind), pick)
        if item is not None:
            actor = self.holder(item)
            self.attempt(lambda: act(item, actor))

    # ------------------------------------------------------------------ what people do

    @rule(pick=Pick, outcome=st.sampled_from(["approve", "approve", "approve", "refuse"]))
    def decide(self, pick: int, outcome: str) -> None:
        def act(item: ItemRecord, actor: Actor) -> object:
            code = "submit" if item.element == self.first else "approve" if item.element == "File" else outcome
            return work.decide(self.engine, item.id, code, actor, opinion="见意见。")

        self.each(pick, act)

    @rule(pick=Pick, n=st.integers(0, 20), mode=st.sampled_from(["again", "direct"]))
    def send_back(self, pick: int, n: int, mode: str) -> None:
        """What the preview says is what happens."""
        to = self.place(n)

        def act(item: ItemRecord, actor: Actor) -> object:
            told = {(e.element, e.mode): e for e in work.preview_return(self.engine, item.id, actor)}
            done = work.return_to(self.engine, item.id, actor, to=to, mode=mode, opinion="退。")
            assert not told[to, mode].problem
            with self.engine.store.reading() as tx:
                left = [a.name for a in stored.open_activities(tx, self.row().id) if a.element != to]
            assert sorted(told[to, mode].stays_open) == sorted(left)
            return done

        self.each(pick, act)

    @rule(pick=Pick, only=st.sampled_from(["cwb_head", "ahb_head", "fwb_head"]))
    def send_back_to_one(self, pick: int, only: str) -> None:
        self.each(pick, lambda i, a: work.return_to(self.engine, i.id, a, to=self.first, opinion="退。", only=[only]))

    @rule(pick=Pick)
    def by_word_of_mouth(self, pick: int) -> None:
        item, clerk = chosen(self.items(), pick), self.person("wenshu_a")
        if item is not None:
            now = self.engine.now()
            self.attempt(lambda: work.record_oral(self.engine, item.id, clerk, agreed_at=now, witness="cwb1"))

    @rule(pick=Pick, agree=st.booleans())
    def sign(self, pick: int, agree: bool) -> None:
        self.each(pick, lambda i, a: work.sign(self.engine, i.id, a, agree=agree, opinion="知。"), kind="sign")

    @rule(n=st.integers(0, 20), pick=Pick, some=st.booleans())
    def ask_to_move(self, n: int, pick: int, some: bool) -> None:
        enter = self.place(n)
        with self.engine.store.reading() as tx:
            opened = [a.id for a in stored.open_activities(tx, self.row().id)]
        cancel = [opened[pick % len(opened)]] if some and opened else None
        admin, ask = self.person("admin"), moving.ask_move
        self.attempt(lambda: ask(self.engine, self.number, admin, enter=[enter], cancel=cancel, reason="走错。"))

    @rule(agree=st.booleans())
    def answer_the_move(self, agree: bool) -> None:
        second = self.person("ducha_a")
        found = moving.requests(self.engine, self.number, second)
        if found:
            self.attempt(lambda: moving.answer_move(self.engine, self.number, found[0].id, second, agree=agree))

    @rule(on=st.booleans())
    def follow(self, on: bool) -> None:
        (following.follow if on else following.unfollow)(self.engine, self.number, self.person("ducha_a"))

    @rule(pick=Pick)
    def take_back(self, pick: int) -> None:
        self.each(pick, lambda i, a: work.retract(self.engine, i.id, a), "done")

    @rule(pick=Pick)
    def take_back_the_last(self, pick: int) -> None:
        last = sorted(self.items("done"), key=lambda i: (i.decided_at, i.id))[-1:]
        if last:
            self.attempt(lambda: work.retract(self.engine, last[0].id, self.people[last[0].decided_by or 0]))

    @rule(pick=Pick, to=st.sampled_from(HELPERS))
    def hand_on(self, pick: int, to: str) -> None:
        self.each(pick, lambda i, a: work.transfer(self.engine, i.id, to, a))

    @rule(pick=Pick)
    def open_it(self, pick: int) -> None:
        self.each(pick, lambda i, a: work.opened(self.engine, i.id, a))

    @rule(pick=Pick, take=st.booleans())
    def claim_or_release(self, pick: int, take: bool) -> None:
        self.each(pick, lambda i, a: (work.claim if take else work.release)(self.engine, i.id, a))

    @rule(
        pick=Pick,
        to=st.lists(st.sampled_from(HELPERS), min_size=1, max_size=2),
        where=st.sampled_from(["before", "beside", "after"]),
    )
    def add(self, pick: int, to: list[str], where: str) -> None:
        self.each(pick, lambda i, a: work.add(self.engine, i.id, to, a, where=where))

    @rule(pick=Pick)
    def remove(self, pick: int) -> None:
        added = [i for i in self.items("open", "waiting", "done") if "added" in i.facts]
        item = chosen(added, pick)
        if item is not None:
            by = self.people[item.facts["added"]["by"]]
            self.attempt(lambda: work.remove(self.engine, item.id, by, opinion="不必了。"))

    @rule(pick=Pick, to=st.sampled_from(HELPERS))
    def delegate(self, pick: int, to: str) -> None:
        self.each(pick, lambda i, a: work.delegate(self.engine, i.id, to, a))

    @rule(pick=Pick)
    def hand_back(self, pick: int) -> None:
        self.each(pick, lambda i, a: work.hand_back(self.engine, i.id, a))

    @rule(pick=Pick, to=st.sampled_from(HELPERS))
    def consult(self, pick: int, to: str) -> None:
        self.each(pick, lambda i, a: work.consult(self.engine, i.id, [to], a, question="？"))

    @rule(pick=Pick)
    def give_opinion(self, pick: int) -> None:
        self.each(pick, lambda i, a: work.give_opinion(self.engine, i.id, a, opinion="可以。"), kind="consult")

    @rule(pick=Pick, to=st.sampled_from(HELPERS))
    def circulate(self, pick: int, to: str) -> None:
        self.each(pick, lambda i, a: work.circulate(self.engine, i.id, [to], a), "open", "done")

    @rule(pick=Pick)
    def read(self, pick: int) -> None:
        self.each(pick, lambda i, a: work.mark_read(self.engine, i.id, a), "unread", kind="read")

    @rule(hours=st.sampled_from([0, 1, 5, 30, 100]))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours, seconds=11))
        ticking.fire_due(self.engine)
        assert violations(self.engine) == []

    @rule(verb=st.sampled_from(["suspend", "resume", "resume", "terminate", "reopen", "reopen"]))
    def keep(self, verb: str) -> None:
        admin = self.person("admin")
        self.attempt(lambda: getattr(stopping, verb)(self.engine, self.number, admin, reason="有原因。"))

    # ------------------------------------------------------------------ what always holds

    @invariant()
    def the_tokens_are_the_open_steps(self) -> None:
        with self.engine.store.reading() as tx:
            row = stored.by_number(tx, self.number)
            case = load(self.engine, tx, row, self.engine.now())
            opened = stored.open_activities(tx, row.id)
            if row.state in ("running", "suspended"):
                step = bpmn.assign(case.package.process, row.snapshot, names(case), self.engine.now())
                assert sorted(a.token for a in opened) == sorted(a.id for a in step.activities)
                assert opened
            else:
                assert not opened
            assert max(Counter(a.element for a in opened).values(), default=0) <= 1
            assert not self.together or {a.element for a in opened} in self.together

    @invariant()
    def every_open_step_has_somebody_and_nobody_waits_for_nothing(self) -> None:
        with self.engine.store.reading() as tx:
            row = stored.by_number(tx, self.number)
            opened = {a.id for a in stored.open_activities(tx, row.id)}
            items = [i for i in rows.of_instance(tx, row.id) if i.kind not in ("read", "sign")]
        now = "paused" if row.state == "suspended" else "open"
        at_work = [i for i in items if i.kind == "decide" and i.state == now]
        assert {i.activity_id for i in at_work} == opened
        assert all(i.performer_id is not None or i.pool for i in at_work)
        assert {i.activity_id for i in items if i.state in ("open", "waiting", "paused")} <= opened
        seated = Counter((i.activity_id, i.performer_id) for i in items if i.state in ("open", "waiting"))
        assert row.state == "suspended" or "paused" not in {i.state for i in items}
        assert all(n > 0 for n in seated.values())

    @invariant()
    def the_record_is_whole(self) -> None:
        with self.engine.store.reading() as tx:
            row = stored.by_number(tx, self.number)
            assert history.broken_at(tx, row.id, row.history_hash) is None

    @invariant()
    def only_open_steps_are_watched_and_each_of_them_is(self) -> None:
        with self.engine.store.reading() as tx:
            row = stored.by_number(tx, self.number)
            opened = {a.id for a in stored.open_activities(tx, row.id) if a.deadline is not None}
            found = [t for t in timers.of_instance(tx, row.id) if t.level == "step"]
        watching = {t.activity_id for t in found if t.state in ("waiting", "paused")}
        assert watching <= opened
        assert opened <= {t.activity_id for t in found if t.state != "cancelled"}
        assert row.state != "suspended" or not [t for t in found if t.state == "waiting"]

    def teardown(self) -> None:
        """Everybody agrees from now on, and it ends."""
        admin = self.person("admin")
        if self.row().state == "suspended":
            stopping.resume(self.engine, self.number, admin)
        for _ in range(LONGEST):
            opened = self.items()
            if not opened:
                break
            item = opened[0]
            if "delegated_by" in item.facts:
                work.hand_back(self.engine, item.id, self.holder(item))
            else:
                code = "submit" if item.element == self.first else "approve"
                work.decide(self.engine, item.id, code, self.holder(item), opinion="同意。")
        assert self.row().state in ("completed", "terminated")
        assert violations(self.engine) == []


class AnyOffice(Office):
    """The same on a diagram that nobody has drawn; its gateways go where the form says, its steps are for many."""

    together = ()

    def begin(self) -> None:
        """The diagram is drawn first."""

    @initialize(block=blocks, values=st.lists(st.integers(0, 2), min_size=12, max_size=12))
    def draw(self, block: Block, values: list[int]) -> None:
        ways = [part.name for part in block.walk() if part.kind in ("choice", "inclusive", "loop")]
        loops = {part.name for part in block.walk() if part.kind == "loop"}
        files = as_package(block, ways)
        definitions.deploy(self.engine, files)
        self.places = list(block.tasks())
        self.first = self.places[0]
        data = {name: 0 if name in loops else value for name, value in zip(ways, values, strict=False)}
        drafter = self.person("rlb1")
        self.number = instances.start(self.engine, "random", {"title": "随机的签报", **data}, drafter).number


def played(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )


@pytest.mark.parametrize("examples", [4])
def test_whatever_people_do_on_whatever_diagram_the_case_stays_sound(
    office: Engine, clock: FakeClock, examples: int
) -> None:
    machine = type("AnyOfficeHere", (AnyOffice,), {"engine": office, "clock": clock})

    run_state_machine_as_test(machine, settings=played(examples, 14))


@pytest.mark.parametrize("examples", [12])
def test_whatever_people_do_the_case_stays_sound_and_comes_to_its_end(
    office: Engine, clock: FakeClock, examples: int
) -> None:
    machine = type("OfficeHere", (Office,), {"engine": office, "clock": clock})

    run_state_machine_as_test(machine, settings=played(examples, 20))
