"""Names in performer rules that nobody has, found without a case."""

import pytest

from engine import org
from engine.bpmn.expressions import compile_expression
from tests.engine.org.office import NOW, office


def unknown(rule: str) -> list[str]:
    return [name for _kind, name in org.strangers(compile_expression(rule).calls, office(), NOW)]


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("person('hegao_a')", []),
        ("person('zhang')", ["zhang"]),
        ("people(['hegao_a', 'li', 'wang'])", ["li", "wang"]),
        ("person('hegao_a, li')", ["li"]),
        ("post('hegao')", []),
        ("post('heago')", ["heago"]),
        ("post('hegao', 'nowhere')", ["nowhere"]),
        ("post('hegao', 'rlb')", ["rlb 的 hegao"]),
        ("post_group('keeper')", ["keeper"]),
        ("unit_head('cwb')", ["cwb"]),
        ("cosign(['rlb', 'cwb'])", ["cwb"]),
        ("dept_head('人力资源部')", []),
        ("in_charge('zhang')", ["zhang"]),
        ("[post('heago'), person('li')]", ["heago", "li"]),
        ("urgency == '特急' ? person('li') : post('hegao')", ["li"]),
        # what a case has to say is not judged
        ("person(coordinator)", []),
        ("dept_head(initiator)", []),
        ("unit_head(lead_unit)", []),
        ("initiator()", []),
    ],
)
def test_only_names_that_are_written_out_and_missing_are_told(rule: str, names: list[str]) -> None:
    assert unknown(rule) == names
