"""Who is supported: three answers with their trace. The day is an argument; a gap in the law stops and is named."""

from __future__ import annotations

from datetime import date
from functools import partial

from rules.amounts import Overlap, bhyt_support, income_support
from rules.bhyt_groups import other_shares
from rules.categories import Category, categories, check
from rules.fact_words import RESIDENCE_WORDS, STATUS_WORDS
from rules.facts import HealthFact, PersonFacts, StatusFact
from rules.findings import Assessment, Finding
from rules.months import Month
from rules.parameters import DateNotCovered, LawBook, LawGap, Value
from rules.workflow import Outcome

ESCAPED = {"THOAT_NGHEO", "THOAT_CAN_NGHEO"}
_BELONGS: dict[bool | None, str] = {True: "thuộc", False: "không thuộc", None: "chưa kết luận được có thuộc"}


def assess(facts: PersonFacts, on: date, book: LawBook) -> Assessment:
    """The law's answer on ``on``: eligible with amounts, not eligible, or cannot decide with what is missing.

    Điều 2–4 of the resolution, as far as the parameters know them. On a day that they do not cover nobody is refused:
    another law may hold there.
    """
    general = [_in_force(on, book), _alive(facts, on), _residence(facts.residence, on, book), _not_excluded(facts)]
    standing, statuses = _statuses(facts, on, book)
    general.append(standing)
    refused = any(finding.answer is False for finding in general)
    try:
        groups, source = categories(book, on)
    except LawGap as gap:
        missing = Finding("nhom_doi_tuong", None, gap.message, "Điều 2", missing=(gap.key,))
        if isinstance(gap, DateNotCovered) or not refused:
            return Assessment(Outcome.CANNOT_DECIDE, (*general, missing))
    if refused:
        return Assessment(Outcome.NOT_ELIGIBLE, tuple(general))
    return _by_group(facts, on, book, general, statuses, groups, source)


def _by_group(
    facts: PersonFacts,
    on: date,
    book: LawBook,
    general: list[Finding],
    statuses: tuple[str, ...],
    groups: tuple[Category, ...],
    source: Value,
) -> Assessment:
    undecided: list[tuple[Category, Finding]] = []
    refusals: list[Finding] = []
    for group in groups:
        finding = _group(group, facts, on, book, statuses, source)
        if finding.answer is None:
            undecided.append((group, finding))
        elif not finding.answer:
            refusals.append(finding)
        else:
            answer = _amounts(group, facts, on, book, statuses, [*general, finding])
            rivals = _rivals(group, facts, on, book, undecided)
            if not rivals and all(asked.answer for asked in general):
                return answer
            found = (*answer.findings, *rivals)
            return Assessment(Outcome.CANNOT_DECIDE, found, group.code, group.label)
    if undecided:
        return Assessment(Outcome.CANNOT_DECIDE, (*general, *(finding for _, finding in undecided), *refusals))
    return Assessment(Outcome.NOT_ELIGIBLE, (*general, *refusals))


def _rivals(
    group: Category, facts: PersonFacts, on: date, book: LawBook, undecided: list[tuple[Category, Finding]]
) -> list[Finding]:
    """Earlier groups still in doubt that would pay another sum, or one that is not known."""
    if not undecided:
        return []
    own, _ = _income(group, facts, on, book)
    rivals = [(finding, *_income(earlier, facts, on, book)) for earlier, finding in undecided]
    found = [(finding, money) for finding, amount, money in rivals if own is not None and amount != own]
    return [one for finding, money in found for one in (finding, *((money,) if money.missing else ()))]


def _income(group: Category, facts: PersonFacts, on: date, book: LawBook) -> tuple[int | None, Finding]:
    overlap = Overlap.HIGHER_OF if facts.cross_check == "HIGHER" else group.overlap
    return income_support(facts, on, book, overlap, group.code)


def _amounts(
    group: Category, facts: PersonFacts, on: date, book: LawBook, statuses: tuple[str, ...], found: list[Finding]
) -> Assessment:
    amount, money = _income(group, facts, on, book)
    share, monthly, insurance = bhyt_support(facts, statuses, on, book, other_shares(facts, on, book))
    findings = (*found, money, insurance)
    if amount is None or share is None:
        return Assessment(Outcome.CANNOT_DECIDE, findings, group.code, group.label)
    outcome = Outcome.ELIGIBLE if amount > 0 or share > 0 else Outcome.NOT_ELIGIBLE
    return Assessment(outcome, findings, group.code, group.label, amount, share, monthly)


def _group(
    group: Category, facts: PersonFacts, on: date, book: LawBook, statuses: tuple[str, ...], source: Value
) -> Finding:
    checks = [check(predicate, facts, on, book) for predicate in group.all]
    answers = [asked.answer for asked in checks]
    answer: bool | None = None if None in answers else True
    if False in answers or group.statuses.isdisjoint(statuses):
        answer = False
    used = {name: fact for asked in checks for name, fact in asked.facts.items()}
    if not answer:
        used["unmet"] = _unmet(group, checks)
    return Finding(
        rule=f"nhom_{group.code}",
        answer=answer,
        text=" ".join([f"Người này {_BELONGS[answer]} nhóm “{group.label}”.", *[asked.text for asked in checks]]),
        basis=f"{group.basis} ({source.reference.document})",
        facts=used,
        values=(source, *[value for asked in checks for value in asked.values]),
        missing=tuple(name for asked in checks for name in asked.missing) if answer is None else (),
    )


def _unmet(group: Category, checks: list[Finding]) -> list[str]:
    """The facts of the conditions that were not met, each once; a further fact by its label."""
    pairs = [(asked, found) for asked, found in zip(group.all, checks, strict=True) if not found.answer]
    return list(dict.fromkeys(next(iter(found.facts), "") if asked.trait else asked.fact for asked, found in pairs))


def _in_force(on: date, book: LawBook) -> Finding:
    """Điều khoản thi hành: before its first day the resolution gives nothing."""
    return book.remembered((_in_force, on), lambda: _force(on, book))


def _force(on: date, book: LawBook) -> Finding:
    try:
        first = book.get("NQ04.effective_from", on=on)
    except LawGap as gap:
        return Finding("hieu_luc", None, gap.message, "Hiệu lực thi hành", missing=(gap.key,))
    day = date.fromisoformat(str(first.value))
    word = "đã có hiệu lực" if day <= on else "chưa có hiệu lực vào ngày xét, chỉ"
    return Finding("hieu_luc", day <= on, f"Chính sách {word} từ {day:%d/%m/%Y}.", "Hiệu lực thi hành", {}, (first,))


def _alive(facts: PersonFacts, on: date) -> Finding:
    dead = facts.died_on is not None and facts.died_on <= on
    text = f"Đã chết ngày {facts.died_on:%d/%m/%Y}." if dead else "Còn sống vào ngày xét."
    return Finding("con_song", not dead, text, facts={"died_on": facts.died_on})


def _residence(shown: str | None, on: date, book: LawBook) -> Finding:
    return book.remembered((_residence, shown, on), lambda: _accepted(shown, on, book))


def _accepted(shown: str | None, on: date, book: LawBook) -> Finding:
    try:
        accepted = book.get("NQ04.residence.accepted", on=on)
    except LawGap as gap:
        return Finding("cu_tru", None, gap.message, "Điều 1", missing=(gap.key,))
    if shown is None:
        text = "Chưa rõ thường trú hay tạm trú."
        return Finding("cu_tru", None, text, "Điều 1", values=(accepted,), missing=("fact:residence",))
    answer = shown in accepted.value
    text = f"Cư trú: {RESIDENCE_WORDS.get(shown, shown)}, {'được' if answer else 'không được'} chấp nhận."
    return Finding("cu_tru", answer, text, "Điều 1", {"residence": shown}, (accepted,))


def _not_excluded(facts: PersonFacts) -> Finding:
    shown = {"cross_check": facts.cross_check}
    if facts.cross_check in {"OPEN", "VERIFY"}:
        text = "Phòng Văn hóa - Xã hội chưa kết luận đối chiếu với danh sách trợ giúp xã hội."
        return Finding("doi_chieu", None, text, facts=shown, missing=("fact:cross_check",))
    if facts.cross_check == "EXCLUDE":
        return Finding("doi_chieu", False, "Phòng Văn hóa - Xã hội kết luận loại khỏi danh sách.", facts=shown)
    return Finding("doi_chieu", True, "Không vướng đối chiếu với danh sách trợ giúp xã hội.", facts=shown)


def standing_statuses(facts: PersonFacts, on: date, book: LawBook) -> tuple[str, ...]:
    """Kinds of the household's statuses that count on the day, or might while something about them is missing."""
    return _statuses(facts, on, book)[1]


def _statuses(facts: PersonFacts, on: date, book: LawBook) -> tuple[Finding, tuple[str, ...]]:
    """Which of the household's statuses count on the day: current ones, and escapes within the months allowed."""
    findings = [(one.kind, book.remembered((one, on), partial(_status, one, on, book))) for one in facts.statuses]
    standing = tuple(kind for kind, finding in findings if finding.answer)
    undecided = [finding for _, finding in findings if finding.answer is None]
    answer: bool | None = True if standing else (None if undecided or not findings else False)
    texts = " ".join(finding.text for _, finding in findings) or "Chưa có quyết định công nhận diện hộ nào."
    missing = tuple(name for finding in undecided for name in finding.missing) or ("fact:household_status",)
    finding = Finding(
        rule="dien_ho",
        answer=answer,
        text=texts,
        basis="Điều 1, Điều 2",
        facts={"statuses": [(status.kind, status.since, status.until) for status in facts.statuses]},
        values=tuple(value for _, finding in findings for value in finding.values),
        missing=missing if answer is None else (),
    )
    unproven = tuple(kind for kind, finding in findings if finding.answer is None)
    return finding, standing or unproven or (() if findings else tuple(STATUS_WORDS))


def _status(status: StatusFact, on: date, book: LawBook) -> Finding:
    label = STATUS_WORDS[status.kind]
    if status.since is not None and status.since > on:
        return Finding("dien_ho", False, f"Quyết định công nhận {label} đến {status.since:%d/%m/%Y} mới có hiệu lực.")
    if status.until is not None and status.until < on:
        return Finding("dien_ho", False, f"Quyết định công nhận {label} đã hết hiệu lực sau {status.until:%d/%m/%Y}.")
    if status.kind not in ESCAPED:
        from_day = f", công nhận từ {status.since:%d/%m/%Y}" if status.since else ""
        return Finding("dien_ho", True, f"Đang là {label}{from_day}.")
    if status.since is None:
        text = f"Chưa có ngày quyết định công nhận {label}."
        return Finding("dien_ho", None, text, missing=("fact:escape_date",))
    try:
        limit = book.get("NQ04.escape.max_months", on=on, status=status.kind)
        start = book.get("NQ04.escape.count_from", on=on)
    except LawGap as gap:
        return Finding("dien_ho", None, gap.message, missing=(gap.key,))
    first = Month.of(status.since).plus(1 if start.value == "MONTH_AFTER_DECISION" else 0)
    passed = Month.of(on).months_since(first)
    within = passed < int(limit.value)
    text = (
        f"Công nhận {label} từ {status.since:%d/%m/%Y}: tháng đang xét là tháng thứ {max(passed, 0) + 1}, được hỗ trợ "
        f"trong {limit.value} tháng."
    )
    return Finding("dien_ho", within, text, values=(limit, start))


def needs_health(facts: PersonFacts, on: date, book: LawBook) -> bool:
    """Whether the health station could change the answer: an illness is claimed, and no other group gives as much."""
    if not facts.health.claimed:
        return False
    without = PersonFacts(**{**facts.__dict__, "health": HealthFact(claimed=False)})
    if assess(without, on, book).outcome is not Outcome.ELIGIBLE:
        return True
    waiting = PersonFacts(**{**facts.__dict__, "health": HealthFact(claimed=True)})
    return "fact:health" in assess(waiting, on, book).missing
