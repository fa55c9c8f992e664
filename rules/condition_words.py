"""A group's condition and its answer in one Vietnamese sentence: what is so of the person, never a diagnosis."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from rules.fact_words import DISABILITY_WORDS, INCOME_WORDS

FACT_LABELS = {
    "age": "tuổi",
    "allowance": "đang hưởng trợ cấp xã hội",
    "disability": "mức độ khuyết tật",
    "health": "kết luận của Trạm Y tế",
    "stable_income": "thu nhập ổn định hằng tháng",
    "trait": "hoàn cảnh",
}
_AGES = {
    (False, True): "Đã đủ {limit} tuổi ({shown} tuổi).",
    (False, False): "Chưa đủ {limit} tuổi ({shown} tuổi).",
    (False, None): "Chưa rõ đã đủ {limit} tuổi hay chưa ({shown} tuổi, ngày sinh chưa đầy đủ).",
    (True, True): "Dưới {limit} tuổi ({shown} tuổi).",
    (True, False): "Không dưới {limit} tuổi ({shown} tuổi).",
    (True, None): "Chưa rõ còn dưới {limit} tuổi hay không ({shown} tuổi, ngày sinh chưa đầy đủ).",
}
_ALLOWANCES: dict[bool | None, str] = {
    True: "Đang hưởng trợ cấp xã hội hằng tháng.",
    False: "Không hưởng trợ cấp xã hội hằng tháng.",
    None: "Chưa rõ có hưởng trợ cấp xã hội hằng tháng hay không.",
}
_HEALTH = {
    "không đề nghị": "Không đề nghị xét theo sức khỏe.",
    "chờ": "Chờ Trạm Y tế kết luận.",
    "hết hạn": "Kết luận của Trạm Y tế đã hết hạn{day}.",
    "đạt": "Trạm Y tế kết luận đạt{day}.",
    "không đạt": "Trạm Y tế kết luận không đạt.",
    "đạt theo căn cứ khác": "Trạm Y tế kết luận đạt theo căn cứ khác với căn cứ của nhóm.",
}


@lru_cache(maxsize=4096)
def age_words(answer: bool | None, shown: int | str, limit: int, *, below: bool) -> str:
    """Of an age in years ("59-60" when the birth date leaves it open) against a limit; ``below``: must be under it."""
    return _AGES[below, answer].format(limit=limit, shown=shown)


def allowance_words(has: bool | None) -> str:
    """Of another monthly allowance; None when it is not known."""
    return _ALLOWANCES[has]


def disability_words(degree: str | None, *, accepted: bool) -> str:
    """Of the degree on the paper, and whether the law takes it."""
    if degree not in DISABILITY_WORDS:
        return "Giấy ghi không khuyết tật." if degree else "Không có giấy xác nhận khuyết tật."
    words = DISABILITY_WORDS[degree]
    return f"{words[0].upper()}{words[1:]}, {'' if accepted else 'không '}thuộc mức độ được chấp nhận."


@lru_cache(maxsize=4096)
def health_words(shown: str, valid_until: date | None) -> str:
    """Of what the health station said: a key of ``_HEALTH``."""
    day = f" ngày {valid_until:%d/%m/%Y}" if valid_until and shown == "hết hạn" else ""
    if valid_until and shown == "đạt":
        day = f", có giá trị đến hết ngày {valid_until:%d/%m/%Y}"
    return _HEALTH[shown].format(day=day)


def income_words(stable: bool | None, kinds: tuple[Any, ...]) -> str:
    """Of a stable monthly income: its kinds, or that there is none; None when it is not known."""
    if stable is None:
        return "Chưa rõ có thu nhập ổn định hằng tháng hay không."
    if not stable:
        return "Không có thu nhập ổn định hằng tháng."
    return f"Có thu nhập ổn định hằng tháng ({', '.join(INCOME_WORDS.get(kind, str(kind)) for kind in kinds)})."


def trait_words(label: str, *, so: bool | None) -> str:
    """Of a further fact by its label; None when nobody has stated it."""
    return {
        True: f"Có hoàn cảnh “{label}”.",
        False: f"Không có hoàn cảnh “{label}”.",
        None: f"Chưa rõ có hoàn cảnh “{label}” hay không.",
    }[so]
