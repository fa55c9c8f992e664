"""1,700 mails over one connection: the mailer, and the whole delivery of the outbox, beside plain smtplib."""

from __future__ import annotations

import logging
import multiprocessing
import os
import smtplib
import ssl
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import SecretStr
from sqlmodel import Session

from adapters import clock
from adapters.database import open_engine
from adapters.mailer import Message, SmtpMailer
from adapters.message import State
from adapters.secrets import make_cipher
from adapters.settings import Settings
from migrations.upgrade import upgrade
from models.notices import Mail
from models.places import Commune
from services.store import insert_once
from tasks import mail as delivery
from tasks import session as task_session
from tests.adapters.post_office import LOGIN, PASSWORD, LoopbackController, PostOffice, make_authority

MAILS = int(os.environ.get("ANSINH_BENCH_MAILS", "1700"))
CONTEXT = {
    "commune_name": "đặc khu Cát Hải (hư cấu)",
    "cycle_label": "Quý III/2026",
    "recipient_title": "Trạm Y tế",
    "demo": True,
    "counts": {"people": 12},
    "due_on": "2026-07-20",
    "path": "/health",
}


def main() -> None:
    """Send the same number of mails three ways to a server in a process of its own; print times and ratios."""
    with tempfile.TemporaryDirectory(prefix="ansinh-bench-") as name:
        folder = Path(name)
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, theirs), daemon=True)
        server.start()
        port = int(ours.recv())
        try:
            _compare(_settings(folder, port))
        finally:
            ours.send("stop")
            server.join(10)


def serve(folder: Path, line: Connection) -> None:
    """The SMTP server: STARTTLS, a password, and what it takes is thrown away."""
    logging.disable()  # it tells of its own old names at each sign-in
    _, context = make_authority(folder)
    office = PostOffice()
    office.keep = lambda address, content: None  # type: ignore[method-assign]
    controller = LoopbackController(
        office, tls_context=context, require_starttls=True, auth_required=True, authenticator=office.authenticate
    )
    controller.start()
    line.send(controller.port)
    line.recv()
    controller.stop()


def _settings(folder: Path, port: int) -> Settings:
    return Settings(
        data_dir=folder,
        mail_mode="smtp",
        mail_to_real_addresses=True,
        mail_from=LOGIN,
        smtp_port=port,
        smtp_user=LOGIN,
        smtp_password=SecretStr(PASSWORD),
        smtp_ca_file=folder / "ca.pem",
        smtp_mails_per_login=MAILS,
    )


def _compare(settings: Settings) -> None:
    floor, floor_work = _timed(lambda: _plain(settings))
    print(f"{MAILS} mails, one connection with STARTTLS and a password each time (seconds; of them processor)")
    print(f"  floor: EmailMessage and smtplib          {floor:7.2f} {floor_work:7.2f}")
    for name, work in (
        ("mailer: built and sent", lambda: _mailer(settings)),
        ("delivery of the outbox", _outbox(settings)),
    ):
        lasted, worked = _timed(work)
        print(
            f"  {name:40} {lasted:7.2f} {worked:7.2f}   {lasted / floor:.2f} x, processor {worked / floor_work:.2f} x"
        )


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of this process's own work."""
    begun, worked = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - worked


def _messages() -> list[Message]:
    text = "Kính gửi: Trạm Y tế\n\nỦy ban nhân dân chuyển 12 trường hợp cần kết luận.\n"
    return [
        Message(f"<{n}@bench.example>", f"nguoi-{n}@bench.example", "Trạm Y tế", "Đề nghị xác minh", text, text)
        for n in range(MAILS)
    ]


def _plain(settings: Settings) -> None:
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=20) as line:
        line.starttls(context=ssl.create_default_context(cafile=str(settings.smtp_ca_file)))
        line.login(LOGIN, PASSWORD)
        for message in _messages():
            mime = EmailMessage()
            mime["From"], mime["To"], mime["Subject"] = LOGIN, message.to_address, message.subject
            mime["Message-ID"] = message.message_id
            mime.set_content(message.text)
            mime.add_alternative(message.html, subtype="html")
            line.send_message(mime)


def _mailer(settings: Settings) -> None:
    mailer = SmtpMailer(settings)
    states = {mailer.send(message).state for message in _messages()}
    mailer.close()
    assert states == {State.SENT}, states  # noqa: S101 - a figure of something else would mislead


def _outbox(settings: Settings) -> Callable[[], None]:
    """The delivery as the product does it, on a new SQLite database with the mails queued."""
    engine = open_engine(settings.database_url, cipher=make_cipher(settings))
    upgrade(engine)
    now = clock.now()
    with Session(engine) as session:
        commune = Commune(code="BENCH", name="Cát Hải (hư cấu)", kind="đặc khu", province="Hải Phòng", is_demo=True)
        session.add(commune)
        session.flush()
        insert_once(session, Mail, [_row(commune.key, number) | _times(now) for number in range(MAILS)])
        session.commit()
    task_session.engine = lambda: engine  # type: ignore[assignment]

    def deliver() -> None:
        ended = delivery.deliver_outbox(SmtpMailer(settings))
        assert ended == {"SENT": MAILS}, ended  # noqa: S101 - a figure of something else would mislead

    return deliver


def _row(commune_id: int, number: int) -> dict[str, object]:
    return {
        "dedup_key": f"bench:{number}",
        "commune_id": commune_id,
        "template": "health_handover",
        "context": CONTEXT,
        "role": "health_station",
        "to_address": f"nguoi-{number}@bench.example",
        "message_id": f"<bench-{number}@bench.example>",
    }


def _times(now: object) -> dict[str, object]:
    return {"next_try_at": now, "queued_at": now}
