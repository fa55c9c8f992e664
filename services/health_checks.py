"""Whether a health conclusion carries itself: a code match is never enough, no gap of the list is guessed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.diseases import DiseaseList, disease_list, evidence_kinds, split_item_and_code
from rules.parameters import LawBook, LawGap
from rules.workflow import HealthResult
from services.errors import invalid, waiting

ROUTES = ("TT50", "INJURY_PCT", "TT25", "NONE")


@dataclass(frozen=True)
class Answer:
    """What the station says in one round."""

    result: HealthResult
    route: str
    disease_code: str | None
    severity_met: bool | None
    injury_pct: int | None
    evidence_kind: str
    valid_until: date | None
    note: str | None


def check(answer: Answer, *, book: LawBook, on: date) -> None:
    """Raises Problem INVALID when something is missing or contradicts itself, WAITING when the law or list has a gap.

    MET needs an accepted ground (NQ04.health.routes), the evidence that ground asks for, and by ground: TT50 a code of
    a known item and its severity; INJURY_PCT a percentage of at least NQ04.health.injury_pct_min; TT25 a code.
    MORE_PAPERS needs a note that says which papers.
    """
    if answer.result is HealthResult.PENDING or answer.route not in ROUTES:
        raise invalid(
            "health_result", "Chọn kết luận Đạt, Không đạt hoặc Chờ bổ sung giấy tờ, và một căn cứ.", field="result"
        )
    if answer.injury_pct is not None and not 0 <= answer.injury_pct <= 100:
        raise invalid("injury_pct", "Tỷ lệ tổn thương cơ thể phải từ 0 đến 100.", field="injury_pct")
    if answer.evidence_kind and answer.evidence_kind not in evidence_kinds():
        raise invalid("evidence_kind", "Loại giấy tờ này không có trong danh mục.", field="evidence_kind")
    if answer.result is HealthResult.MORE_PAPERS and not (answer.note or "").strip():
        raise invalid("papers_needed", "Ghi rõ cần bổ sung giấy tờ gì.", field="note")
    if answer.result is HealthResult.MET:
        _check_met(answer, book, on)


def _check_met(answer: Answer, book: LawBook, on: date) -> None:
    if answer.route not in _value(book, "NQ04.health.routes", on):
        raise invalid(
            "health_route", "Kết luận Đạt phải dựa vào một căn cứ sức khỏe đang được chấp nhận.", field="route"
        )
    _check_evidence(answer)
    if answer.valid_until is not None and answer.valid_until < on:
        raise invalid("valid_until", "Thời hạn của kết luận không được ở quá khứ.", field="valid_until")
    if answer.route == "INJURY_PCT":
        _check_percentage(answer, book, on)
    else:
        _check_disease(answer, book, on)


def _check_evidence(answer: Answer) -> None:
    if not answer.evidence_kind:
        raise invalid("evidence_needed", "Kết luận Đạt phải có giấy tờ làm căn cứ.", field="evidence_kind")
    kind = evidence_kinds()[answer.evidence_kind]
    if answer.route not in kind.routes:
        raise invalid("evidence_route", f"{kind.label} không phải căn cứ cho kết luận này.", field="evidence_kind")


def _check_percentage(answer: Answer, book: LawBook, on: date) -> None:
    if answer.injury_pct is None:
        raise invalid("injury_pct_needed", "Ghi tỷ lệ tổn thương cơ thể theo biên bản giám định.", field="injury_pct")
    least = int(_value(book, "NQ04.health.injury_pct_min", on))
    if answer.injury_pct < least:
        raise invalid(
            "injury_pct_low",
            f"Tỷ lệ tổn thương thấp hơn mức tối thiểu {least}% nên không thể kết luận Đạt.",
            field="injury_pct",
        )


def _check_disease(answer: Answer, book: LawBook, on: date) -> None:
    written = split_item_and_code(answer.disease_code or "")
    if written is None:
        raise invalid(
            "disease_code", "Ghi mã bệnh ICD-10, ví dụ C34.9, có thể kèm số mục: 5 - C34.9.", field="disease_code"
        )
    if answer.route == "TT50":
        _check_item(*written, _diseases(book, on))
        if answer.severity_met is not True:
            raise invalid(
                "severity_needed",
                "Chưa xác nhận đạt mức độ mà danh mục yêu cầu nên không thể kết luận Đạt.",
                field="severity_met",
            )


def _check_item(number: int | None, code: str, known: DiseaseList) -> None:
    """The code must fall under an item that is known; under the one named, when one is named."""
    items = known.for_code(code)
    if items and number in (None, *(item.number for item in items)):
        return
    if number is not None and (number > known.total or number in {item.number for item in known.items}):
        raise invalid("disease_item", "Mã bệnh không thuộc mục đã ghi của danh mục.", field="disease_code")
    if known.gap:
        message = f"Mã bệnh không thuộc mục nào đã có của danh mục ({known.gap}); cần nhập đủ danh mục trước."
        raise waiting("disease_list_gap", message)
    raise invalid("disease_item", "Mã bệnh không thuộc danh mục bệnh hiểm nghèo.", field="disease_code")


def _diseases(book: LawBook, on: date) -> DiseaseList:
    try:
        return disease_list(book, on)
    except LawGap as gap:
        raise waiting("law_gap", gap.message, (gap.key,)) from gap


def _value(book: LawBook, key: str, on: date) -> Any:
    try:
        return book.get(key, on=on).value
    except LawGap as gap:
        raise waiting("law_gap", gap.message, (gap.key,)) from gap
