"""What the demonstration made, where it is, and who may sign in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, SQLModel, col, func, select

from adapters import orchestrator
from adapters.filestore import make_filestore
from adapters.secrets import prefect_auth
from adapters.settings import get_settings
from cli.demo.scene import Stage
from cli.demo.world import OFFICERS, PASSWORD
from models.cycles import Case
from models.documents import Document, DocumentState
from models.eligibility import Assessment
from models.insurance import Registration
from models.notices import Mail
from models.payment import PaymentList, Transfer
from rules.money import format_dong
from rules.months import Month
from rules.workflow import (
    CASE_STATUS_LABELS,
    MAIL_STATE_LABELS,
    OUTCOME_LABELS,
    REGISTRATION_STATE_LABELS,
    ROLE_LABELS,
    TRANSFER_STATE_LABELS,
    CaseStatus,
    MailState,
    Outcome,
    RegistrationState,
    Role,
    TransferState,
)

FEW = 3
"""Papers of a kind that get a line each; of more, one line tells how many."""

# what a second demonstration may add to: its own runs, leases and sign-ins; never a record of the programme
ENGINE_TABLES = frozenset({"run", "run_step", "sign_in", "sign_in_attempt", "sensitive_read"})


def record_counts(session: Session) -> dict[str, int]:
    """Rows of every table that holds records of the programme."""
    tables = {t.name: t for t in SQLModel.metadata.sorted_tables if t.name not in ENGINE_TABLES}
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in sorted(tables.items())
    }


def people_table(stage: Stage) -> Table:
    """How the people of the cycle fared."""
    table = Table(title="Kết quả xét duyệt quý III/2026 (dữ liệu trình diễn)", title_justify="left")
    table.add_column("Kết quả")
    table.add_column("Số người", justify="right")
    answers = stage.session.exec(
        select(Assessment.outcome, func.count())
        .where(Assessment.cycle_id == stage.cycle_id, col(Assessment.current))
        .group_by(Assessment.outcome)
    )
    for outcome, number in answers:
        table.add_row(f"Đánh giá: {OUTCOME_LABELS[Outcome(outcome)]}", str(number))
    cases = select(Case.status, func.count()).where(Case.cycle_id == stage.cycle_id).group_by(Case.status)
    for status, number in stage.session.exec(cases):
        table.add_row(f"Hồ sơ: {CASE_STATUS_LABELS[CaseStatus(status)]}", str(number))
    cards = Counter(stage.session.exec(select(Registration.state).where(Registration.cycle_id == stage.cycle_id)))
    for state, number in sorted(cards.items()):
        table.add_row(f"Thẻ BHYT: {REGISTRATION_STATE_LABELS[RegistrationState(state)]}", str(number))
    return table


def money_table(stage: Stage) -> Table:
    """Each month's list and how its transfers ended."""
    table = Table(title="Chi trả", title_justify="left")
    for heading in ("Tháng", "Người", "Tổng số", "Khoản chuyển"):
        table.add_column(heading)
    query = select(PaymentList).where(PaymentList.commune_id == stage.world.commune_id)
    for row in stage.session.exec(query.order_by(col(PaymentList.month))).all():
        states = Counter(stage.session.exec(select(Transfer.state).where(Transfer.list_id == row.key)))
        ends = ", ".join(f"{TRANSFER_STATE_LABELS[TransferState(s)]} {n}" for s, n in sorted(states.items()))
        table.add_row(str(Month.parse(row.month)), str(row.people), format_dong(row.total), ends)
    return table


def papers_table(stage: Stage) -> Table:
    """The papers and files that were written, and where copies lie; many of a kind share a line."""
    table = Table(title=f"Văn bản và tệp (trong {_near(_folder())})", title_justify="left")
    table.add_column("Văn bản")
    table.add_column("Tệp", overflow="fold")
    query = select(Document).where(Document.commune_id == stage.world.commune_id)
    found = stage.session.exec(query.order_by(col(Document.id))).all()
    for row in found:
        if row.state != DocumentState.WRITTEN:
            table.add_row(row.title, f"chưa lập được: {row.problem or row.state}")
    written = [row for row in found if row.state == DocumentState.WRITTEN]
    how_many = Counter(row.kind for row in written)
    for row in written:
        _lay_out(row)
        if how_many[row.kind] <= FEW:
            table.add_row(row.title, row.file_name)
    for kind, number in how_many.items():
        if number > FEW:
            first = next(row for row in written if row.kind == kind)
            table.add_row(first.title.partition(" – ")[0], f"{number} tệp như {first.file_name}")
    return table


def _folder() -> Path:
    return get_settings().data_dir / "ket-qua"


def _lay_out(paper: Document) -> None:
    """Keep a copy under the paper's own name, so that it can be opened by hand."""
    _folder().mkdir(parents=True, exist_ok=True)
    (_folder() / paper.file_name).write_bytes(make_filestore(get_settings()).load(paper.file_sha256 or ""))


def mails_table(stage: Stage) -> Table:
    """Mails by state."""
    mailbox = _near(get_settings().data_dir / "mailbox")
    table = Table(title=f"Thư (ghi ra tệp trong {mailbox}, không gửi ra ngoài)", title_justify="left")
    table.add_column("Trạng thái")
    table.add_column("Số thư", justify="right")
    for state, number in stage.session.exec(select(Mail.state, func.count()).group_by(Mail.state)):
        table.add_row(MAIL_STATE_LABELS[MailState(state)], str(number))
    return table


def counts_line(stage: Stage) -> str:
    """One line that is equal after each demonstration."""
    counts = {name: number for name, number in record_counts(stage.session).items() if number}
    return "Số bản ghi: " + " ".join(f"{name}={number}" for name, number in counts.items())


def sign_ins(console: Console) -> None:
    """Where to look and as whom, in the pages and in the engine's own UI."""
    settings = get_settings()
    table = Table(title=f"Đăng nhập (mật khẩu chung: {PASSWORD})", title_justify="left")
    table.add_column("Tên")
    table.add_column("Vai trò")
    for officer in OFFICERS:
        table.add_row(officer.username, ROLE_LABELS[officer.role])
    table.add_row("truongthon01 … truongthon11", ROLE_LABELS[Role.village_head])
    console.print(table)
    name, _, password = prefect_auth(settings).partition(":")
    console.print(f"Trang làm việc: {settings.base_url}")
    console.print(f"Bộ điều phối: {orchestrator.ui_home()} · tên {name} · mật khẩu {password}", soft_wrap=True)
    console.print("Dừng bằng Ctrl+C.")


def _near(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
