"""Limits, performers, fields and columns of seals and small processes against domain.md §3, §8.3 and §9."""

from functools import cache

import pytest

from engine.package import Package, read_package
from engine.settings import SHIPPED
from engine.verbs.definitions import read_folder

LIMITS = {
    # urgent, hurried and ordinary, as §8.3 has them
    "seal_use": {
        "YY10": "1CH/1WH/4WH", "YY20": "1CH/2WH/4WH", "YY30": "1CH/2WH/4WH", "YY35": "2CH/4WH/1WD",
        "YY40": "1CH/2WH/4WH", "YY50": "1CH/4WH/1WD", "YY55": "2CH/4WH/1WD", "YY60": "0.5CH/1WH/4WH",
        "YY70": "${valid_until if urgency == '平件' else '1WH' if urgency == '加急' else '0.5CH'}",
        "YY78": "0.5CH/1WH/1WD", "YY80": "1CH/4WH/1WD", "YY90": "until:return_due", "YY100": "—/—/10WD",
    },
    # ordinary, as §9 has them
    "archive_lending": {"JY20": "1WD", "JY30": "1WD", "JY50": "1WD", "JY40": "4WH", "JY60": "当日"},
    "car_use": {"YC20": "2WH", "YC30": "4WH", "YC40": "2WH", "YC60": "1WD"},
    "room_booking": {"HS30": "4WH", "HS40": "until:ready_by", "HS50": "until:back_due"},
    "agenda_topic": {
        "YT20": "1WD", "YT30": "3WD", "YT40": "2WD", "YT50": "1WD", "YT70": "until:party_due", "YT80": "1WD",
        "YT90": "1WD", "YT110": "until:decided_due",
    },
    "supply_issue": {"LY20": "4WH", "LY30": "4WH", "LY40": "1WD", "LY50": "5WD"},
    "reception": {"JD20": "4WH", "JD30": "4WH", "JD40": "until:start_at", "JD50": "until:list_due", "JD60": "5WD"},
    "rule_making": {
        "ZD10": "1WD", "ZD20": "until:draft_due", "ZD30": "5WD", "ZD40": "3WD", "ZD60": "5WD", "ZD70": "10WD",
    },
    "seal_life": {"YZ20": "1WD", "YZ30": "1WD", "YZ40": "1WD", "YZ50": "5WD", "YZ60": "3WD", "YZ80": "10WD"},
    "incident_report": {"TF20": "PT10M"},
    "repair": {"BX30": "2WD"},
    "document_rating": {"PB60": "5WD"},
}  # fmt: skip
PERFORMERS = {
    "seal_use": {
        "YY10": "initiator()", "YY20": "dept_head(applicant_dept)", "YY35": "dept_head('fwb')",
        "YY40": "dept_head('cwb')",
        "YY60": "seal_keeper(seal)", "YY70": "[seal_keeper(seal), seal_witness(seal)]", "YY75": "seal_keeper(seal)",
        "YY77": "person(off_receiver)", "YY80": "[initiator(), seal_keeper(seal)]", "YY100": "post('dangan')",
    },
    "archive_lending": {
        "JY20": "dept_head(initiator())", "JY30": "[dept_head(origin_unit), post('zhuren')]",
        "JY50": "in_charge(origin_unit)", "JY40": "post('dangan')", "JY60": "post('dangan')", "JY70": "post('dangan')",
    },
    "car_use": {
        "YC20": "dept_head(initiator())", "YC30": "in_charge('bgs') if overnight or holiday else post('zhuren')",
        "YC40": "post('cheliang')", "YC50": "person(driver)", "YC55": "initiator()", "YC60": "post('cheliang')",
    },
    "room_booking": {"HS30": "person(keeper)", "HS40": "person(keeper)", "HS50": "[initiator(), person(keeper)]"},
    "agenda_topic": {
        "YT20": "dept_head(initiator())", "YT30": "cosign(consulted)", "YT40": "unit_head('fwb')",
        "YT50": "in_charge(initiator())", "YT70": "dept_head('dqb')",
    },
    "supply_issue": {"LY20": "dept_head(initiator())", "LY30": "post('zhuren')", "LY40": "post('kuguan')"},
    "asset": {"ZC20": "dept_head(initiator())", "ZC30": "[unit_head('cwb'), post('kuguan')]"},
    "reception": {"JD20": "dept_head(initiator())", "JD50": "initiator()", "JD60": "post_group('staff', 'cwb')"},
    "rule_making": {"ZD20": "initiator()", "ZD30": "cosign(depts)", "ZD40": "[unit_head('fwb'), unit_head('yyb')]"},
    "bulletin": {
        "NK20": "post('fuzhuren')", "NK40": "in_charge('bgs') if kind in ['集团内参', '舆情快报'] else post('zhuren')",
    },
    "seal_life": {
        "YZ30": "[post('zhuren'), dept_head('fwb')]", "YZ50": "[post('yinzhang'), post('jianyin')]",
        "YZ80": "post('dangan')",
    },
    "licence_lending": {
        "ZZ20": "dept_head(initiator())", "ZZ30": "post('yinzhang')", "ZZ40": "in_charge(initiator())",
        "ZZ60": "post('yinzhang')",
    },
    "archive_transfer": {"YJ20": "post('dangan')", "YJ30": "[initiator(), post('dangan')]"},
    "drafting": {"WG20": "person(writer)", "WG30": "post('fuzhuren')", "WG40": "person(leader)"},
    "inquiry": {"SJ20": "dept_head(lead_unit)", "SJ23": "first_contact()", "SJ30": "first_contact()"},
    "visitor": {"FK20": "person(host)"},
    "post_rotation": {"LG40": "[person(giver), person(receiver), person(witness)]"},
    "rectification": {"ZG20": "dept_head(lead_unit)", "ZG30": "person(checker)"},
}  # fmt: skip
FIELDS = {
    "seal_use": "file_name file_kind ref_no purpose send_to seal copies places straddle amount counterparty document "
    "resolution guarantee commitments urgency wanted_at mode off_place off_date return_due off_witness "
    "need_legal checks actual_copies actual_places sealed_photos scan seal_use_no valid_until archive_no "
    "more off_receiver off_uses imprint_ok legal_note review_no",
    "archive_lending": "archive purpose way until origin_unit count_ok lent_at_note copied_pages check_ok "
    "missing_pages",
    "car_use": "reason category origin destination start_at end_at people overnight out_of_city holiday related_no "
    "vehicle driver vehicle_use_no merged left_at back_at km_start km_end fuel toll confirmed km_note",
    "room_booking": "room start_at end_at headcount layout equipment tea meeting_no faults used_until",
    "agenda_topic": "topic meeting topic_kind major major_kind clause authority amount background options risks "
    "request "
    "opinions legal_file assessments reporter attending minutes secrecy materials legal_result "
    "party_minutes complete copies order late sitting receipts decided votes_for votes_against "
    "votes_abstain votes_withdrawn remarks supervise",
    "supply_issue": "supply quantity purpose over_quota issued receiver quotes supplier",
    "asset": "operation asset_no to_user to_place",
    "reception": "guest_unit letter no_letter_reason guests rank reason start_at items companions budget listed papers",
    "rule_making": "rule_name basis level depts planned draft explained conflicts opinions legal_file "
    "resolution rule_no "
    "effective replaces chapter taught review",
    "bulletin": "kind issue_no column articles pictures mark scope copies proofs",
    "seal_life": "operation name reason basis police_no imprint done_photos done_place notice_no reported_to statement "
    "liability",
    "licence_lending": "licence way purpose send_to return_due checked receiver intact",
    "drafting": "occasion duration style points hand_in rounds",
    "visitor": "id_kind id_tail purpose car area escort left_at",
    "post_rotation": "post giver receiver witness effective_on open_work goods unfinished accounts",
    "incident_report": "grade first_report told follow_ups final_report",
    "data_request": "purpose definition frequency existing different shared_with share_all",
    "training": "present record",
    "inquiry": "first_contact missing told supplied",
}
COLUMNS = {
    (
        "seal_use",
        "seal_use",
    ): "used_at seal file_name copies places purpose send_to applicant applicant_dept approver sealers "
    "mode scan remark",
    ("seal_use", "seal_out"): "seal dept receiver witness place taken_at due returned_at uses",
    (
        "seal_use",
        "seal",
    ): "seal_no name kind material unit police_no imprint active_since notice_no keeper keeper_b place "
    "key_keeper engraver back_by last_move",
    ("reception", "reception"): "guest_unit reason start_at place settled",
    ("car_use", "vehicle_use"): "vehicle driver start_at reason destination km fuel toll social_cost",
    ("licence_lending", "licence_lending"): "licence way purpose borrower receiver lent_at due returned_at intact",
}


@cache
def package(key: str) -> Package:
    return read_package(read_folder(SHIPPED / key))


@pytest.mark.parametrize("key", LIMITS)
def test_a_step_has_the_limit_of_its_line(key: str) -> None:
    plans = package(key).plans
    found = {step: plans[step].limit for step in LIMITS[key]}

    assert found == {
        step: said if said.count("/") == 2 or found[step] == said else f"{found[step].rsplit('/', 1)[0]}/{said}"
        for step, said in LIMITS[key].items()
    }


@pytest.mark.parametrize("key", PERFORMERS)
def test_a_step_is_done_by_whom_its_line_names(key: str) -> None:
    plans = package(key).plans

    assert {step: plans[step].performer for step in PERFORMERS[key]} == PERFORMERS[key]


@pytest.mark.parametrize("key", FIELDS)
def test_a_form_has_the_fields_of_its_line(key: str) -> None:
    assert set(FIELDS[key].split()) - set(package(key).form.by_id) == set()


@pytest.mark.parametrize(("key", "register"), COLUMNS)
def test_a_register_has_the_columns_of_its_line(key: str, register: str) -> None:
    columns = {column.id for column in package(key).registers[register].column}

    assert set(COLUMNS[key, register].split()) - columns == set()


def test_a_seal_lives_as_the_chart_of_its_states_says() -> None:
    register = package("seal_life").registers["seal"]

    assert {state: set(after) for state, after in register.moves.items()} == {
        "drafted": {"approved"},
        "approved": {"made"},
        "made": {"active", "lost"},
        "active": {"off_site", "suspended", "disabled", "lost"},
        "off_site": {"active", "suspended", "lost"},
        "suspended": {"active", "disabled", "lost"},
        "disabled": {"recalled", "abolished", "lost"},
        "recalled": {"sealed", "abolished", "lost"},
        "sealed": {"destroyed", "abolished", "lost"},
        "lost": {"abolished"},
    }
    assert register.choose == ("active", "off_site")


@pytest.mark.parametrize(
    ("key", "register", "days"),
    [
        ("licence_lending", "licence", (60, 30, 7)),
        ("car_use", "vehicle", (60, 30, 7)),
        ("procurement", "contract", (90, 60, 30, 7)),
    ],
)
def test_what_runs_out_is_told_so_many_days_before(key: str, register: str, days: tuple[int, ...]) -> None:
    (told,) = package(key).registers[register].remind

    assert tuple(told.days) == days


def test_a_late_scan_is_told_to_the_keeper_and_to_the_applicants_head() -> None:
    ladder = package("seal_use").ladders["ESC-SEAL-SCAN"]

    (late,) = (rung for rung in ladder.rungs if rung.key == "late-1")
    assert {"seal_keeper(seal)", "dept_head(initiator())"} <= set(late.to)
