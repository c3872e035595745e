"""``/pickers/…``: what a search field offers while somebody types: people, units, lines of a register."""

from flask import Blueprint, Response, jsonify, request

from engine.org import Directory, Unit
from engine.pinyin import searchable
from engine.verbs import people, registers
from web.auth import actor
from web.language import N_, told
from web.shell import the_engine

SHOWN = 20
KINDS = {"external": N_("外单位"), "company": N_("所属单位"), "group": N_("集团")}
blueprint = Blueprint("pickers", __name__, url_prefix="/pickers")


@blueprint.get("/people")
def persons() -> Response:
    """By name, pinyin, login or unit; with nothing typed, the people of one's own unit."""
    engine, words = the_engine(), _words()
    if words:
        found = people.search(engine, words, actor())
    else:
        directory = people.directory(engine)
        found = tuple(
            people.described(directory, p) for p in directory.persons if p.active and _near(directory, p.login)
        )
    return jsonify([{"value": p.login, "label": p.name, "note": f"{p.unit} {p.title}".strip()} for p in found[:SHOWN]])


@blueprint.get("/units")
def units() -> Response:
    """By name, short name, pinyin or code, in the order of the organisation."""
    words = _words()
    there = [unit for unit in people.directory(the_engine()).units if unit.active]
    typed = searchable([name for unit in there for name in (unit.short, unit.name)])
    found = [
        unit
        for unit, *syllables in zip(there, typed[::2], typed[1::2], strict=True)
        if words in _searched(unit, syllables)
    ]
    found.sort(key=lambda unit: (unit.kind == "external", unit.ordinal))
    return jsonify([{"value": u.code, "label": u.name, "note": _kind(u)} for u in found[:60]])


@blueprint.get("/records/<register>")
def records(register: str) -> Response:
    """Records of a register by their label, with what one should know before choosing one."""
    found = registers.choices(the_engine(), register, actor(), text=request.args.get("q", "").strip()[:40], limit=SHOWN)
    return jsonify([{"value": one.label, "label": one.label, "note": one.note} for one in found])


def _words() -> str:
    return request.args.get("q", "").strip().lower()[:40]


def _near(directory: Directory, login: str) -> bool:
    unit = directory.main_unit(directory.person(login))
    return unit is not None and unit.id == actor().unit_id


def _searched(unit: Unit, syllables: list[str]) -> str:
    return " ".join((unit.name, unit.short, unit.code, *syllables)).lower()


def _kind(unit: Unit) -> str:
    return told(KINDS.get(unit.kind))
