"""What every act on a submission shares: load it, check where it stands, record it, tell a department."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from models.approval import Submission
from models.cycles import Cycle
from models.places import Commune
from rules.workflow import Role, Step, SubmissionState
from services import cycles, ledger, notices
from services.errors import conflict
from services.staff import Actor
from services.store import get, lock


def load(session: Session, submission_id: int) -> tuple[Submission, Cycle]:
    """The submission, locked, with its cycle."""
    submission = lock(session, Submission, submission_id, "tờ trình")
    return submission, get(session, Cycle, submission.cycle_id, "kỳ xét")


def expect(submission: Submission, state: SubmissionState, message: str) -> None:
    """Raise Problem CONFLICT with ``message`` unless the submission stands at ``state``, or say that it is issued."""
    if submission.state == state:
        return
    if submission.state == SubmissionState.ISSUED:
        raise conflict("submission_state", "Quyết định của danh sách này đã ban hành, có số, ngày.")
    raise conflict("submission_state", message)


def record(
    session: Session,
    submission: Submission,
    action: str,
    actor: Actor,
    role: Role,
    now: datetime,
    more: Mapping[str, int | str] | None = None,
) -> None:
    """Save the submission, write the act into the audit chain and ask for the next look at the step."""
    session.add(submission)
    session.flush()
    data = {"state": str(submission.state), "list": submission.list_sha256, **(more or {})}
    subject = f"submission:{submission.key}"
    ledger.append(
        session,
        commune_id=submission.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=subject,
        data=data,
        now=now,
    )
    cycles.want_step(session, submission.cycle_id, Step.approval, now=now)


def tell(
    session: Session,
    cycle: Cycle,
    submission: Submission,
    template: str,
    role: Role,
    now: datetime,
    counts: Mapping[str, int],
    due_on: date | None = None,
) -> None:
    """Queue the mail once per submission. Trạm Y tế does not see who was decided on: its link is its own first page."""
    notices.queue(
        session,
        key=f"{template}:{submission.key}",
        template=template,
        commune=get(session, Commune, cycle.commune_id),
        role=role,
        now=now,
        cycle=cycle,
        path="/" if role is Role.health_station else f"/approval?cycle={cycle.key}",
        counts=counts,
        due_on=due_on,
    )
