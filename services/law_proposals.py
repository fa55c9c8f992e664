"""Proposals that wait: which there are, taking one back or refusing it, and the scan that proves one."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.law import LawEvidence, LawRevision
from rules.workflow import Role
from services import ledger
from services.errors import invalid
from services.law import CONFIRMERS, audit, expect_waiting
from services.staff import Actor
from services.store import insert_once, lock, save

PROPOSERS = (Role.economy, Role.culture)


def waiting(session: Session, commune_id: int) -> list[LawRevision]:
    """Values waiting for the second person, oldest first."""
    query = select(LawRevision).where(
        LawRevision.commune_id == commune_id,
        col(LawRevision.confirmed_by).is_(None),
        col(LawRevision.refused_by).is_(None),
    )
    return list(session.exec(query.order_by(col(LawRevision.id))).all())


def refuse(session: Session, *, revision_id: int, reason: str, actor: Actor, now: datetime) -> LawRevision:
    """Take a proposal back, or refuse somebody else's; it stays readable and never comes into force.

    Raises Problem INVALID without a reason, CONFLICT when it has its answer already.
    """
    row = lock(session, LawRevision, revision_id, "đề xuất tham số")
    role = actor.require(CONFIRMERS, row.commune_id)
    expect_waiting(row)
    if not reason.strip():
        raise invalid("law_refusal", "Ghi lý do từ chối hoặc rút lại.")
    row.refused_by, row.refused_at, row.refusal = actor.person_id, now, reason.strip()
    save(session, row)
    audit(session, row, "refuse_law", actor, role, now)
    return row


def keep_scan(
    session: Session,
    *,
    commune_id: int,
    document: str,
    issuer: str,
    media_type: str,
    size: int,
    content_sha256: str,
    file_sha256: str,
    actor: Actor,
    now: datetime,
) -> LawEvidence:
    """Record a scan whose bytes are kept; the same scan twice is one. ``size`` in bytes, fingerprints in hex."""
    role = actor.require(CONFIRMERS, commune_id)
    row = {
        "commune_id": commune_id,
        "document": document,
        "issuer": issuer,
        "media_type": media_type,
        "size": size,
        "content_sha256": content_sha256,
        "file_sha256": file_sha256,
        "added_by": actor.person_id,
        "added_at": now,
    }
    new = insert_once(session, LawEvidence, [row])
    kept = scans(session, commune_id)[content_sha256]
    if new:
        ledger.append(
            session,
            commune_id=commune_id,
            actor=actor,
            role=role,
            action="keep_law_scan",
            subject=f"law_evidence:{kept.key}",
            data={"sha256": content_sha256, "document": document, "size": size},
            now=now,
        )
    return kept


def scans(session: Session, commune_id: int) -> dict[str, LawEvidence]:
    """The commune's scans by the fingerprint of their content."""
    query = select(LawEvidence).where(LawEvidence.commune_id == commune_id)
    return {row.content_sha256: row for row in session.exec(query.order_by(col(LawEvidence.id)))}


def attach(session: Session, *, revision_id: int, scan: LawEvidence, actor: Actor, now: datetime) -> LawRevision:
    """Name the scan in a waiting proposal's reference; whoever confirms it confirms the scan with it.

    Raises Problem CONFLICT when the proposal has its answer already, or is of another commune than the scan.
    """
    row = lock(session, LawRevision, revision_id, "đề xuất tham số")
    role = actor.require(CONFIRMERS, row.commune_id)
    expect_waiting(row)
    if scan.commune_id != row.commune_id:
        raise invalid("law_scan", "Bản quét này của đơn vị khác.")
    row.reference = {**row.reference, "evidence": scan.content_sha256}
    save(session, row)
    audit(session, row, "attach_law_scan", actor, role, now)
    return row
