"""What each official paper says, as plain values: gathered by the office, frozen with the record, printed by a door.

A paper is written from these values and its Word template alone, so that a reprint a year later says the same. No
diagnosis, no account number and no citizen number stands in any of them. Layout: NĐ 30/2020/NĐ-CP.
"""

from rules.papers.decision import DecisionPaper, DecisionRow
from rules.papers.head import Head, Tally
from rules.papers.offices import ActivityReport, BudgetNeed, BudgetRow, Figure, InsuranceLetter
from rules.papers.results import ChangeDecision, ChangeRow, ComplaintRule, RefusalLetter, ResultRow, VillageResult
from rules.papers.review import (
    Broadcast,
    HealthReferral,
    MinutesPaper,
    PostedRow,
    PostingNotice,
    ReferredRow,
    ReviewedRow,
    SubmissionLetter,
)

__all__ = [
    "ActivityReport",
    "Broadcast",
    "BudgetNeed",
    "BudgetRow",
    "ChangeDecision",
    "ChangeRow",
    "ComplaintRule",
    "DecisionPaper",
    "DecisionRow",
    "Figure",
    "Head",
    "HealthReferral",
    "InsuranceLetter",
    "MinutesPaper",
    "PostedRow",
    "PostingNotice",
    "ReferredRow",
    "RefusalLetter",
    "ResultRow",
    "ReviewedRow",
    "SubmissionLetter",
    "Tally",
    "VillageResult",
]
