"""The papers of the review: minutes of the meeting, the public posting and its broadcast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, col, select

from models.cycles import Case, Cycle
from models.eligibility import Assessment, CrossCheck, Posting, ReviewMinutes
from models.health import HealthCase
from models.people import HOUSEHOLD_STATUS_LABELS, HouseholdStatus, HouseholdStatusKind, Person
from models.places import Commune, Village
from rules.categories import labels
from rules.papers import Broadcast, MinutesPaper, PostedRow, PostingNotice, ReviewedRow, Tally
from rules.parameters import LawStatus, worst
from rules.workflow import (
    CASE_STATUS_LABELS,
    CROSS_CHECK_LABELS,
    HEALTH_RESULT_LABELS,
    PROPOSAL_LABELS,
    CaseStatus,
    CrossCheckOutcome,
    HealthResult,
    ProposalResult,
    Role,
)
from services import cycles, documents, law, paper_heads, refusals
from services.eligibility import currents
from services.store import get

Reviewed = tuple[Case, Person, Village]
MINUTES_RECIPIENTS = ("Phòng Kinh tế", "Phòng Văn hóa - Xã hội", "Lưu: VT")
POSTING_RECIPIENTS = ("Trưởng các thôn", "Ủy ban MTTQ", "Trung tâm dịch vụ sự nghiệp công", "Lưu: VT, KT")
OPINION_ROLES = (Role.economy, Role.front)


def want_minutes(session: Session, cycle: Cycle, minutes: ReviewMinutes, *, now: datetime) -> None:
    """Ask for the biên bản of a meeting."""
    documents.want(
        session,
        commune_id=cycle.commune_id,
        cycle_id=cycle.key,
        kind="review_minutes",
        subject=f"review_minutes:{minutes.key}",
        title=f"Biên bản họp xét duyệt {cycles.label(cycle)}",
        file_name=f"bien-ban-xet-duyet-{cycle.year}-Q{cycle.quarter}-lan-{minutes.round}.docx",
        data=asdict(minutes_paper(session, cycle, minutes, now=now)),
        now=now,
    )


def want_posting(session: Session, cycle: Cycle, posting: Posting, *, now: datetime) -> None:
    """Ask for the notice with its public list, and for the text of the loudspeaker."""
    stem = f"{cycle.year}-Q{cycle.quarter}-lan-{posting.round}"
    wanted = (
        ("posting_notice", "Thông báo niêm yết", f"thong-bao-niem-yet-{stem}.docx", notice(session, cycle, posting)),
        ("broadcast", "Bản tin phát thanh niêm yết", f"ban-tin-phat-thanh-{stem}.txt", spoken(session, cycle, posting)),
    )
    for kind, title, file_name, said in wanted:
        documents.want(
            session,
            commune_id=cycle.commune_id,
            cycle_id=cycle.key,
            kind=kind,
            subject=f"posting:{posting.key}",
            title=f"{title} {cycles.label(cycle)}",
            file_name=file_name,
            data=asdict(said),
            now=now,
        )


def minutes_paper(session: Session, cycle: Cycle, minutes: ReviewMinutes, *, now: datetime) -> MinutesPaper:
    """What the biên bản says: everyone proposed or left aside, in the order of thôn and name."""
    commune = get(session, Commune, cycle.commune_id)
    book = law.book_for(session, commune.key)
    found = _reviewed(session, cycle, CaseStatus.PROPOSED, CaseStatus.SET_ASIDE)
    answers = currents(session, [case.key for case, _, _ in found])
    statuses = _statuses(session, found)
    groups = labels(book, cycle.opened_on)
    culture = paper_heads.office_name(session, commune, Role.culture)
    economy = paper_heads.office_name(session, commune, Role.economy)
    return MinutesPaper(
        head=paper_heads.department(
            session,
            commune,
            kind="BB",
            recipients=MINUTES_RECIPIENTS,
            on=now.date(),
            is_demo=commune.is_demo,
            is_assumed=_is_assumed(answers.values()),
        ),
        cycle_label=cycles.label(cycle),
        policy=paper_heads.legal_text(book, "NQ04.policy_name", cycle.opened_on, ""),
        held_on=minutes.held_on,
        place=minutes.place,
        rows=tuple(_row(one, answers.get(one[0].key), statuses, groups) for one in found),
        matches=_matches(session, cycle),
        health=_health(session, cycle),
        conclusion=minutes.conclusion.rstrip("."),
        departments=(culture, economy),
    )


def notice(session: Session, cycle: Cycle, posting: Posting) -> PostingNotice:
    """What is posted: the people proposed for support, as little of each as the public needs."""
    commune = get(session, Commune, cycle.commune_id)
    book = law.book_for(session, commune.key)
    found = [one for one in _reviewed(session, cycle, CaseStatus.PROPOSED) if one[0].proposal == ProposalResult.APPROVE]
    answers = currents(session, [case.key for case, _, _ in found])
    statuses = _statuses(session, found)
    return PostingNotice(
        head=paper_heads.committee(
            session,
            commune,
            symbol="TB-UBND",
            recipients=POSTING_RECIPIENTS,
            on=posting.posted_at.date(),
            is_assumed=_is_assumed(answers.values()),
        ),
        cycle_label=cycles.label(cycle),
        policy=paper_heads.legal_text(book, "NQ04.policy_name", cycle.opened_on, ""),
        starts_on=posting.starts_on,
        ends_on=posting.ends_on,
        posted_at=posting.place,
        offices=tuple(paper_heads.office_name(session, commune, role) for role in OPINION_ROLES),
        rows=tuple(
            PostedRow(
                person.full_name,
                str(person.birth_date.year),
                village.name,
                statuses.get(person.household_id, ""),
                answers[case.key].monthly_amount,
            )
            for case, person, village in found
        ),
    )


def spoken(session: Session, cycle: Cycle, posting: Posting) -> Broadcast:
    """The same for the loudspeaker, without anybody's name."""
    commune = get(session, Commune, cycle.commune_id)
    book = law.book_for(session, commune.key)
    return Broadcast(
        commune=commune.full_name,
        quarter=cycle.quarter,
        year=cycle.year,
        policy=paper_heads.legal_text(book, "NQ04.policy_name", cycle.opened_on, ""),
        starts_on=posting.starts_on,
        ends_on=posting.ends_on,
        posted_at=posting.place,
        offices=tuple(paper_heads.office_name(session, commune, role) for role in OPINION_ROLES),
        is_demo=commune.is_demo,
    )


def _reviewed(session: Session, cycle: Cycle, *statuses: CaseStatus) -> list[Reviewed]:
    query = (
        select(Case, Person, Village)
        .join(Person, col(Person.id) == Case.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .where(Case.cycle_id == cycle.key, col(Case.status).in_(statuses))
        .order_by(col(Village.code), col(Person.sort_key), col(Person.id))
    )
    return list(session.exec(query).all())


def _statuses(session: Session, found: list[Reviewed]) -> dict[int, str]:
    """The household's newest status as printed, by household."""
    households = [person.household_id for _, person, _ in found]
    query = select(HouseholdStatus).where(col(HouseholdStatus.household_id).in_(households))
    rows = session.exec(query.order_by(col(HouseholdStatus.valid_from), col(HouseholdStatus.id))).all()
    return {row.household_id: HOUSEHOLD_STATUS_LABELS[HouseholdStatusKind(row.kind)] for row in rows}


def _row(one: Reviewed, answer: Assessment | None, statuses: dict[int, str], groups: dict[str, str]) -> ReviewedRow:
    case, person, village = one
    supported = case.status == CaseStatus.PROPOSED and case.proposal == ProposalResult.APPROVE
    aside = case.status == CaseStatus.SET_ASIDE
    result = CASE_STATUS_LABELS[CaseStatus.SET_ASIDE] if aside else PROPOSAL_LABELS[ProposalResult(case.proposal or "")]
    stated = case.reason if aside else case.proposal_reason
    return ReviewedRow(
        full_name=person.full_name,
        birth_year=str(person.birth_date.year),
        village=village.name,
        household_status=statuses.get(person.household_id, ""),
        group=groups.get(answer.category, "") if answer and supported else "",
        result=result,
        monthly_amount=answer.monthly_amount if answer and supported else 0,
        reason=stated if aside or supported else refusals.short_reason(answer, stated),
    )


def _matches(session: Session, cycle: Cycle) -> tuple[Tally, ...]:
    query = select(CrossCheck.outcome).where(CrossCheck.cycle_id == cycle.key, col(CrossCheck.outcome).is_not(None))
    counts = Counter(session.exec(query).all())
    return tuple(Tally(CROSS_CHECK_LABELS[word], counts[word]) for word in CrossCheckOutcome if counts[word])


def _health(session: Session, cycle: Cycle) -> tuple[Tally, ...]:
    counts = Counter(session.exec(select(HealthCase.result).where(HealthCase.cycle_id == cycle.key)).all())
    return tuple(Tally(HEALTH_RESULT_LABELS[word], counts[word]) for word in HealthResult if counts[word])


def _is_assumed(answers: Iterable[Assessment]) -> bool:
    return worst(LawStatus(answer.law_status) for answer in answers) is not LawStatus.CONFIRMED
