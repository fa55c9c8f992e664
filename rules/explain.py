"""An answer of the law in plain Vietnamese, for the officer, the village head and the citizen.

The officer sees every rule with its values and sources. The village head sees neither health nor disability nor the
group, which would give them away. The citizen is told what it means and what to bring.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from rules.findings import Assessment
from rules.law_files import shipped_parameters
from rules.law_words import scope_words, shown
from rules.money import format_dong
from rules.parameters import LAW_STATUS_LABELS, LawStatus, parse_scope
from rules.refusal_words import refusal_words
from rules.traits import MISSING, TRAITS_KEY
from rules.workflow import OUTCOME_LABELS, Outcome

DRAFT = "DỰ THẢO – tham số chưa đối chiếu"
DEMO = "DỮ LIỆU TRÌNH DIỄN"
FACT_WORDS = {
    "fact:residence": "giấy tờ thường trú hoặc tạm trú",
    "fact:household_status": "quyết định công nhận diện hộ",
    "fact:escape_date": "ngày quyết định công nhận thoát nghèo, thoát cận nghèo",
    "fact:stable_income": "thu nhập ổn định hằng tháng",
    "fact:allowance": "mức trợ cấp xã hội đang hưởng",
    "fact:age": "ngày sinh đầy đủ",
    "fact:health": "kết luận của Trạm Y tế",
    "fact:cross_check": "kết quả đối chiếu của Phòng Văn hóa - Xã hội",
}
# what a village head may read word for word; every other rule is told without its facts
_OPEN_RULES = {"hieu_luc", "con_song", "cu_tru", "dien_ho"}
_ANSWERS = {True: "đạt", False: "không đạt", None: "chưa rõ"}
_SUMS = {"muc_ho_tro", "bhyt"}
"""Rules that say how much, not whether."""


class Audience(StrEnum):
    """Who reads the explanation."""

    officer = "officer"
    village_head = "village_head"
    citizen = "citizen"


@dataclass(frozen=True)
class Told:
    """An answer as plain data, fresh from the engine or read back from its record."""

    outcome: Outcome
    findings: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]
    law_status: LawStatus
    on: date
    category_label: str = ""
    monthly_amount: int = 0
    bhyt_share: int = 0
    is_demo: bool = False


def told(answer: Assessment, on: date) -> Told:
    """The engine's answer, ready to be explained."""
    return Told(
        outcome=answer.outcome,
        findings=tuple(finding.as_data() for finding in answer.findings),
        missing=answer.missing,
        law_status=answer.law_status,
        on=on,
        category_label=answer.category_label,
        monthly_amount=answer.monthly_amount,
        bhyt_share=answer.bhyt_share,
        is_demo=answer.is_demo,
    )


def explain(answer: Told, audience: Audience) -> list[str]:
    """The answer as lines of text for one kind of reader."""
    writers = {Audience.officer: _officer, Audience.village_head: _village_head, Audience.citizen: _citizen}
    return [*_marks(answer), *writers[audience](answer)]


def _marks(answer: Told) -> Iterator[str]:
    if answer.is_demo:
        yield DEMO
    if answer.law_status is not LawStatus.CONFIRMED:
        yield DRAFT


def _officer(answer: Told) -> Iterator[str]:
    yield f"Kết luận ngày {answer.on:%d/%m/%Y}: {OUTCOME_LABELS[answer.outcome]}."
    yield from _result(answer)
    for finding in answer.findings:
        basis = f" [{finding['basis']}]" if finding["basis"] else ""
        yield f"- ({_answer(finding)}) {finding['text']}{basis}"
        for value in finding["parameters"]:
            yield f"    · {_value(value)}"
    if answer.missing:
        yield "Còn thiếu: " + "; ".join(_missing(name, answer.findings) for name in answer.missing) + "."


def _answer(finding: Mapping[str, Any]) -> str:
    if finding["answer"] is False and finding["rule"] in _SUMS:
        return "không hỗ trợ"
    return _ANSWERS[finding["answer"]]


def _value(value: Mapping[str, Any]) -> str:
    """ "Mức … (khu vực: nông thôn): 1.500.000 đồng một tháng, từ 01/01/2026 – Điều 3, …, đã xác nhận"."""
    scope = f" ({scope_words(parse_scope(value['scope']))})" if value["scope"] else ""
    start = date.fromisoformat(str(value["valid_from"]))
    version = f", bản {value['version']} của đơn vị" if value["version"] else ""
    status = LAW_STATUS_LABELS[LawStatus(value["status"])].lower()
    scan = f", bản quét {value['evidence'][:12]}" if value.get("evidence") else ""
    said = f"{parameter_title(value['key'])}{scope}: {_short(value)}, từ {start:%d/%m/%Y}"
    return f"{said} – {value['reference']}{scan}{version}, {status} [{value['key']}]"


@cache
def _descriptions() -> dict[str, str]:
    return {parameter.key: parameter.description for parameter in shipped_parameters()}


def parameter_title(key: str) -> str:
    """What a law parameter is called; the key itself of one that no law file knows."""
    return _descriptions().get(key, key)


def _short(value: Mapping[str, Any]) -> str:
    """The value in words; of a list of groups only their codes, each has its own line in the law page."""
    rows = value["value"]
    if isinstance(rows, list) and any(isinstance(row, Mapping) for row in rows):
        return ", ".join(str(row.get("code", "…")) for row in rows)
    return "; ".join(shown(value["unit"], rows))


def _missing(name: str, findings: Iterable[Mapping[str, Any]]) -> str:
    return missing_fact(name, findings) or f"giá trị “{parameter_title(name)}” ({name})"


def missing_fact(name: str, findings: Iterable[Mapping[str, Any]]) -> str:
    """The missing fact in words, a further one as the law's list in the trace names it; "" for a missing value."""
    code = name.removeprefix(MISSING)
    if code == name:
        return FACT_WORDS.get(name, "")
    lists = (value for one in findings for value in one["parameters"] if value["key"] == TRAITS_KEY)
    label = next((row["label"] for value in lists for row in value["value"] if row["code"] == code), code)
    return f"có hay không có hoàn cảnh “{label}”"


def _result(answer: Told) -> Iterator[str]:
    if answer.outcome is not Outcome.ELIGIBLE:
        return
    if answer.category_label:
        yield f"Nhóm: {answer.category_label}."
    yield from _gives(answer)


def _gives(answer: Told) -> Iterator[str]:
    if answer.monthly_amount:
        yield f"Hỗ trợ thu nhập: {format_dong(answer.monthly_amount)} mỗi tháng."
    if answer.bhyt_share:
        yield f"Hỗ trợ đóng bảo hiểm y tế: {answer.bhyt_share}% mức đóng."


def _village_head(answer: Told) -> Iterator[str]:
    yield f"Kết luận ngày {answer.on:%d/%m/%Y}: {OUTCOME_LABELS[answer.outcome]}."
    if answer.outcome is Outcome.ELIGIBLE:
        yield from _gives(answer)
    yield from (f"- {finding['text']}" for finding in answer.findings if _open(finding))
    wanted = [words for name in answer.missing if name != "fact:health" and (words := _fact(name, answer))]
    if wanted:
        yield "Thôn cần bổ sung hoặc chờ: " + "; ".join(wanted) + "."
    if len(wanted) < len(answer.missing):
        yield "Các cơ quan chuyên môn còn phải kết luận một số nội dung khác."
    elif answer.outcome is Outcome.NOT_ELIGIBLE and all(_passed(finding) for finding in answer.findings):
        yield "Hồ sơ không thuộc nhóm được hỗ trợ; chi tiết hỏi Phòng Kinh tế."


def _fact(name: str, answer: Told) -> str:
    return missing_fact(name, answer.findings)


def _open(finding: Mapping[str, Any]) -> bool:
    """Neither health nor a key of the law: only what a thôn knows itself."""
    return finding["rule"] in _OPEN_RULES and all(name in FACT_WORDS for name in finding["missing"])


def _passed(finding: Mapping[str, Any]) -> bool:
    return finding["rule"] not in _OPEN_RULES or finding["answer"] is not False


def _citizen(answer: Told) -> Iterator[str]:
    day = f"{answer.on:%d/%m/%Y}"
    if answer.outcome is Outcome.ELIGIBLE:
        yield f"Theo hồ sơ đến ngày {day}, ông/bà đủ điều kiện được hỗ trợ."
        yield from _result(answer)
        yield "Việc hỗ trợ chỉ có hiệu lực khi có quyết định của Chủ tịch Ủy ban nhân dân."
    elif answer.outcome is Outcome.NOT_ELIGIBLE:
        yield f"Theo hồ sơ đến ngày {day}, ông/bà chưa đủ điều kiện được hỗ trợ, vì:"
        yield from (text if text.startswith("-") else f"- {text}" for text in refusal_words(answer.findings))
        yield "Nếu thấy chưa đúng, ông/bà có quyền phản ánh hoặc khiếu nại tại Ủy ban nhân dân."
    else:
        yield f"Theo hồ sơ đến ngày {day}, cơ quan chưa kết luận được."
        facts = [words for name in answer.missing if (words := _fact(name, answer))]
        if facts:
            yield "Còn thiếu: " + "; ".join(facts) + "."
        if len(facts) < len(answer.missing):
            yield "Một số quy định chưa có văn bản chính thức, cơ quan sẽ trả lời sau."
