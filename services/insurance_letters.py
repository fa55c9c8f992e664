"""The công văn that takes a batch's D03-TS to BHXH."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.cycles import Cycle
from models.documents import DocumentState
from models.insurance import CardDecrease, InsuranceBatch, Registration
from models.places import Commune
from rules.insurance import CARD_DAYS_KEY, CARD_MONTHS_KEY
from rules.months import Month
from rules.names import fold_name
from rules.papers import InsuranceLetter, Tally
from rules.parameters import LawBook, LawGap, LawStatus
from rules.workflow import Role
from services import cycles, documents, law, paper_heads
from services.store import get

RECIPIENTS = ("Như trên", "Phòng Văn hóa - Xã hội", "Lưu: VT, KT")
LAW_KEYS = (CARD_DAYS_KEY, CARD_MONTHS_KEY, "BHYT.rate", "BHYT.base_salary")


def want(session: Session, batch: InsuranceBatch, *, file_name: str, version: int, now: datetime) -> None:
    """Ask for the công văn that goes with a D03-TS of that name and version; while unwritten it follows the batch."""
    cycle = get(session, Cycle, batch.cycle_id, "kỳ xét")
    again = f"-lan-{version}" if version > 1 else ""
    said = asdict(letter(session, batch, file_name=file_name, now=now))
    title = f"Công văn đề nghị {_asked(batch)} BHYT, hồ sơ số {batch.number}, {cycles.label(cycle)}"
    wish = documents.want(
        session,
        commune_id=batch.commune_id,
        cycle_id=batch.cycle_id,
        kind="insurance_letter",
        subject=f"insurance_batch:{batch.key}",
        title=title,
        file_name=f"cong-van-BHXH-{cycle.year}-Q{cycle.quarter}-{batch.number}{again}.docx",
        data=said,
        now=now,
        version=version,
    )
    if wish.state == DocumentState.WANTED:
        wish.title, wish.title_key, wish.data = title, fold_name(title), said
        session.add(wish)


def letter(session: Session, batch: InsuranceBatch, *, file_name: str, now: datetime) -> InsuranceLetter:
    """What the công văn says: people and đồng of the batch as its registrations stand, by period of use."""
    cycle, commune = get(session, Cycle, batch.cycle_id), get(session, Commune, batch.commune_id)
    book = law.book_for(session, commune.key)
    days = paper_heads.legal_text(book, CARD_DAYS_KEY, now.date(), None)
    return InsuranceLetter(
        head=paper_heads.committee(
            session,
            commune,
            symbol=f"UBND-{paper_heads.code_of(session, commune, paper_heads.WRITER)}",
            recipients=RECIPIENTS,
            on=now.date(),
            is_assumed=not _confirmed(book, now.date()),
        ),
        to=paper_heads.office_name(session, commune, Role.insurance),
        cycle_label=cycles.label(cycle),
        policy=paper_heads.legal_text(book, "NQ04.policy_name", cycle.opened_on, ""),
        batch=batch.number,
        by_period=_periods(session, batch),
        leaving=_leaving(session, batch),
        file_name=file_name,
        card_days=None if days is None else int(days),
    )


def _periods(session: Session, batch: InsuranceBatch) -> tuple[Tally, ...]:
    query = select(Registration).where(Registration.batch_id == batch.key)
    found: dict[tuple[str, int], list[int]] = {}
    for row in session.exec(query.order_by(col(Registration.from_month), col(Registration.months))):
        found.setdefault((row.from_month, row.months), []).append(row.amount)
    return tuple(
        Tally(f"{months} tháng, từ tháng {Month.parse(first)}", len(amounts), sum(amounts))
        for (first, months), amounts in found.items()
    )


def _leaving(session: Session, batch: InsuranceBatch) -> tuple[Tally, ...]:
    people, given_back = func.count(), func.sum(CardDecrease.amount)
    query = select(CardDecrease.reason, people, given_back).where(CardDecrease.batch_id == batch.key)
    found = session.exec(query.group_by(CardDecrease.reason).order_by(people.desc(), CardDecrease.reason))
    return tuple(Tally(reason, count, int(amount)) for reason, count, amount in found)


def _asked(batch: InsuranceBatch) -> str:
    """What is asked for, as the register names the letter."""
    return ", ".join(words for words, wanted in (("cấp thẻ", batch.people), ("báo giảm", batch.decreases)) if wanted)


def _confirmed(book: LawBook, on: date) -> bool:
    try:
        return all(book.get(key, on=on).status is LawStatus.CONFIRMED for key in LAW_KEYS)
    except LawGap:
        return False
