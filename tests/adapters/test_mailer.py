"""The post office: one bad address never stops the rest, nobody gets two, nothing leaves unless allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.mailer import FileMailer, Message, OffMailer, SmtpMailer, State, make_mailer
from adapters.settings import Settings
from tests.adapters.post_office import LOGIN, PASSWORD, LoopbackController, PostOffice, make_authority

FIRST = "thon-1@cathai.example"


def letter(local: str, address: str | None = None) -> Message:
    return Message(
        message_id=f"<quy-3-2026.lists.{local}@cathai.example>",
        to_address=address or f"{local}@cathai.example",
        to_name="Trưởng thôn (hư cấu)",
        subject="[An Sinh] Đề nghị lập danh sách Quý III/2026 – thôn Phù Long, hạn trả lời 15/07/2026",
        text="Kính gửi đồng chí,\nĐề nghị lập danh sách.\n",
        html="<p>Kính gửi đồng chí,</p>\n<p>Đề nghị lập danh sách.</p>\n",
        reply_to="kinhte@cathai.example",
    )


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def settings(office: PostOffice, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an SMTP account on a running server with STARTTLS, a verified certificate and a password."""
    ca_file, context = make_authority(tmp_path)
    controller = LoopbackController(
        office, tls_context=context, require_starttls=True, auth_required=True, authenticator=office.authenticate
    )
    controller.start()
    yield smtp_settings(controller.port, smtp_ca_file=ca_file)
    controller.stop()


def smtp_settings(port: int, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "mail_mode": "smtp",
        "mail_to_real_addresses": True,
        "mail_from": LOGIN,
        "mail_from_name": "Phòng Kinh tế",
        "smtp_port": port,
        "smtp_user": LOGIN,
        "smtp_password": SecretStr(PASSWORD),
        "smtp_timeout_seconds": 5,
    }
    return Settings(**(given | changes))


def states(outcomes: list) -> list[str]:
    return [outcome.state.value for outcome in outcomes]


def test_a_batch_goes_over_one_verified_signed_in_connection(office: PostOffice, settings: Settings) -> None:
    outcomes = SmtpMailer(settings).send_batch([letter(f"thon-{n}") for n in range(5)])
    assert states(outcomes) == ["SENT"] * 5
    assert office.logins == 1
    assert [address for address, _ in office.delivered] == [f"thon-{n}@cathai.example" for n in range(5)]


def test_a_mail_arrives_as_text_and_html_with_its_own_headers(office: PostOffice, settings: Settings) -> None:
    sent = letter("thon-1")
    SmtpMailer(settings).send_batch([sent])
    (_, mail) = office.delivered[0]
    assert mail["Message-ID"] == sent.message_id
    assert mail["Subject"] == sent.subject
    assert str(mail["From"]) == f"Phòng Kinh tế <{LOGIN}>"
    assert mail["To"].addresses[0].addr_spec == sent.to_address
    assert (mail["Auto-Submitted"], mail["Reply-To"]) == ("auto-generated", "kinhte@cathai.example")
    assert mail["Date"].datetime.utcoffset().total_seconds() == 7 * 3600
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()}
    assert parts == {"text/plain": sent.text, "text/html": sent.html}


def test_each_recipient_ends_right_when_some_are_refused_and_the_line_drops(
    office: PostOffice, settings: Settings
) -> None:
    office.refuse = {
        "day@cathai.example": "451 4.3.0 try again later",
        "nghi-viec@cathai.example": "550 5.1.1 no such mailbox",
    }
    office.drop_before_data = {"rot-1@cathai.example"}
    office.drop_after_data = {"rot-2@cathai.example"}
    people = ["thon-1", "day", "rot-1", "thon-2", "nghi-viec", "rot-2", "thon-3"]
    outcomes = dict(zip(people, SmtpMailer(settings).send_batch([letter(person) for person in people]), strict=True))
    assert {person: outcome.state.value for person, outcome in outcomes.items()} == {
        "thon-1": "SENT",
        "day": "TEMPORARY",
        "rot-1": "TEMPORARY",
        "thon-2": "SENT",
        "nghi-viec": "PERMANENT",
        "rot-2": "TEMPORARY",
        "thon-3": "SENT",
    }
    assert outcomes["day"].detail == "451 4.3.0 try again later"
    assert outcomes["nghi-viec"].detail == "550 5.1.1 no such mailbox"
    assert [person for person, outcome in outcomes.items() if outcome.uncertain] == ["rot-1", "rot-2"]
    arrived = [mail["Message-ID"] for _, mail in office.delivered]
    assert len(arrived) == len(set(arrived)), "nobody gets the same mail twice"


def test_the_same_mail_twice_in_a_batch_goes_once(office: PostOffice, settings: Settings) -> None:
    assert states(SmtpMailer(settings).send_batch([letter("thon-1"), letter("thon-1")])) == ["SENT", "SENT"]
    assert len(office.delivered) == 1


def test_a_bad_address_or_subject_fails_alone(office: PostOffice, settings: Settings) -> None:
    batch = [
        letter("a", "không-hợp-lệ@cathai.example"),
        letter("b", "hai địa chỉ@cathai.example"),
        replace(letter("c"), subject="Một dòng\r\nBcc: ke-la@cathai.example"),
        letter("d"),
    ]
    assert states(SmtpMailer(settings).send_batch(batch)) == ["PERMANENT", "PERMANENT", "PERMANENT", "SENT"]
    assert [address for address, _ in office.delivered] == ["d@cathai.example"]


def test_a_long_batch_reconnects_and_loses_nothing(office: PostOffice, settings: Settings) -> None:
    outcomes = SmtpMailer(settings).send_batch([letter(f"thon-{n}") for n in range(120)])
    assert states(outcomes) == ["SENT"] * 120
    assert office.logins == 3
    assert len(office.delivered) == 120


def test_mail_leaves_only_for_guests_until_real_addresses_are_allowed(office: PostOffice, settings: Settings) -> None:
    guarded = settings.model_copy(update={"mail_to_real_addresses": False, "mail_guest_list": (FIRST,)})
    outcomes = SmtpMailer(guarded).send_batch([letter("thon-1"), letter("thon-2")])
    assert states(outcomes) == ["SENT", "WITHHELD"]
    assert "danh sách khách" in outcomes[1].detail
    assert [address for address, _ in office.delivered] == [FIRST]


def test_a_server_with_an_unknown_certificate_gets_no_password(office: PostOffice, settings: Settings) -> None:
    distrusting = settings.model_copy(update={"smtp_ca_file": None})
    outcomes = SmtpMailer(distrusting).send_batch([letter("thon-1"), letter("thon-2")])
    assert states(outcomes) == ["TEMPORARY"] * 2
    assert "certificate" in outcomes[0].detail.lower()
    assert (office.logins, office.delivered) == (0, [])


def test_a_wrong_password_waits_for_the_office_and_is_tried_once(office: PostOffice, settings: Settings) -> None:
    wrong = settings.model_copy(update={"smtp_password": SecretStr("sai")})
    outcomes = SmtpMailer(wrong).send_batch([letter("thon-1"), letter("thon-2")])
    assert states(outcomes) == ["TEMPORARY"] * 2
    assert "từ chối đăng nhập" in outcomes[1].detail
    assert office.logins == 2, "one sign-in: PLAIN, then LOGIN; not again for the second mail"


def test_a_refused_sender_is_the_offices_fault_not_the_recipients(office: PostOffice, settings: Settings) -> None:
    office.refuse_sender = "550 5.7.1 sender not allowed"
    assert states(SmtpMailer(settings).send_batch([letter("thon-1")])) == ["TEMPORARY"]


def test_no_server_at_all_is_said_once_per_mail() -> None:
    outcomes = SmtpMailer(smtp_settings(1)).send_batch([letter("thon-1"), letter("thon-2")])
    assert states(outcomes) == ["TEMPORARY"] * 2
    assert "Không kết nối được" in outcomes[0].detail
    assert not outcomes[0].uncertain


def test_implicit_tls_works_too(office: PostOffice, tmp_path: Path) -> None:
    ca_file, context = make_authority(tmp_path)
    controller = LoopbackController(office, ssl_context=context)
    controller.start()
    try:
        settings = smtp_settings(
            controller.port, smtp_ca_file=ca_file, smtp_security="ssl", smtp_user="", smtp_password=None
        )
        assert states(SmtpMailer(settings).send_batch([letter("thon-1")])) == ["SENT"]
    finally:
        controller.stop()


def test_the_file_mailbox_keeps_each_mail_once(data_dir: Path) -> None:
    mailer = FileMailer(Settings())
    first, second = letter("thon-1"), letter("thon-2")
    assert states(mailer.send_batch([first])) == ["SENT"]
    (written,) = (data_dir / "mailbox").iterdir()
    before = written.read_bytes()
    assert states(mailer.send_batch([first, second])) == ["SENT", "SENT"]
    assert written.read_bytes() == before
    assert sorted(file.name for file in (data_dir / "mailbox").iterdir()) == [
        "quy-3-2026.lists.thon-1@cathai.example.eml",
        "quy-3-2026.lists.thon-2@cathai.example.eml",
    ]
    assert message_from_bytes(before, policy=policy.default)["Message-ID"] == first.message_id


def test_message_ids_that_look_alike_on_disk_stay_two_files(data_dir: Path) -> None:
    twins = [replace(letter("a"), message_id=f"<x{mark}y@cathai.example>") for mark in ("/", "\\")]
    assert states(FileMailer(Settings()).send_batch(twins)) == ["SENT", "SENT"]
    assert len(list((data_dir / "mailbox").iterdir())) == 2


def test_a_long_message_id_survives_the_wire_form(data_dir: Path) -> None:
    long = replace(letter("a"), message_id=f"<{'0123456789' * 12}@cathai.example>")
    FileMailer(Settings()).send_batch([long])
    (written,) = (data_dir / "mailbox").iterdir()
    assert message_from_bytes(written.read_bytes(), policy=policy.default)["Message-ID"] == long.message_id


def test_the_mode_chooses_the_mailer() -> None:
    assert isinstance(make_mailer(Settings()), FileMailer)
    assert isinstance(make_mailer(Settings(mail_mode="off")), OffMailer)
    assert isinstance(make_mailer(smtp_settings(25)), SmtpMailer)
    assert OffMailer().send_batch([letter("a")])[0].state is State.WITHHELD
