"""Every letter of the programme by its kind: what it says (`rules.papers`) and the Word template it is printed with."""

from __future__ import annotations

from adapters.letters.decision import decision_context
from adapters.letters.forms import Form, write_letter
from adapters.letters.offices import budget_context, insurance_context, report_context
from adapters.letters.public import broadcast_context, posting_context, referral_context
from adapters.letters.results import change_context, refusal_context, village_context
from adapters.letters.review import minutes_context, submission_context
from adapters.letters.vouchers import refund_context, voucher_context
from rules import papers

FORMS: dict[str, Form] = {
    "decision_draft": Form(papers.DecisionPaper, "quyet_dinh_phe_duyet", decision_context),
    "decision": Form(papers.DecisionPaper, "quyet_dinh_phe_duyet", decision_context),
    "submission_letter": Form(papers.SubmissionLetter, "to_trinh", submission_context),
    "review_minutes": Form(papers.MinutesPaper, "bien_ban_xet_duyet", minutes_context),
    "posting_notice": Form(papers.PostingNotice, "thong_bao_niem_yet", posting_context),
    "broadcast": Form(papers.Broadcast, "ban_tin_phat_thanh.txt", broadcast_context),
    "health_referral": Form(papers.HealthReferral, "phieu_chuyen_tram_y_te", referral_context),
    "village_result": Form(papers.VillageResult, "thong_bao_ket_qua_thon", village_context),
    "refusal_letter": Form(papers.RefusalLetter, "cong_van_tra_loi", refusal_context),
    "stop_decision": Form(papers.ChangeDecision, "quyet_dinh_thoi_huong", change_context),
    "adjust_decision": Form(papers.ChangeDecision, "quyet_dinh_thoi_huong", change_context),
    "insurance_letter": Form(papers.InsuranceLetter, "cong_van_bhxh", insurance_context),
    "activity_report": Form(papers.ActivityReport, "bao_cao", report_context),
    "treasury_voucher": Form(papers.TreasuryVoucher, "chung_tu_kho_bac", voucher_context),
    "cash_voucher": Form(papers.TreasuryVoucher, "chung_tu_kho_bac", voucher_context),
    "refund_voucher": Form(papers.RefundVoucher, "giay_nop_tra_kinh_phi", refund_context),
    "budget_need": Form(papers.BudgetNeed, "du_toan", budget_context),
}
"""Kind of the record → how it is printed."""

__all__ = ["FORMS", "Form", "write_letter"]
