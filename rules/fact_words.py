"""The words of a person's facts, as pages, traces and papers say them."""

from __future__ import annotations

STATUS_WORDS = {
    "NGHEO": "hộ nghèo",
    "CAN_NGHEO": "hộ cận nghèo",
    "THOAT_NGHEO": "hộ thoát nghèo",
    "THOAT_CAN_NGHEO": "hộ thoát cận nghèo",
}
AREA_WORDS = {"NONG_THON": "nông thôn", "THANH_THI": "thành thị (đô thị)"}
RESIDENCE_WORDS = {"THUONG_TRU": "thường trú", "TAM_TRU": "tạm trú"}
DISABILITY_WORDS = {
    "NHE": "khuyết tật nhẹ",
    "NANG": "khuyết tật nặng",
    "DAC_BIET_NANG": "khuyết tật đặc biệt nặng",
}
INCOME_WORDS = {
    "LUONG": "tiền lương, tiền công",
    "LUONG_HUU": "lương hưu",
    "BHXH": "trợ cấp bảo hiểm xã hội",
    "KHAC": "thu nhập ổn định khác",
}
