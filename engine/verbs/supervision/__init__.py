"""Supervision: everything under way at one look, and chasing many at once."""

from engine.verbs.supervision.chasing import MOST_CHASED, ChaseResult, chase
from engine.verbs.supervision.matters import LIGHTS, Matter
from engine.verbs.supervision.overview import SupervisionView, UnitLine, overview_of
from engine.verbs.supervision.records import LateRecord, late_records
from engine.verbs.supervision.scoring import Scores, YearScores, scores_of, scores_of_year
from engine.verbs.supervision.standing import Notch
from engine.verbs.supervision.workbooks import ledger_workbook, scores_workbook, year_workbook

__all__ = [
    "LIGHTS",
    "MOST_CHASED",
    "ChaseResult",
    "LateRecord",
    "Matter",
    "Notch",
    "Scores",
    "SupervisionView",
    "UnitLine",
    "YearScores",
    "chase",
    "late_records",
    "ledger_workbook",
    "overview_of",
    "scores_of",
    "scores_of_year",
    "scores_workbook",
    "year_workbook",
]
