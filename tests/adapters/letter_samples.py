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
DECISION = "Quyết định số 35/QĐ-UBND ngày 22/07/2026"

COMMITTEE = Head(
    body="Ủy ban nhân dân đặc khu Cát Hải",
    issuer_lines=("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"),
    place="Cát Hải",
    symbol="TB-UBND",
    recipients=("Trưởng các thôn", "Ủy ban MTTQ", "Lưu: VT, KT"),
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
    before="Quyết định số 12/QĐ-UBND ngày 20/04/2026",
    minutes_on=date(2026, 7, 14),
    posted_from=date(2026, 7, 15),
    posted_to=date(2026, 7, 17),
    posted_at="nhà văn hóa các thôn và trụ sở Ủy ban nhân dân",
    opinions=1,
    opinions_open=0,
)

MINUTES = papers.MinutesPaper(
    head=replace(ECONOMY, symbol="BB-KT"),
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

SAMPLES: dict[str, Any] = {
    "submission_letter": SUBMISSION,
    "review_minutes": MINUTES,
    "posting_notice": POSTING,
    "broadcast": BROADCAST,
    "health_referral": REFERRAL,
}
"""Kind → what the example says."""
