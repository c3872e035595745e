"""The people of the demo at work: one event after the other, each through a verb, while the clock walks on."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from engine.demo.clock import Diary, WalkingClock
from engine.demo.story import Answer, Step, Story
from engine.errors import Conflict, SanbanError
from engine.model import Actor
from engine.runtime import Engine
from engine.store import instances as instance_rows
from engine.store import timers as timer_rows
from engine.store import work as work_rows
from engine.store.instances import InstanceRow
from engine.store.work import ItemRecord
from engine.verbs import files, instances, people, timers, work

# how much of the time they have people take, at least and at most; a checklist is done near its dates
USUAL, NEAR = (0.08, 0.6), (0.8, 0.97)
NEAR_THE_END = frozenset({"DB70"})  # so are reports
LONGEST_HOURS = 14.0  # working hours; a long limit is no reason to begin late
ASSISTING = ("无不同意见。", "同意，我部门予以配合。", "请注意核对有关数据。")
HELD_UP = frozenset({"form.rule", "form.invalid"})
PROMPT = timedelta(minutes=5)  # nobody answers in the moment
PATIENCE = 60  # attempts at something that others must finish first


@dataclass(slots=True)
class Running:
    """An instance under way and how its story goes on."""

    id: int
    number: str
    story: Story
    random: Random
    visits: Counter[str] = field(default_factory=Counter)
    planned: set[int] = field(default_factory=set)  # items that somebody will act on
    tries: Counter[int] = field(default_factory=Counter)
    row: InstanceRow | None = None  # as it was after the last event that touched it
    items: dict[int, ItemRecord] = field(default_factory=dict)  # what is open then
    children: set[str] = field(default_factory=set)  # numbers of those that are followed, or need not be


@dataclass(frozen=True, slots=True)
class Cast:
    """How the people of one process answer, and which steps wait without being told to by name."""

    answer: Callable[[Step], Answer]
    waits: Callable[[Step], bool] = lambda _step: False
    after: Mapping[str, str] = field(default_factory=dict)  # step -> step that must be over first
    when: Callable[[Step], datetime | None] = lambda _step: None  # at a stated time, not when they get round to it
    adopted: Callable[[datetime, int], Story] | None = None  # the story of an instance that another one started


class Office:
    """Plays stories from the first event to ``diary.until``; nothing happens after that."""

    def __init__(self, engine: Engine, clock: WalkingClock, diary: Diary, casts: Mapping[str, Cast]) -> None:
        self.engine, self.clock, self.diary, self.casts = engine, clock, diary, casts
        self.running: dict[int, Running] = {}
        self.faults: list[str] = []
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._actors: dict[str, Actor] = {}
        self._logins = {person.id: person.login for person in people.directory(engine).persons}
        self._order = 0
        self._next_timer: datetime | None = None
        self._looked = False  # whether that is still so

    def play(self, stories: Iterable[Story]) -> None:
        """Start every story at its time and let the people act until the clock has arrived."""
        for story in stories:
            self.plan(story.at, lambda story=story: self._start(story))  # type: ignore[misc]
        while self._events:
            at, _, act = heapq.heappop(self._events)
            self._pass_time(at)
            self._looked = False
            act()
        self._pass_time(self.diary.until)

    def plan(self, at: datetime, act: Callable[[], None]) -> None:
        """Let something happen at a time, unless that lies ahead of the present."""
        if at < self.diary.until:
            self._order += 1
            heapq.heappush(self._events, (at, self._order, act))

    def follow(self, row: InstanceRow) -> None:
        """Take up an instance that nobody's story has started."""
        adopt = self.casts[row.process].adopted
        if row.id not in self.running and adopt is not None:
            self._follow(row, adopt(self.engine.now(), row.id))

    def actor(self, login: str) -> Actor:
        """Somebody of the demo; nobody changes roles while it plays."""
        if login not in self._actors:
            self._actors[login] = people.actor(self.engine, login)
        return self._actors[login]

    # ------------------------------------------------------------------ time

    def _pass_time(self, to: datetime) -> None:
        while (due := self._due()) is not None and due <= to:
            self.clock.go(due)
            with self.engine.store.reading() as tx:
                touched = timer_rows.due_instances(tx, self.engine.now(), 500)
            self._looked = False
            if timers.fire_due(self.engine) == 0:
                break
            for instance_id in touched:
                if instance_id in self.running:
                    self._look(self.running[instance_id])
        self.clock.go(to)

    def _due(self) -> datetime | None:
        """When the next timer of all is due; the last look at an instance has asked for it too."""
        if not self._looked:
            with self.engine.store.reading() as tx:
                self._next_timer = timer_rows.next_due(tx)
            self._looked = True
        return self._next_timer

    # ------------------------------------------------------------------ what happens

    def _start(self, story: Story) -> None:
        actor = self.actor(story.by)
        data = files.handed_in(self.engine, story.data, actor, story.process)
        try:
            done = instances.start(self.engine, story.process, data, actor)
        except SanbanError as error:
            self._fault(story.process, f"start {story.seed}", error)
            return
        with self.engine.store.reading() as tx:
            row = instance_rows.by_number(tx, done.number)
        self._follow(row, story)
        if story.withdrawn:
            self.plan(self.diary.later(story.at, 0.3), lambda: self._withdraw(done.number, story))

    def _follow(self, row: InstanceRow, story: Story) -> None:
        running = Running(row.id, row.number, story, Random(f"{story.process}:{story.seed}"))
        self.running[row.id] = running
        self._look(running)

    def _withdraw(self, number: str, story: Story) -> None:
        try:
            instances.withdraw(self.engine, number, self.actor(story.by), reason=story.withdrawn)
        except SanbanError as error:
            self._fault(number, "withdraw", error)
        for running in self.running.values():
            if running.number == number:
                self._look(running)

    def _look(self, running: Running) -> None:
        """Plan what is new on an instance, and follow the instances it has started."""
        with self.engine.store.reading() as tx:
            row = running.row = instance_rows.by_id(tx, running.id)
            items = work_rows.open_of_instance(tx, running.id)
            started = {number for number, _state in instance_rows.children(tx, running.id)} - running.children
            children = [instance_rows.by_number(tx, number) for number in sorted(started)]
            self._next_timer, self._looked = timer_rows.next_due(tx), True
        running.items = {item.id: item for item in items}
        running.children |= started
        for item in items:
            if item.id not in running.planned:
                running.planned.add(item.id)
                self._expect(running, row, item)
        for child in children:
            self.follow(child)

    def _expect(self, running: Running, row: InstanceRow, item: ItemRecord) -> None:
        story, login = running.story, self._login(item)
        step = self._step(running, row, item)
        urger = story.urged.get(item.element)
        if urger:
            self.plan(self.diary.later(item.arrived_at, 10), lambda: self._urge(running.number, urger))
        keys = {item.element, f"{item.element}@{login}", f"{item.element}#{item.entry}"}
        comes_back = item.element in story.returned and not running.visits[f"return:{item.element}"]
        first_draft = "FW10" in keys and not running.visits["returned"]
        if (keys & story.hold and not comes_back and not first_draft) or self.casts[row.process].waits(step):
            if running.random.random() < 0.6:
                self.plan(
                    self.diary.later(item.arrived_at, 0.5), lambda: work.opened(self.engine, item.id, self.actor(login))
                )
            return
        stated = self.casts[row.process].when(step)
        at = max(stated, item.arrived_at + PROMPT) if stated else self._when(running, item)
        self.plan(at, lambda: self._act(running, item.id))

    def _when(self, running: Running, item: ItemRecord) -> datetime:
        story = running.story
        if story.pace:
            return item.arrived_at + timedelta(minutes=story.pace * running.random.uniform(0.7, 1.1))
        late = story.late.get(item.element) or story.late.get(f"{item.element}@{self._login(item)}")
        if late:
            return self.diary.later(item.arrived_at, late)
        if story.quick and not item.entry:
            return self.diary.later(item.arrived_at, story.quick * running.random.uniform(0.7, 1.2))
        share = running.random.uniform(*(NEAR if item.entry or item.element in NEAR_THE_END else USUAL))
        if item.deadline is None or item.deadline <= item.arrived_at:
            return self.diary.later(item.arrived_at, 1 + 3 * share)
        wanted = item.arrived_at + (item.deadline - item.arrived_at) * share
        if not item.entry and item.element not in NEAR_THE_END:
            wanted = min(wanted, self.diary.later(item.arrived_at, LONGEST_HOURS * share + 0.2))
        return self.diary.in_office(wanted, running.random.uniform(0.1, 1.8))

    def _act(self, running: Running, item_id: int) -> None:
        row, item = running.row, running.items.get(item_id)
        if row is None or item is None or row.state != "running":
            return
        open_steps = {other.element for other in running.items.values()}
        if item.state == "waiting" or self.casts[row.process].after.get(item.element) in open_steps:
            self._try_again(running, item_id)
            return
        try:
            self._decide(running, row, item)
        except SanbanError as error:
            # what somebody else holds up for now (a seal that is out) may go on later; for ever is a fault
            if (isinstance(error, Conflict) or error.reason in HELD_UP) and self._try_again(running, item_id):
                self._look(running)
                return
            self._fault(running.number, f"{item.element} {item.entry or ''} by {self._login(item)}", error)
            return
        self._look(running)

    def _try_again(self, running: Running, item_id: int) -> bool:
        """Later, unless it was tried often enough."""
        running.tries[item_id] += 1
        more = running.tries[item_id] <= PATIENCE
        if more:
            self.plan(self.diary.later(self.engine.now(), 1.0), lambda: self._act(running, item_id))
        return more

    def _decide(self, running: Running, row: InstanceRow, item: ItemRecord) -> None:
        actor = self.actor(self._login(item))
        sent_back = running.story.returned.get(item.element)
        if sent_back and not running.visits[f"return:{item.element}"]:
            to, mode, reason, words = sent_back
            running.visits[f"return:{item.element}"] += 1
            running.visits["returned"] += 1
            work.return_to(self.engine, item.id, actor, to=to, mode=mode, reasons=(reason,), opinion=words)
            return
        step = self._step(running, row, item)
        if item.kind == "assist":
            work.give_opinion(self.engine, item.id, actor, opinion=step.said(*ASSISTING))
            return
        answer = self.casts[row.process].answer(step)
        given = files.handed_in(self.engine, answer.data, actor, row.number)
        attached = [files.put(self.engine, name, [text.encode()], actor).id for name, text in answer.files]
        work.decide(
            self.engine,
            item.id,
            answer.outcome,
            actor,
            opinion=answer.opinion,
            data={**given, answer.field: attached} if answer.field else given,
            attachments=() if answer.field else attached,
            reasons=answer.reasons,
        )
        running.visits[item.element] += 1

    def _urge(self, number: str, login: str) -> None:
        try:
            instances.urge(self.engine, number, self.actor(login), text="请尽快办理，谢谢。")
        except SanbanError as error:
            self._fault(number, "urge", error)

    # ------------------------------------------------------------------ looking things up

    def _step(self, running: Running, row: InstanceRow, item: ItemRecord) -> Step:
        return Step(
            story=running.story,
            element=item.element,
            entry=item.entry,
            evidence=bool(item.facts.get("key") and item.facts.get("evidence")),
            name=item.name,
            login=self._login(item),
            visit=running.visits[item.element],
            number=running.number,
            data=row.variables,
            at=self.engine.now(),
            diary=self.diary,
            random=running.random,
        )

    def _login(self, item: ItemRecord) -> str:
        if item.performer_id is None:
            return str(item.facts.get("accountable") or "admin")
        return self._logins[item.performer_id]

    def _fault(self, where: str, what: str, error: SanbanError) -> None:
        self.faults.append(f"{self.engine.now():%Y-%m-%d %H:%M} {where} {what}: {error.message_zh}")
