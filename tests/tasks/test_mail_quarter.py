# ruff: noqa: N802 - the server calls handlers by the SMTP command
"""A quarter over a real SMTP server on its worst days: each mail ends once, in the server's words, none comes twice."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk
from sqlmodel import Session, col, select

from adapters.clock import set_demo_clock
from adapters.database import open_engine
from adapters.secrets import make_cipher
from adapters.settings import Settings, get_settings
from models.base import ZONE
from models.notices import Delivery, Mail
from rules.workflow import NOTICES, MailState, Role
from services import outbox
from tasks import session as task_session
from tasks.mail import deliver_outbox
from tests.adapters.post_office import LOGIN, PASSWORD, LoopbackController, PostOffice, _cut, make_authority
from web.pages import load_all
from web.registry import PAGES

HOUSE = Path(__file__).parents[2]
GONE = "truongthon05@trinhdien.invalid"
ENDS = {MailState.SENT, MailState.FAILED}
pytestmark = pytest.mark.timeout(400)


class BadDays(PostOffice):
    """A post office that has a mood for the next mails to an address: busy, drop, hang, or lost (taken, not said)."""

    def __init__(self) -> None:
        super().__init__()
        self.refuse = {GONE: "550 5.1.1 no such mailbox"}
        self.closes_after = 40
        self.moods = {
            "kinhte1@trinhdien.invalid": ["busy", "busy", "", "busy"],
            "yte@trinhdien.invalid": ["hang", "hang"],
            "vanhoa@trinhdien.invalid": ["drop", "", "drop", "drop"],
            "chutich@trinhdien.invalid": ["lost"],
            "truongthon01@trinhdien.invalid": ["drop", "lost"],
            "truongthon02@trinhdien.invalid": ["hang", "busy"],
        }

    async def handle_RCPT(
        self, server: SMTP, session: Talk, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        moods = self.moods.get(address)
        mood = moods.pop(0) if moods else ""
        if mood == "drop":
            _cut(server)
        if mood == "hang":
            await asyncio.sleep(3600)
        if mood == "busy":
            return "451 4.3.2 please try again later"
        if mood == "lost":
            self.drop_after_data.add(address)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Talk, envelope: Envelope) -> str:
        is_lost = bool(self.drop_after_data & set(envelope.rcpt_tos))
        try:
            return await super().handle_DATA(server, session, envelope)
        finally:
            if is_lost:
                self.drop_after_data.clear()


@dataclass
class Played:
    """What the quarter left: its mails with their attempts, and what the server has."""

    mails: list[Mail]
    attempts: dict[int, list[Delivery]]
    office: BadDays


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demonstration's quarter with its mail over SMTP, then days enough for what was put off."""
    folder = tmp_path_factory.mktemp("quarter")
    ca_file, context = make_authority(folder)
    office = BadDays()
    controller = LoopbackController(
        office, tls_context=context, require_starttls=True, auth_required=True, authenticator=office.authenticate
    )
    controller.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in surroundings(folder, controller.port, ca_file).items():
                patch.setenv(name, value)
            play(folder)
            left = Played(*settle(patch), office)
    finally:
        controller.stop()
        get_settings.cache_clear()
    return left


def surroundings(folder: Path, port: int, ca_file: Path) -> dict[str, str]:
    given = {
        "mode": "demo",
        "data_dir": str(folder / "demo"),
        "demo_clock": str(folder / "demo" / "clock"),
        "mail_mode": "smtp",
        "mail_to_real_addresses": "true",
        "mail_from": LOGIN,
        "smtp_port": str(port),
        "smtp_user": LOGIN,
        "smtp_password": PASSWORD,
        "smtp_ca_file": str(ca_file),
        "smtp_timeout_seconds": "0.5",
    }
    return {f"ANSINH_{name.upper()}": value for name, value in given.items()}


def play(folder: Path) -> None:
    command = [sys.executable, "-m", "cli", "demo", "--exit", "--by-hand", "--folder", str(folder / "demo")]
    run = subprocess.run(
        command, cwd=HOUSE, env=dict(os.environ), capture_output=True, text=True, timeout=380, check=False
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]


def settle(patch: pytest.MonkeyPatch) -> tuple[list[Mail], dict[int, list[Delivery]]]:
    """Let the days pass that a mail may be put off, delivering on each; then read the records."""
    get_settings.cache_clear()
    settings = Settings()
    engine = open_engine(settings.database_url, cipher=make_cipher(settings))
    patch.setattr(task_session, "engine", lambda: engine)
    moment = task_session.now()
    for wait in outbox.BACK_OFF:
        moment += wait + timedelta(minutes=1)
        assert settings.demo_clock is not None
        set_demo_clock(settings.demo_clock, moment.astimezone(ZONE))
        deliver_outbox()
    with Session(engine, expire_on_commit=False) as opened:
        mails = list(opened.exec(select(Mail).order_by(col(Mail.id))))
        attempts: dict[int, list[Delivery]] = {mail.key: [] for mail in mails}
        for row in opened.exec(select(Delivery).order_by(col(Delivery.id))):
            attempts[row.mail_id].append(row)
    engine.dispose()
    return mails, attempts


def words(played: Played) -> Counter[tuple[str, str]]:
    """How often an attempt ended which way, with the first word the server said."""
    rows = [row for rows in played.attempts.values() for row in rows]
    return Counter((row.outcome, row.server_words.split(" ")[0]) for row in rows)


def test_every_recipient_ends_in_exactly_one_of_sent_and_failed(played: Played) -> None:
    assert len(played.mails) > 100
    assert {mail.state for mail in played.mails} == ENDS
    for mail in played.mails:
        outcomes = [row.outcome for row in played.attempts[mail.key]]
        assert outcomes[-1] == ("SENT" if mail.state == MailState.SENT else "PERMANENT")
        assert set(outcomes[:-1]) <= {"TEMPORARY"}, "after an end there is no further attempt"


def test_only_the_address_that_is_gone_failed_at_once_and_in_the_servers_words(played: Played) -> None:
    failed = [mail for mail in played.mails if mail.state == MailState.FAILED]
    assert {mail.to_address for mail in failed} == {GONE}
    assert {(row.attempt, row.server_words) for mail in failed for row in played.attempts[mail.key]} == {
        (1, "550 5.1.1 no such mailbox")
    }
    assert not [mail for mail in played.mails if mail.to_address == GONE and mail.state != MailState.FAILED]


def test_what_was_put_off_or_dropped_arrived_later(played: Played) -> None:
    said = words(played)
    assert said["TEMPORARY", "451"] == 4
    assert said["TEMPORARY", "Mất"] >= 3, "a hang twice, a drop twice, answers that were lost"
    assert not any(played.office.moods.values()), "every bad day was had"
    assert sum(count for (outcome, _), count in said.items() if outcome == "SENT") == sum(
        mail.state == MailState.SENT for mail in played.mails
    )


def test_no_mailbox_holds_a_mail_twice_and_none_lacks_one(played: Played) -> None:
    """What was taken while its answer was lost goes again under its own Message-ID, by which a mailbox knows it."""
    handed_over = Counter((address, mail["Message-ID"]) for address, mail in played.office.delivered)
    sent = {(mail.to_address, mail.message_id) for mail in played.mails if mail.state == MailState.SENT}
    assert set(handed_over) == sent
    repeated = {address: count for (address, _), count in handed_over.items() if count > 1}
    assert repeated == {"chutich@trinhdien.invalid": 2, "truongthon01@trinhdien.invalid": 2}


def test_the_office_signed_in_seldom_and_never_without_encryption(played: Played) -> None:
    assert played.office.names == {LOGIN}
    assert played.office.logins < len(played.mails)


def test_every_letter_opens_a_page_that_its_reader_may_see(played: Played) -> None:
    load_all()
    closed = {
        (mail.template, mail.role, mail.context["path"])
        for mail in played.mails
        if not any(mail.role in page.roles for page in pages_at(mail.context["path"]))
    }
    assert not closed


def pages_at(path: str) -> list[Any]:
    """The pages that answer to a path."""
    bare = path.partition("?")[0]
    return [
        page for page in PAGES if page.method == "GET" and re.fullmatch(re.sub(r"\{[^}]+\}", "[0-9]+", page.path), bare)
    ]


def test_a_letter_answers_to_the_office_and_names_nobody(played: Played) -> None:
    assert {mail["Auto-Submitted"] for _, mail in played.office.delivered} == {"auto-generated"}
    assert {mail["Reply-To"] for _, mail in played.office.delivered} == {"economy@trinhdien.invalid"}
    told = {mail.template for mail in played.mails}
    assert {
        "list_request", "health_handover", "cross_check_request", "eligibility_handover",
        "minutes_to_sign", "posting_opened", "submission_ready", "number_wanted", "decided",
        "payment_to_prepare", "payment_for_approval",
        "payment_sent", "insurance_handover", "cards_received",
    } <= told <= set(NOTICES)  # fmt: skip
    assert not [text for _, mail in played.office.delivered for text in texts(mail) if re.search(r"\b0\d{11}\b", text)]


def texts(mail: EmailMessage) -> list[str]:
    """Subject and both bodies as they are read."""
    return [str(mail["Subject"]), *(part.get_content() for part in mail.iter_parts())]


def test_everybody_who_takes_part_heard_of_it(played: Played) -> None:
    assert {mail.role for mail in played.mails} >= {*Role} - {Role.system, Role.admin}
