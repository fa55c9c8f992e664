"""One invented example of every letter, with more rows than a page holds where it has a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from rules import papers
from rules.authority import Issuer
from rules.papers import Head, Tally

POLICY = (
    "quy định chính sách hỗ trợ một số thành viên thuộc hộ nghèo, hộ cận nghèo, hộ thoát nghèo, hộ thoát cận nghèo "
    "trên địa bàn thành phố Hải Phòng giai đoạn 2026-2030"
)
BASES = (
    "Căn cứ Nghị quyết số 04/2026/NQ-HĐND ngày 20 tháng 4 năm 2026 của Hội đồng nhân dân thành phố Hải Phòng " + POLICY,
    "Căn cứ Kế hoạch số 187/KH-UBND ngày 21 tháng 5 năm 2026 của Ủy ban nhân dân thành phố",
)
CYCLE = "Quý III/2026"
VILLAGES = ("Phù Long", "Xuân Đám", "Trân Châu", "Gia Luận", "Việt Hải", "Hiền Hào", "Nghĩa Lộ", "Văn Phong")
DECISION = "Quyết định số 35/QĐ-UBND ngày 22 tháng 7 năm 2026"

RESOLUTION = "Nghị quyết số 04/2026/NQ-HĐND ngày 20 tháng 4 năm 2026 của Hội đồng nhân dân thành phố Hải Phòng"

COMMITTEE = Head(
    body="Ủy ban nhân dân đặc khu Cát Hải",
    issuer_lines=("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"),
    place="Cát Hải",
    symbol="TB-UBND",
    recipients=("Trưởng các thôn", "Ủy ban MTTQ", "Lưu: VT, KT"),
    resolution=RESOLUTION,
    authority_lines=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer_name="Lê Văn Hư Cấu",
    is_demo=True,
)
ECONOMY = Head(
    body="Phòng Kinh tế",
    parent_line="UBND ĐẶC KHU CÁT HẢI",
    issuer_lines=("PHÒNG KINH TẾ",),
    place="Cát Hải",
    symbol="TTr-KT",
    recipients=("Như trên", "Phòng Văn hóa - Xã hội", "Lưu: VT, KT"),
    resolution=RESOLUTION,
    issuer=Issuer.HEAD,
    authority_lines=("TRƯỞNG PHÒNG",),
    signer_name="Vũ Thị Hư Cấu",
    is_demo=True,
)


def name(number: int) -> str:
    """A name nobody takes for a real person's."""
    return f"{('Nguyễn', 'Vũ', 'Đỗ', 'Phạm')[number % 4]} Thị Hư Cấu {number}"


def village(number: int) -> str:
    """The thôn of the number-th person: five people each."""
    return VILLAGES[number // 5 % len(VILLAGES)]


SUBMISSION = papers.SubmissionLetter(
    head=ECONOMY,
    to="Chủ tịch Ủy ban nhân dân đặc khu Cát Hải",
    bases=BASES,
    cycle_label=CYCLE,
    policy=POLICY,
    reviewed=73,
    supported=(
        Tally("Trẻ em", 12, 18_000_000),
        Tally("Người cao tuổi không có lương hưu, trợ cấp", 40, 60_000_000),
        Tally("Người khuyết tật nặng, đặc biệt nặng", 6, 9_000_000),
    ),
    by_village=tuple(
        Tally(place, 7 + (number < 2), (7 + (number < 2)) * 1_500_000) for number, place in enumerate(VILLAGES)
    ),
    refused=10,
    aside=5,
    bhyt_people=31,
    health_people=4,
    matches=3,
    changes=(Tally("Mới", 50), Tally("Đổi mức", 3), Tally("Giữ nguyên", 5), Tally("Không hỗ trợ", 10)),
    stopped=(Tally("Chết", 1), Tally("Chuyển đi nơi khác", 2)),
    before="Quyết định số 12/QĐ-UBND ngày 20 tháng 4 năm 2026",
    minutes_on=date(2026, 7, 14),
    posted_from=date(2026, 7, 15),
    posted_to=date(2026, 7, 17),
    posted_at="nhà văn hóa các thôn và trụ sở Ủy ban nhân dân",
    opinions=1,
    opinions_open=0,
)

APPROVAL = papers.DecisionPaper(
    head=replace(COMMITTEE, symbol="QĐ-UBND", recipients=("Như Điều 3", "Trưởng các thôn", "Lưu: VT, KT")),
    subject=f"Về việc phê duyệt danh sách người được hỗ trợ {CYCLE} theo Nghị quyết số 04/2026/NQ-HĐND",
    authority_title="Ủy ban nhân dân đặc khu Cát Hải",
    bases=(*BASES, "Căn cứ Biên bản họp xét duyệt ngày 14 tháng 7 năm 2026", "Theo đề nghị của Trưởng phòng Kinh tế"),
    cycle_label=CYCLE,
    policy=POLICY,
    rows=tuple(
        papers.DecisionRow(
            name(number),
            str(1940 + number),
            village(number),
            "Hộ thoát cận nghèo",
            "Người cao tuổi không có lương hưu, trợ cấp",
            1_500_000,
            "07/2026",
            "30%" if number % 2 else "",
        )
        for number in range(1, 59)
    ),
)
ISSUED = replace(
    APPROVAL,
    head=replace(APPROVAL.head, number=35, issued_on=date(2026, 7, 22)),
    audit_head="ab" * 32,
)

MINUTES = papers.MinutesPaper(
    head=replace(ECONOMY, symbol="BB-KT", recipients=("Phòng Kinh tế", "Phòng Văn hóa - Xã hội", "Lưu: VT")),
    cycle_label=CYCLE,
    policy=POLICY,
    held_on=date(2026, 7, 14),
    place="Hội trường Ủy ban nhân dân đặc khu",
    rows=tuple(
        papers.ReviewedRow(
            name(number),
            str(1940 + number),
            village(number),
            "Hộ thoát cận nghèo",
            "Người cao tuổi không có lương hưu, trợ cấp" if number % 6 else "",
            "Đề nghị hỗ trợ" if number % 6 else "Đề nghị không hỗ trợ",
            1_500_000 if number % 6 else 0,
            "" if number % 6 else "Không thuộc nhóm nào trong các nhóm được hỗ trợ",
        )
        for number in range(1, 41)
    ),
    matches=(Tally("Giữ trong danh sách", 2), Tally("Loại khỏi danh sách", 1)),
    health=(Tally("Đạt", 3), Tally("Không đạt", 1)),
    conclusion="Thống nhất danh sách đề nghị",
    departments=("Phòng Văn hóa - Xã hội", "Phòng Kinh tế"),
)

POSTING = papers.PostingNotice(
    head=COMMITTEE,
    cycle_label=CYCLE,
    policy=POLICY,
    starts_on=date(2026, 7, 15),
    ends_on=date(2026, 7, 17),
    posted_at="nhà văn hóa các thôn và trụ sở Ủy ban nhân dân",
    offices=("Phòng Kinh tế", "Ủy ban MTTQ"),
    rows=tuple(
        papers.PostedRow(name(number), str(1940 + number), village(number), "Hộ thoát nghèo", 1_500_000)
        for number in range(1, 59)
    ),
)

BROADCAST = papers.Broadcast(
    commune="đặc khu Cát Hải",
    quarter=3,
    year=2026,
    policy=POLICY,
    starts_on=date(2026, 7, 15),
    ends_on=date(2026, 7, 17),
    posted_at="nhà văn hóa các thôn và trụ sở UBND",
    offices=("Phòng Kinh tế", "Ủy ban MTTQ"),
    is_demo=True,
)

REFERRAL = papers.HealthReferral(
    head=replace(ECONOMY, symbol="PC-KT", recipients=("Như trên", "Lưu: VT, KT")),
    cycle_label=CYCLE,
    policy=POLICY,
    due_on=date(2026, 7, 8),
    rows=tuple(
        papers.ReferredRow(name(number), f"02/03/{1950 + number}", "Nữ", village(number)) for number in range(4)
    ),
)

VILLAGE_RESULT = papers.VillageResult(
    head=replace(COMMITTEE, recipients=("Trưởng thôn Phù Long", "Phòng Kinh tế", "Lưu: VT, KT")),
    village="thôn Phù Long",
    cycle_label=CYCLE,
    decision=DECISION,
    rows=(
        *(
            papers.ResultRow(name(number), str(1940 + number), "Được hỗ trợ", 1_500_000, "07/2026", "30%")
            for number in range(1, 8)
        ),
        papers.ResultRow(name(8), "1948", "Không được hỗ trợ", 0, "", ""),
    ),
)

REFUSAL = papers.RefusalLetter(
    head=replace(COMMITTEE, symbol="UBND-KT", recipients=("Như trên", "Trưởng thôn", "Lưu: VT, KT"), is_assumed=True),
    full_name=name(8),
    birth_year="1948",
    village="thôn Phù Long",
    cycle_label=CYCLE,
    policy=POLICY,
    decision=DECISION,
    reasons=(
        "Không thuộc nhóm nào trong các nhóm được hỗ trợ:",
        "- Nhóm “Trẻ em”: chưa đạt điều kiện tuổi.",
        "- Nhóm “Người cao tuổi không có lương hưu, trợ cấp”: chưa đạt điều kiện thu nhập ổn định hằng tháng.",
    ),
    complaint=papers.ComplaintRule(complain_days=90, accept_days=10, settle_days=30, complex_days=45),
)

STOP = papers.ChangeDecision(
    head=replace(COMMITTEE, symbol="QĐ-UBND", recipients=("Như Điều 3", "Lưu: VT, KT")),
    kind="thôi hưởng",
    authority_title="Ủy ban nhân dân đặc khu Cát Hải",
    bases=(*BASES, "Theo đề nghị của Trưởng phòng Kinh tế"),
    policy=POLICY,
    rows=(
        papers.ChangeRow(
            name(3),
            "1943",
            "Phù Long",
            1_500_000,
            0,
            "09/2026",
            "Chết, ngày 20/08/2026",
            "Quyết định số 35/QĐ-UBND ngày 22/07/2026",
        ),
    ),
    audit_head="ab" * 32,
)
SUSPEND = replace(
    STOP,
    kind="tạm dừng hưởng",
    rows=(replace(STOP.rows[0], reason="Tạm dừng hưởng, ngày 20/08/2026: Chưa xác định được nơi ở"),),
)
RESUME = replace(
    STOP,
    kind="cho hưởng lại",
    rows=(
        replace(
            STOP.rows[0],
            before=0,
            after=1_500_000,
            from_month="11/2026",
            reason="Hưởng lại sau tạm dừng, ngày 03/11/2026: Đã xác minh",
        ),
    ),
)
ADJUST = replace(
    STOP,
    kind="điều chỉnh mức",
    rows=tuple(
        papers.ChangeRow(
            name(number),
            str(1940 + number),
            village(number),
            1_500_000,
            2_000_000,
            "10/2026",
            "Thay đổi nhóm hoặc mức theo đánh giá mới",
            "Quyết định số 35/QĐ-UBND ngày 22/07/2026",
        )
        for number in range(1, 15)
    ),
)

INSURANCE = papers.InsuranceLetter(
    head=replace(COMMITTEE, symbol="UBND-KT", recipients=("Như trên", "Lưu: VT, KT")),
    to="BHXH cơ sở",
    cycle_label=CYCLE,
    policy=POLICY,
    batch=1,
    by_period=(Tally("12 tháng, từ 08/2026", 30, 40_986_000), Tally("12 tháng, từ 10/2026", 1, 1_366_200)),
    file_name="D03-TS-2026-Q3-1.xlsx",
    card_days=5,
)

INSURANCE_LEAVING = (Tally("Chết", 1, 341_550), Tally("Chuyển đi nơi khác", 1, 204_930))

REPORT = papers.ActivityReport(
    head=replace(ECONOMY, symbol="BC-KT"),
    period="quý III/2026",
    first_day=date(2026, 7, 1),
    last_day=date(2026, 9, 30),
    policy=POLICY,
    to="Ủy ban nhân dân đặc khu Cát Hải",
    figures=(
        papers.Figure("Quyết định phê duyệt đã ban hành", "quyết định", 1),
        papers.Figure("Người được phê duyệt", "người", 58),
        papers.Figure("Người không được phê duyệt", "người", 10),
        papers.Figure("Người đang hưởng hỗ trợ hằng tháng cuối kỳ", "người", 57),
        papers.Figure("Người thôi hưởng trong kỳ", "người", 1),
        papers.Figure("- Chết", "người", 1),
        papers.Figure("Số tiền đã chi trả", "đồng", 259_500_000),
        papers.Figure("Thẻ BHYT đã cấp", "thẻ", 31),
        papers.Figure("Ý kiến, khiếu nại đã tiếp nhận", "ý kiến", 1),
    ),
    by_village=tuple(
        Tally(place, 7 + (number < 1), 31_500_000 + (number < 1) * 7_500_000) for number, place in enumerate(VILLAGES)
    ),
    by_group=(Tally("Trẻ em", 12, 18_000_000), Tally("Người cao tuổi không có lương hưu, trợ cấp", 45, 67_500_000)),
    by_month=tuple(Tally(f"Tháng {month}/2026", 57, 86_500_000) for month in ("07", "08", "09")),
)

BUDGET = papers.BudgetNeed(
    head=replace(ECONOMY, symbol="BC-KT", is_assumed=True),
    year=2027,
    to="Ủy ban nhân dân đặc khu Cát Hải",
    policy=POLICY,
    counted_on=date(2026, 9, 30),
    plan_people=73,
    income=(
        papers.BudgetRow("Trẻ em", 12, 141, 211_500_000),
        papers.BudgetRow("Người cao tuổi không có lương hưu, trợ cấp", 45, 540, 810_000_000),
    ),
    bhyt=(papers.BudgetRow("Hỗ trợ 30% mức đóng", 31, 372, 12_705_660),),
    expected=(papers.BudgetRow("Người dự kiến phát sinh theo kế hoạch (mức bình quân)", 16, 192, 288_000_000),),
)

PAYER = papers.Payer(
    unit_name="UBND đặc khu Cát Hải",
    account_no="9527.3.1234567",
    place_name="Kho bạc Nhà nước khu vực III, phòng giao dịch Cát Hải",
    unit_code="1234567",
    chapter_code="800",
    sector_code="398",
    item_code="7149",
    source_code="12",
)
TREASURY = papers.TreasuryVoucher(
    form=papers.VoucherForm.WITHDRAWAL,
    payer=PAYER,
    month="2026-07",
    by_cash=False,
    receiver="51 người hưởng theo danh sách kèm theo",
    rows=(papers.VoucherRow("Hỗ trợ hằng tháng cho người dân, tháng 07/2026, chuyển khoản", 74_100_000),),
    people=51,
    total=74_100_000,
    list_ref="DS-1",
    list_sha256="ab" * 32,
    is_demo=True,
)
CASH = replace(
    TREASURY,
    form=papers.VoucherForm.PAYMENT_ORDER,
    payer=replace(PAYER, unit_code="", item_code=""),
    by_cash=True,
    receiver="",
    rows=(papers.VoucherRow("Hỗ trợ hằng tháng cho người dân, tháng 07/2026, tiền mặt chi tại thôn", 8_000_000),),
    people=6,
    total=8_000_000,
)
REFUND = papers.RefundVoucher(
    form=papers.VoucherForm.REFUND,
    payer=PAYER,
    voucher_no="07/NT",
    returned_on=date(2026, 9, 30),
    rows=(
        papers.VoucherRow("Nộp trả tiền hỗ trợ tháng 07/2026 chưa chi được, 2 khoản", 3_500_000),
        papers.VoucherRow("Nộp trả tiền hỗ trợ tháng 08/2026 chưa chi được, 1 khoản", 1_500_000),
    ),
    people=3,
    total=5_000_000,
    note="Người hưởng đã chết, thân nhân không nhận",
    is_demo=True,
)

SAMPLES: dict[str, Any] = {
    "decision_draft": APPROVAL,
    "decision": ISSUED,
    "submission_letter": SUBMISSION,
    "review_minutes": MINUTES,
    "posting_notice": POSTING,
    "broadcast": BROADCAST,
    "health_referral": REFERRAL,
    "village_result": VILLAGE_RESULT,
    "refusal_letter": REFUSAL,
    "stop_decision": STOP,
    "adjust_decision": ADJUST,
    "insurance_letter": INSURANCE,
    "activity_report": REPORT,
    "budget_need": BUDGET,
    "treasury_voucher": TREASURY,
    "cash_voucher": CASH,
    "refund_voucher": REFUND,
}
"""Kind → what the example says."""

VARIANTS: dict[str, tuple[str, Any]] = {
    "stop_decision_bhyt": ("stop_decision", replace(STOP, rows=(replace(STOP.rows[0], before=0),))),
    "stop_decision_suspend": ("stop_decision", SUSPEND),
    "stop_decision_resume": ("stop_decision", RESUME),
    "insurance_letter_both": ("insurance_letter", replace(INSURANCE, batch=2, leaving=INSURANCE_LEAVING)),
    "insurance_letter_decreases": (
        "insurance_letter",
        replace(INSURANCE, batch=2, by_period=(), leaving=INSURANCE_LEAVING, file_name="D03-TS-2026-Q3-2.xlsx"),
    ),
}
"""Papers that read otherwise by what they carry: name → (kind, what it says)."""
