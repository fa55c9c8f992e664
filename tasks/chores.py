"""What every run leaves in order behind it: papers written, mail delivered, reminders queued."""

from __future__ import annotations

from tasks import engine, reminders
from tasks.documents import write_wanted
from tasks.mail import deliver_outbox
from tasks.pdfs import make_missing_pdfs


@engine.step_task("Lập văn bản")
def write_documents() -> dict[str, int]:
    """Write the papers that are wanted, and their PDFs where they are made; returns how many of each, and failures."""
    return write_wanted() | make_missing_pdfs()


@engine.step_task("Gửi thư")
def deliver_mail() -> dict[str, int]:
    """Send the mails that are due; returns how many ended in which state."""
    return deliver_outbox()


@engine.step_task("Nhắc việc sắp đến hạn và quá hạn")
def go_round(commune_id: int) -> int:
    """Queue one commune's reminders, reports to superiors and digests of the day; returns how many mails."""
    return reminders.go_round(commune_id)
