"""How much: the monthly support in the four ways of meeting another allowance, and the BHYT share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rules.facts import PersonFacts
from rules.findings import Finding
from rules.money import format_dong
from rules.parameters import LawBook, LawGap, Value

ROUNDING_KEY = "BHYT.rounding"
_ROUNDINGS = {"HALF_UP": ROUND_HALF_UP, "UP": ROUND_UP, "DOWN": ROUND_DOWN}


class Overlap(StrEnum):
    """What happens when the person already receives a monthly allowance (law.md lists the basis of each)."""

    EXCLUDE = "EXCLUDE"
    TOP_UP_TO_TARGET = "TOP_UP_TO_TARGET"
    FLAT_ADDITION = "FLAT_ADDITION"
    HIGHER_OF = "HIGHER_OF"


OVERLAP_LABELS: dict[Overlap, str] = {
    Overlap.EXCLUDE: "chỉ hỗ trợ người không hưởng trợ cấp khác",
    Overlap.TOP_UP_TO_TARGET: "hỗ trợ phần còn thiếu so với mức bảo đảm",
    Overlap.FLAT_ADDITION: "hỗ trợ cả mức, ngoài trợ cấp đang hưởng",
    Overlap.HIGHER_OF: "hưởng mức cao hơn, thôi mức kia",
}


def support(target: int, allowance: int, overlap: Overlap) -> int:
    """Đồng a month for a target and an allowance, both đồng a month and at least 0; the result is 0 to ``target``."""
    if overlap is Overlap.FLAT_ADDITION:
        return target
    if overlap is Overlap.TOP_UP_TO_TARGET:
        return max(0, target - allowance)
    if overlap is Overlap.HIGHER_OF:
        return target if target > allowance else 0
    return target if allowance == 0 else 0


def income_support(
    facts: PersonFacts, on: date, book: LawBook, overlap: Overlap | None, category: str = ""
) -> tuple[int | None, Finding]:
    """Điều 3: the monthly amount, or None when a value or fact is missing, with the finding that says why.

    A group that says nothing of other allowances (``overlap`` None) takes the resolution's way for all,
    NQ04.income.amount_mode; somebody without an allowance is paid the same in every way, so it is not asked for.
    """
    modes: tuple[Value, ...] = ()
    try:
        target = book.get("NQ04.income.target", on=on, area=facts.area, category=category)
        if overlap is None and facts.allowance:
            modes = (book.get("NQ04.income.amount_mode", on=on, category=category),)
            overlap = Overlap(modes[0].value)
    except LawGap as gap:
        return None, Finding("muc_ho_tro", None, gap.message, "Điều 3", missing=(gap.key,))
    if facts.allowance is None:
        text = "Chưa biết mức trợ cấp đang hưởng."
        return None, Finding("muc_ho_tro", None, text, "Điều 3", values=(target,), missing=("fact:allowance",))
    amount = support(int(target.value), facts.allowance, overlap or Overlap.FLAT_ADDITION)
    text = f"Mức bảo đảm {format_dong(int(target.value))}/tháng{_beside(facts.allowance, overlap)}"
    text = f"{text}: {f'hỗ trợ {format_dong(amount)}/tháng' if amount else 'không hỗ trợ thêm'}."
    used = {"area": facts.area, "allowance": facts.allowance}
    return amount, Finding("muc_ho_tro", amount > 0, text, "Điều 3", used, (target, *modes))


def _beside(allowance: int, overlap: Overlap | None) -> str:
    if not allowance:
        return ", không hưởng trợ cấp khác"
    way = f", {OVERLAP_LABELS[overlap]}" if overlap else ""
    return f", đang hưởng {format_dong(allowance)}/tháng{way}"


@dataclass(frozen=True)
class OtherShare:
    """A share of the contribution, in percent, that another policy secures if ``finding`` says so."""

    percent: int
    finding: Finding


def bhyt_support(
    facts: PersonFacts, statuses: tuple[str, ...], on: date, book: LawBook, shares: Sequence[OtherShare] = ()
) -> tuple[int | None, int, Finding]:
    """Điều 4: (share in percent or None, đồng a month, finding): the target share less what others already pay.

    The person's best other share counts, by household status or by group (one person takes the highest of several);
    a group that is undecided stops the computation only when it could lower the support.
    """
    (objects, *_), _ = _read(book, on, [("BHYT.state_paid_objects", {})])
    if objects and set(facts.bhyt_objects) & set(objects.value):
        text = "Đã có thẻ BHYT do ngân sách đóng theo diện khác."
        return 0, 0, Finding("bhyt", False, text, "Điều 4", {"objects": facts.bhyt_objects}, (objects,))
    terms = book.remembered((_bhyt_terms, statuses, on), lambda: _bhyt_terms(statuses, on, book))
    if isinstance(terms, Finding):
        return None, 0, terms
    other = max([terms.other, *(share.percent for share in shares if share.finding.answer)])
    used, target = terms.used, terms.target
    undecided = [share.finding for share in shares if share.finding.answer is None and share.percent > other]
    if undecided and other < target:
        return None, 0, _undecided_share(undecided, used)
    share = max(0, target - other)
    monthly = contribution(terms.base_salary, terms.rate, share, terms.rounding)
    text = f"Bảo đảm {target}% mức đóng, chính sách khác đã bảo đảm {other}%: " + (
        f"hỗ trợ {share}%, bằng {format_dong(monthly)}/tháng." if share else "không hỗ trợ thêm."
    )
    text = " ".join([*(group.finding.text for group in shares if group.finding.answer), text])
    used = (*used, *(value for group in shares for value in group.finding.values))
    return share, monthly, Finding("bhyt", share > 0, text, "Điều 4", {}, used)


class _BhytTerms(NamedTuple):
    """What Điều 4 goes by for a household: shares in percent, the contribution, and the values these rest on."""

    target: int
    other: int
    base_salary: int
    rate: Decimal
    rounding: str
    used: tuple[Value, ...]


def _bhyt_terms(statuses: tuple[str, ...], on: date, book: LawBook) -> _BhytTerms | Finding:
    """The terms for these statuses, or the finding that names every value that is missing."""
    (objects, rate, salary, rounding), gaps = _read(
        book, on, [(key, {}) for key in ("BHYT.state_paid_objects", "BHYT.rate", "BHYT.base_salary", ROUNDING_KEY)]
    )
    others, unknown = _read(book, on, [("BHYT.other_share", {"status": status}) for status in statuses])
    targets, unsaid = _read(book, on, [("NQ04.bhyt.target_share", {"status": status}) for status in statuses])
    target = max((value for value in targets if value), key=lambda value: int(value.value), default=None)
    gaps = [*unknown, *unsaid, *gaps]
    if objects is None or target is None or rate is None or salary is None or rounding is None or gaps:
        text = " ".join(dict.fromkeys(gap.message for gap in gaps))
        return Finding("bhyt", None, text, "Điều 4", missing=tuple(dict.fromkeys(gap.key for gap in gaps)))
    standing = [value for value in others if value]
    return _BhytTerms(
        target=int(target.value),
        other=max((int(value.value) for value in standing), default=0),
        base_salary=int(salary.value),
        rate=Decimal(str(rate.value)),
        rounding=str(rounding.value),
        used=(objects, *standing, target, rate, salary, rounding),
    )


def _read(
    book: LawBook, on: date, asked: Sequence[tuple[str, dict[str, str]]]
) -> tuple[list[Value | None], list[LawGap]]:
    """Each value asked for, None where the law has a gap, and all the gaps: an officer is told of them at once."""
    found: list[Value | None] = []
    gaps: list[LawGap] = []
    for key, scope in asked:
        try:
            found.append(book.get(key, on=on, **scope))
        except LawGap as gap:
            found.append(None)
            gaps.append(gap)
    return found, gaps


def _undecided_share(groups: Sequence[Finding], used: tuple[Value, ...]) -> Finding:
    return Finding(
        rule="bhyt",
        answer=None,
        text=" ".join(finding.text for finding in groups),
        basis="Điều 4",
        values=(*used, *(value for finding in groups for value in finding.values)),
        missing=tuple(name for finding in groups for name in finding.missing),
    )


@lru_cache(maxsize=1024)
def contribution(base_salary: int, rate_percent: Decimal, share_percent: int, rounding: str = "HALF_UP") -> int:
    """Đồng a month of a share (0–100 %) of the contribution, whole đồng by HALF_UP, UP or DOWN."""
    exact = Decimal(base_salary) * rate_percent * share_percent / 10_000
    return int(exact.quantize(Decimal(1), rounding=_ROUNDINGS[rounding]))


def contribution_of(book: LawBook, on: date, share_percent: int) -> int:
    """Đồng a month of a share under the rate and salary of a day. Raises LawGap when one is unknown."""
    rate, salary, rounding = (book.get(key, on=on) for key in ("BHYT.rate", "BHYT.base_salary", ROUNDING_KEY))
    return contribution(int(salary.value), Decimal(str(rate.value)), share_percent, str(rounding.value))
