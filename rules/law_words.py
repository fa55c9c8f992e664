"""Law values in an officer's words: units, codes and scopes, and any value as lines that can be read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from rules.amounts import OVERLAP_LABELS
from rules.fact_words import AREA_WORDS, DISABILITY_WORDS, INCOME_WORDS, RESIDENCE_WORDS, STATUS_WORDS
from rules.law_values import vocabulary
from rules.money import format_dong
from rules.papers.citation import cited_resolution
from rules.workflow import STOP_REASON_LABELS

UNIT_LABELS = {
    "VND/month": "đồng một tháng",
    "years": "tuổi",
    "months": "tháng",
    "days": "ngày",
    "working days": "ngày làm việc",
    "hours": "giờ",
    "percent": "%",
    "coefficient": "hệ số",
    "coefficients": "hệ số theo nhóm",
    "resolution": "số, ngày và cơ quan ban hành",
    "indicators": "chỉ số",
    "dimensions": "chiều",
    "points": "điểm",
    "copies": "bản",
    "items": "mục",
    "households": "hộ",
    "day of month": "ngày trong tháng",
    "month-day": "ngày và tháng",
    "date": "ngày",
    "dates": "ngày nghỉ và ngày làm bù",
    "codes": "các mã",
    "fields": "các mục",
    "kinds": "các loại",
    "texts": "các câu",
    "text": "chữ",
    "code": "mã",
    "two letters": "mã hai chữ cái",
    "form": "tên mẫu",
    "list": "tên danh mục",
    "categories": "các nhóm đối tượng",
    "groups": "các nhóm",
    "traits": "các hoàn cảnh",
    "diseases": "các mục bệnh",
}
SCOPE_LABELS = {
    "area": "khu vực",
    "status": "diện hộ",
    "category": "nhóm đối tượng",
    "group": "nhóm",
    "object": "mã đối tượng BHYT",
    "remote": "vùng sâu, vùng xa",
}
WORDS: dict[str, str] = {
    **{str(mode): label for mode, label in OVERLAP_LABELS.items()},
    **STATUS_WORDS,
    **AREA_WORDS,
    **INCOME_WORDS,
    **DISABILITY_WORDS,
    **RESIDENCE_WORDS,
    **{str(reason): label for reason, label in STOP_REASON_LABELS.items()},
    "CO": "có",
    "KHONG": "không",
    "MONTH_OF_DECISION": "từ tháng ký quyết định",
    "MONTH_AFTER_DECISION": "từ tháng sau tháng ký quyết định",
    "DECISION_MONTH": "kể từ tháng có quyết định",
    "MONTH_AFTER_EVENT": "thôi từ tháng liền sau tháng có biến động",
    "MONTH_OF_EVENT": "thôi ngay từ tháng có biến động",
    "MONTH_BY_MONTH": "theo lương của từng tháng",
    "AT_PAYMENT": "theo lương lúc đóng",
    "HIGHEST": "theo nhóm được hỗ trợ cao nhất",
    "WORKING": "ngày làm việc",
    "CALENDAR": "ngày liên tục, kể cả ngày nghỉ",
    "TT50": "danh mục bệnh hiểm nghèo (Thông tư 50/2024/TT-BYT)",
    "INJURY_PCT": "tỷ lệ tổn thương cơ thể",
    "TT25": "bệnh cần chữa trị dài ngày (Thông tư 25/2025/TT-BYT)",
    "HO_TEN": "họ tên",
    "THON": "thôn",
    "NAM_SINH": "năm sinh",
    "LOAI_HO_TRO": "loại hỗ trợ",
    "THOI_GIAN": "thời gian hỗ trợ",
    "TINH_TRANG_SUC_KHOE": "tình trạng sức khỏe",
    "ANH_GIAY_TO_TUY_THAN": "ảnh giấy tờ tùy thân",
    "DANG_NHAP_VA_GIAO_DICH_NGAN_HANG": "đăng nhập và giao dịch ngân hàng",
    "BI_MAT_DOI_TU": "đời sống riêng tư, bí mật gia đình",
    "NGAY_SINH": "ngày sinh",
    "GIOI_TINH": "giới tính",
    "NOI_O": "nơi ở",
    "SO_DINH_DANH": "số định danh cá nhân",
    "SO_DIEN_THOAI": "số điện thoại",
    "TINH_TRANG_HON_NHAN": "tình trạng hôn nhân",
    "QUAN_HE_GIA_DINH": "quan hệ gia đình",
    "HALF_UP": "từ nửa đồng trở lên làm tròn lên",
    "UP": "luôn làm tròn lên",
    "DOWN": "bỏ phần lẻ",
}
_FACT_WORDS = {
    "age": "tuổi",
    "allowance": "đang hưởng trợ cấp xã hội hằng tháng",
    "disability": "mức độ khuyết tật",
    "health": "Trạm Y tế kết luận đạt",
    "stable_income": "có thu nhập ổn định hằng tháng",
    "trait": "có hoàn cảnh",
}


def unit_words(unit: str) -> str:
    """The unit in Vietnamese: "đồng một tháng"; for a vocabulary how many of its words may be chosen."""
    if unit.startswith("set "):
        return "chọn một hay nhiều mục"
    return "chọn một mục" if vocabulary(unit) else UNIT_LABELS.get(unit, unit)


def choices(unit: str) -> list[tuple[str, str]]:
    """(code, words) of a unit "A | B" or "set A | B"; none for other units."""
    return [(code, word(code)) for code in vocabulary(unit)]


def word(code: Any) -> str:
    """A code in words; what has no words of its own stays as it is."""
    return WORDS.get(str(code), str(code))


def scope_words(scope: Mapping[str, str]) -> str:
    """A scope in words: "khu vực: nông thôn; diện hộ: hộ nghèo"."""
    return "; ".join(f"{SCOPE_LABELS.get(name, name)}: {word(code)}" for name, code in sorted(scope.items()))


def shown(unit: str, value: Any) -> list[str]:
    """A value as lines: "1.500.000 đồng một tháng", one line for each entry of a list, "chưa biết" for none."""
    if value is None:
        return ["chưa biết"]
    return list(_lines(unit, value)) or ["không có mục nào"]


def _lines(unit: str, value: Any) -> Iterator[str]:
    if unit in _WRITERS:
        yield from _WRITERS[unit](value)
    elif isinstance(value, dict):
        yield from (f"{word(name)}: {amount}" for name, amount in value.items())
    elif isinstance(value, list):
        yield from map(word, value)
    else:
        yield _single(unit, value)


def _single(unit: str, value: Any) -> str:
    if unit == "date":
        return _day(value)
    if unit == "month-day":
        month, _, day = str(value).partition("-")
        return f"ngày {day}/{month}"
    if unit == "day of month":
        return f"ngày {value} hằng tháng"
    if choices(unit) or unit not in UNIT_LABELS or unit in {"text", "code", "two letters", "form", "list"}:
        return word(value)
    return f"{value} {UNIT_LABELS[unit]}"


def _group(row: Mapping[str, Any]) -> str:
    """One group of beneficiaries, or of people whose BHYT another policy pays, in a sentence."""
    parts = [predicate_words(one) for one in row["all"]]
    if "share" in row:
        return f"{row['label']} ({row['code']}): bảo đảm {row['share']}% mức đóng; {'; '.join(parts)}"
    households = ", ".join(word(status) for status in STATUS_WORDS if status in row["statuses"])
    mode = word(row["overlap"]) if row.get("overlap") else "cách tính theo quy định chung"
    return f"{row['label']} ({row['code']}, {row['basis']}): {households}; {'; '.join(parts)}; {mode}"


def predicate_words(row: Mapping[str, Any]) -> str:
    """One condition in words: "tuổi dưới NQ04.age.child_under", "không có thu nhập ổn định hằng tháng"."""
    fact = _FACT_WORDS.get(str(row.get("fact")), str(row.get("fact")))
    fact += f" “{row['trait']}”" if "trait" in row else ""
    fact += f" theo {word(row['route'])}" if row.get("route") else ""
    if "under" in row:
        return f"{fact} dưới {row['under']}"
    if "at_least" in row:
        return f"{fact} từ đủ {row['at_least']}"
    if "in" in row or "member_of" in row:
        return f"{fact} thuộc {row.get('in') or row.get('member_of')}"
    answer = row.get("is", row.get("equals"))
    return fact if answer else f"không {fact}".replace("không Trạm", "không cần Trạm")


def _day(text: Any) -> str:
    try:
        return f"{date.fromisoformat(str(text)):%d/%m/%Y}"
    except ValueError:
        return str(text)


def _decimal(value: Any) -> str:
    return str(value).replace(".", ",")


_WRITERS: dict[str, Callable[[Any], Iterable[str]]] = {
    "VND/month": lambda value: [f"{format_dong(int(value))} một tháng"],
    "percent": lambda value: [f"{_decimal(value)}%"],
    "coefficient": lambda value: [f"hệ số {_decimal(value)}"],
    "categories": lambda value: map(_group, value),
    "groups": lambda value: map(_group, value),
    "traits": lambda value: [f"{row['label']} ({row['code']})" for row in value],
    "resolution": lambda value: [cited_resolution(value)],
    "diseases": lambda value: [f"{row['number']}. {row['name']} ({row['icd']})" for row in value],
    "dates": lambda value: [
        "nghỉ: " + (", ".join(map(_day, value["closed"])) or "không có"),
        "làm bù: " + (", ".join(map(_day, value["open"])) or "không có"),
    ],
}
