"""Whom a ladder tells: every rule of the shipped ladders finds somebody in an office that has the usual posts."""

import pytest

from engine.limits import shipped_ladders
from tests.engine.org.office import found, logins, office

OFFICE = office(
    seats={
        "admin": ("bgs.ducha", "bgs.huiwu", "bgs.liaison"),
        "ca_clerk": ("group.secretary", "cabgs.zhuren"),
        "rlb1": ("bgs.staff",),
    }
)
RULES = sorted(
    {
        rule
        for ladder in shipped_ladders().values()
        for rung in (*ladder.rungs, *([ladder.daily] if ladder.daily else []))
        for rule in (*rung.to, *ladder.leader_to)
    }
)
TOLD = {
    "performer()": ["hegao_a"],
    "dept_head(performer())": ["zhuren"],
    "dept_head(initiator)": ["zhuren"],
    "in_charge(performer())": ["vp_a"],
    "in_charge(initiator)": ["vp_a"],
    "lead_head()": ["zhuren"],
    "liaison(performer())": ["admin"],
    "liaison(principal('exec'))": ["admin"],
    "post('ducha')": ["admin"],
    "post('huiwu')": ["admin"],
    "post('wenshu')": ["hegao_b"],
    "post('zhuren')": ["zhuren"],
    "principal('exec')": ["gm"],
    "principal('party')": ["ca_clerk"],
    "seal_keeper(seal)": ["yinzhang_a"],
    "seal_witness(seal)": ["jianyin_a"],
}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_a_shipped_ladder_finds_its_people(rule: str) -> None:
    resolution = found(
        rule,
        OFFICE,
        performer="hegao_a",
        initiator_unit="bgs",
        variables={"lead_unit": "bgs", "seal": "合同章"},
    )

    assert logins(resolution) == TOLD[rule]
    assert resolution.problem == ""
