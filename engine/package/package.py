"""A process package ready to run: files in, one immutable value out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine import bpmn, channels, limits
from engine.bpmn.expressions import Office, compile_expression, office
from engine.errors import ExpressionError, InvalidPackage, InvalidProcess, Problem
from engine.package.adopted import Adopted, adopted_form
from engine.package.checklist import ChecklistRow, read_checklist
from engine.package.manifest import Manifest, read_manifest
from engine.package.naming import schedule_faults, step_faults
from engine.package.paper_faults import paper_faults
from engine.package.plan import Plan, plan_of
from engine.package.plan_faults import plan_faults
from engine.package.reading_faults import reading_faults
from engine.package.register import Register, read_register
from forms import Form, FormError, read_form

TEXT = ("toml", "csv")
MOST_KEPT = 128  # more than a house has in use


@dataclass(frozen=True)
class Package:
    """Manifest, compiled process, forms, checklists, registers and ladders of one version."""

    manifest: Manifest
    process: bpmn.Process
    forms: Mapping[str, Form]
    checklists: Mapping[str, tuple[ChecklistRow, ...]]
    registers: Mapping[str, Register]
    ladders: Mapping[str, limits.Ladder]
    files: Mapping[str, bytes]
    adopted: Adopted | None = None  # where its form comes from, if it brings none of its own

    @cached_property
    def plans(self) -> Mapping[str, Plan]:
        """The plan of every user task, by element id."""
        rights = self.adopted.rights if self.adopted is not None else {}
        return {
            e.id: plan_of(e, fields=rights.get(e.id, ""))
            for e in self.process.elements.values()
            if e.kind in ("userTask", "manualTask", "task")
        }

    @property
    def start_fields(self) -> str:
        """What the start form may write, as the property ``fields`` says it; empty: everything."""
        return self.adopted.start if self.adopted is not None else ""

    @cached_property
    def order(self) -> tuple[str, ...]:
        """User tasks in reading order, for progress rails."""
        return tuple(self.process.user_tasks_in_order)

    @property
    def form(self) -> Form:
        """The one form of the instance."""
        return self.forms[self.manifest.form or ""]

    @property
    def xml(self) -> bytes:
        """The diagram as it was uploaded, byte for byte."""
        return self.files[self.manifest.diagram]

    @cached_property
    def texts(self) -> Mapping[str, channels.Text]:
        """The package's own notice texts, by code."""
        return channels.load_texts(_text(self.files, "templates.toml")) if "templates.toml" in self.files else {}

    @cached_property
    def empty(self) -> Mapping[str, None]:
        """All fields of the form without a value, so that conditions never meet an unknown name."""
        return {field.id: None for field in self.form.fields}


def read_package(files: Mapping[str, bytes]) -> Package:
    """Compile a package; raises InvalidPackage or InvalidProcess with all problems.

    The same files are compiled once for each office: who checks, deploys and starts one asks for it three times.
    """
    return _read(tuple(sorted(files.items())), office())


@lru_cache(maxsize=MOST_KEPT)
def _read(named: tuple[tuple[str, bytes], ...], _office: Office) -> Package:
    files = dict(named)
    manifest = _manifest(files)
    if manifest.diagram not in files:
        raise InvalidPackage(
            f"process.toml 写的流程图 {manifest.diagram} 不在包里。",
            f"diagram {manifest.diagram} is not in the package",
            "请把文件放进同一文件夹，或改正文件名。",
        )
    process = bpmn.compile(drawings(files), main=manifest.process)
    own = _forms(files)
    adopted = None if own else adopted_form(process, files)
    package = Package(
        manifest=manifest,
        process=process,
        forms=own if adopted is None else {"": adopted.form},
        adopted=adopted,
        checklists={name: read_checklist(_text(files, name), name) for name in _under(files, "checklists/", ".csv")},
        registers={
            _stem(name): read_register(_text(files, name), _stem(name)) for name in _under(files, "registers/", ".toml")
        },
        ladders=dict(limits.shipped_ladders())
        | (limits.load_ladders(_text(files, "ladders.toml")) if "ladders.toml" in files else {}),
        files=files,
    )
    problems = tuple(_contradictions(package))
    if problems:
        raise InvalidProcess(problems)
    return package


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    if "process.toml" in files:
        return read_manifest(_text(files, "process.toml"))
    diagrams = [name for name in files if name.endswith((".bpmn", ".bpmn20.xml", ".xml"))]
    if len(diagrams) != 1:
        raise InvalidPackage(
            "包里没有 process.toml，也不是单个 .bpmn 文件。",
            "neither process.toml nor exactly one .bpmn file",
            "上传单个 .bpmn，或带 process.toml 的流程包。",
        )
    name = diagrams[0]
    process = bpmn.compile({name: files[name]})
    # a bare diagram gets the least a package needs; ids of diagrams may hold what keys may not
    key = "".join(c if c.isascii() and c.isalnum() else "_" for c in process.key.lower()).strip("_") or "process"
    key = key if key[0].isalpha() else f"p_{key}"
    return Manifest(
        key=key[:58] if len(key) > 1 else f"{key}_process", title=(process.name or process.key)[:80], diagram=name
    )


def _forms(files: Mapping[str, bytes]) -> dict[str, Form]:
    found = {}
    for name in _under(files, "forms/", ".toml"):
        try:
            found[_stem(name)] = read_form(_text(files, name), _stem(name))
        except FormError as error:
            raise InvalidPackage(
                f"{name}：{error.message_zh}", f"{name}: {error}", "表单写法见参考手册“表单”。"
            ) from error
    return found


def _contradictions(package: Package) -> list[Problem]:
    """What single files cannot know: names that point at nothing."""
    manifest, out = package.manifest, []
    if (manifest.form or "") not in package.forms:
        out.append(_problem("package.form", None, f"表单 {manifest.form} 不存在", f"no form {manifest.form}"))
    out += _knowing(package)
    out += _archiving(package)
    form = package.forms.get(package.manifest.form or "")
    faults = reading_faults(package.manifest.reading, form, package.plans)
    out += [_problem("package.reading", None, fault.zh, fault.en) for fault in faults]
    if manifest.first is not None and manifest.first not in package.plans:
        out.append(
            _problem("package.first", manifest.first, f"首环节 {manifest.first} 不是用户任务", "first is no user task")
        )
    for plan in package.plans.values():
        for fault in plan_faults(package.process.elements[plan.element], plan):
            out.append(_problem("package.step", plan.element, fault.zh, fault.en))
        if plan.ladder and plan.ladder not in package.ladders:
            out.append(
                _problem("package.ladder", plan.element, f"没有升级阶梯 {plan.ladder}", f"no ladder {plan.ladder}")
            )
        if plan.checklist and plan.checklist not in manifest.checklist:
            out.append(
                _problem(
                    "package.checklist", plan.element, f"没有清单 {plan.checklist}", f"no checklist {plan.checklist}"
                )
            )
    form = package.forms.get(manifest.form or "")
    for wrong in paper_faults(manifest, package.files, form, package.process, package.plans.values()):
        out.append(_problem("package.document", wrong.element, wrong.zh, wrong.en))
    return [
        *out,
        *_checklist_faults(package),
        *_gate_faults(package),
        *_replan_faults(package),
        *_named_wrongly(package),
    ]


def _checklist_faults(package: Package) -> Iterator[Problem]:
    """A checklist may only name files, and rows in them, that there are."""
    for name, checklist in package.manifest.checklist.items():
        lost = [file for file in checklist.files if file not in package.checklists]
        for file in lost:
            yield _problem("package.checklist", None, f"清单 {name} 的文件 {file} 不存在", "file is missing")
        known = {row.id for file in checklist.files if file not in lost for row in package.checklists[file]}
        named = {*checklist.late, *(late.opens for late in checklist.late.values()), checklist.gate} - {""}
        if unknown := sorted(named - known):
            zh = f"清单 {name} 里没有 {'、'.join(unknown)}"
            yield _problem("package.checklist", None, zh, f"checklist {name}: no rows {unknown}")


def _gate_faults(package: Package) -> list[Problem]:
    """A gate waits for steps that have a checklist."""
    lists = {element for element, plan in package.plans.items() if plan.checklist}
    return [
        _problem("package.step", plan.element, f"关口等的不是清单环节：{'、'.join(lost)}", f"gate: {lost}")
        for plan in package.plans.values()
        if (lost := sorted({e for steps in plan.gate.values() for e in steps} - lists))
    ]


def _replan_faults(package: Package) -> list[Problem]:
    """A change may only name fields, service tasks and entries that there are."""
    asked = package.manifest.replan
    if asked is None or (package.manifest.form or "") not in package.forms:
        return []
    entries = {row.id for rows in package.checklists.values() for row in rows}
    named = (
        ({*asked.fields, asked.anchor, *asked.reconfirm} - set(package.form.by_id), "字段", "fields"),
        ({*asked.recount, *asked.renew} - set(package.process.elements), "服务任务", "service tasks"),
        ({e for codes in asked.reconfirm.values() for e in codes} - entries, "清单事项", "entries"),
    )
    return [
        _problem(
            "package.replan", None, f"变更规则里没有这些{zh}：{'、'.join(sorted(lost))}", f"replan: no {en} {lost}"
        )
        for lost, zh, en in named
        if lost
    ]


def _knowing(package: Package) -> Iterator[Problem]:
    """The list of those who may know must be one of persons: with another field nobody could open the case."""
    name = package.manifest.known_to
    form = package.forms.get(package.manifest.form or "")
    field = form.by_id.get(name) if form is not None else None
    if name and (field is None or field.type != "persons"):
        zh = f"知悉范围字段 {name} 不是表单中的人员多选字段"
        yield _problem("package.known_to", None, zh, f"known_to {name!r} is no field of type persons")


def _archiving(package: Package) -> Iterator[Problem]:
    """A rule about the archive may only name fields and steps that there are."""
    rule, form = package.manifest.archive, package.forms.get(package.manifest.form or "")
    for name in filter(None, (rule.retention_field, rule.paper_no, rule.paper_place)):
        if form is not None and name not in form.by_id:
            yield _problem("package.archive", None, f"归档规则的字段 {name} 不在表单中", f"archive: no field {name!r}")
    if isinstance(rule.paper, str):
        try:
            compile_expression(rule.paper)
        except ExpressionError as error:
            yield _problem("package.archive", None, f"归档规则 paper：{error.message_zh}", f"archive: paper: {error}")
    if rule.filed_at and rule.filed_at not in package.plans:
        zh = f"归档环节 {rule.filed_at} 不是用户任务"
        yield _problem("package.archive", rule.filed_at, zh, f"archive: {rule.filed_at!r} is no user task")


def _problem(code: str, element: str | None, zh: str, en: str) -> Problem:
    return Problem(code, element, None, f"{zh}。", en, "请改正名称，或补上文件。", "correct the name or add the file")


def drawings(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Diagrams and decision tables; what lies among the examples is handed in by somebody and runs nowhere."""
    own = {name: content for name, content in files.items() if not name.startswith("examples/")}
    return {name: content for name, content in own.items() if name.endswith((".bpmn", ".xml", ".dmn"))}


def _under(files: Mapping[str, bytes], folder: str, ending: str) -> list[str]:
    return sorted(n for n in files if n.startswith(folder) and n.endswith(ending))


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _text(files: Mapping[str, bytes], name: str) -> str:
    try:
        return files[name].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidPackage(f"{name} 不是 UTF-8 编码。", f"{name} is not UTF-8", "请另存为 UTF-8。") from error


def _named_wrongly(package: Package) -> list[Problem]:
    """What steps and schedules name and the package does not have."""
    fields = package.forms[package.manifest.form or ""].by_id if package.manifest.form in package.forms else None
    named = [*step_faults(package.manifest, package.plans.values(), fields), *schedule_faults(package.manifest, fields)]
    return [_problem(code, element, zh, en) for code, element, zh, en in named]
