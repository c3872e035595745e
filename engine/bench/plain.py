"""The other half of the comparison: SpiffWorkflow as its guide shows it, its JSON stored after each action."""

import re
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bench.laps import Laps
from engine.bench.sites import Bare
from engine.errors import BadInput
from engine.model import Json

EQUALS = re.compile(r"\$\{(\w+) == '(\w+)'\}")


class _Conditions(BasePythonScriptEngineEnvironment):
    """As much of an expression language as our four diagrams need: the default one is Python's own."""

    def evaluate(self, expression: str, context: Mapping[str, Json], external_context: Any = None) -> Json:
        if expression.isdigit():
            return int(expression)
        if expression.startswith('"'):
            return expression.strip('"')
        found = EQUALS.fullmatch(expression)
        if found is None:
            raise BadInput(f"不认识的条件 {expression}", f"unknown condition {expression}")
        return context.get(found[1]) == found[2]


class _Engine(PythonScriptEngine):
    def validate(self, expression: str) -> None:
        """Nothing is compiled ahead: see ``_Conditions``."""


class PlainProcess:
    """One diagram on plain SpiffWorkflow; between two actions an instance is the text of its JSON."""

    def __init__(self, diagram: bytes, process: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(diagram)
        self._spec = parser.get_spec(process)
        self._parts = parser.get_subprocess_specs(process)
        self._serializer = BpmnWorkflowSerializer()
        self._engine = _Engine(_Conditions())

    def begun(self, data: Mapping[str, Json] | None = None) -> str:
        """A new instance, its first task done if there is data for it."""
        workflow = BpmnWorkflow(self._spec, self._parts, script_engine=self._engine)
        workflow.do_engine_steps()
        if data is not None:
            _do_next(workflow, data)
        return str(self._serializer.serialize_json(workflow))

    def after(self, state: str, data: Mapping[str, Json]) -> tuple[str, bool]:
        """The state after the next open task, and whether anything is open then."""
        workflow = self._serializer.deserialize_json(state)
        workflow.script_engine = self._engine
        _do_next(workflow, data)
        return str(self._serializer.serialize_json(workflow)), not workflow.is_completed()

    def open_task(self, state: str) -> str:
        """Id of the task that comes next."""
        return str(_next(self._serializer.deserialize_json(state)).task_spec.bpmn_id)


class PlainWorkflows:
    """Instances of one diagram as rows of identifier and JSON."""

    def __init__(self, diagram: bytes, process: str, bare: Bare, laps: Laps) -> None:
        self._process = PlainProcess(diagram, process)
        self._bare = bare
        self._laps = laps
        self._count = 0
        bare.begin()
        bare.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        bare.commit()

    def start(self, data: Mapping[str, Json], name: str = "start") -> int:
        """A new instance whose first task is done with this data."""
        self._count += 1
        with self._laps.lap(name):
            state = self._process.begun(data)
            self._bare.begin()
            self._bare.execute(
                f"INSERT INTO plain (id, state) VALUES ({self._bare.mark}, {self._bare.mark})", (self._count, state)
            )
            self._bare.commit()
        return self._count

    def act(self, instance: int, data: Mapping[str, Json], name: str = "decide") -> bool:
        """Do the next open task; whether anything is open afterwards."""
        mark = self._bare.mark
        with self._laps.lap(name):
            self._bare.begin()
            ((state,),) = self._bare.execute(f"SELECT state FROM plain WHERE id = {mark}", (instance,))
            following, goes_on = self._process.after(state, data)
            self._bare.execute(f"UPDATE plain SET state = {mark} WHERE id = {mark}", (following, instance))
            self._bare.commit()
        return goes_on

    def open_task(self, instance: int) -> str:
        """Id of the task that comes next; not timed."""
        self._bare.begin()
        ((state,),) = self._bare.execute(f"SELECT state FROM plain WHERE id = {self._bare.mark}", (instance,))
        self._bare.commit()
        return self._process.open_task(state)


def _do_next(workflow: Any, data: Mapping[str, Json]) -> None:
    task = _next(workflow)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def _next(workflow: Any) -> Any:
    return workflow.get_tasks(state=TaskState.READY, manual=True)[0]
