"""What each official paper says, as plain values: gathered by the office, frozen with the record, printed by a door.

A paper is written from these values and its Word template alone, so that a reprint a year later says the same. No
diagnosis and no account number stands in any of them, a citizen number in the D03-TS alone. Layout: NĐ 30/2020/NĐ-CP.
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
from rules.papers.vouchers import FORM_LABELS, FormLabel, Payer, RefundVoucher, TreasuryVoucher, VoucherForm, VoucherRow

__all__ = [
    "FORM_LABELS",
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
    "FormLabel",
    "Head",
    "HealthReferral",
    "InsuranceLetter",
    "MinutesPaper",
    "Payer",
    "PostedRow",
    "PostingNotice",
    "ReferredRow",
    "RefundVoucher",
    "RefusalLetter",
    "ResultRow",
    "ReviewedRow",
    "SubmissionLetter",
    "Tally",
    "TreasuryVoucher",
    "VillageResult",
    "VoucherForm",
    "VoucherRow",
]
