"""The post office: one bad address never stops the rest, nobody gets two, nothing leaves unless allowed."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
import yagmail
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from adapters.mailer import FileMailer, Mailer, Message, OffMailer, Outcome, SmtpMailer, State, make_mailer
from adapters.message import build_mime
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


def send(mailer: Mailer, messages: Sequence[Message]) -> list[Outcome]:
    """Hand the mails over one after the other, as the delivery does, and close the line."""
    try:
        return [mailer.send(message) for message in messages]
    finally:
        mailer.close()


def states(outcomes: list[Outcome]) -> list[str]:
    return [outcome.state.value for outcome in outcomes]


def test_a_batch_goes_over_one_verified_signed_in_connection(office: PostOffice, settings: Settings) -> None:
    outcomes = send(SmtpMailer(settings), [letter(f"thon-{n}") for n in range(5)])
    assert states(outcomes) == ["SENT"] * 5
    assert office.logins == 1
    assert [address for address, _ in office.delivered] == [f"thon-{n}@cathai.example" for n in range(5)]


def test_a_mail_arrives_as_text_and_html_with_its_own_headers(office: PostOffice, settings: Settings) -> None:
    sent = letter("thon-1")
    send(SmtpMailer(settings), [sent])
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
    outcomes = dict(zip(people, send(SmtpMailer(settings), [letter(person) for person in people]), strict=True))
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
    assert [person for person, outcome in outcomes.items() if outcome.uncertain] == ["rot-2"]
    arrived = [mail["Message-ID"] for _, mail in office.delivered]
    assert len(arrived) == len(set(arrived)), "nobody gets the same mail twice"


def test_a_bad_address_or_subject_fails_alone(office: PostOffice, settings: Settings) -> None:
    batch = [
        letter("a", "không-hợp-lệ@cathai.example"),
        letter("b", "hai địa chỉ@cathai.example"),
        replace(letter("c"), subject="Một dòng\r\nBcc: ke-la@cathai.example"),
        letter("d"),
    ]
    assert states(send(SmtpMailer(settings), batch)) == ["PERMANENT", "PERMANENT", "PERMANENT", "SENT"]
    assert [address for address, _ in office.delivered] == ["d@cathai.example"]


def test_a_long_batch_signs_in_anew_now_and_then_and_loses_nothing(office: PostOffice, settings: Settings) -> None:
    short = settings.model_copy(update={"smtp_mails_per_login": 50})
    outcomes = send(SmtpMailer(short), [letter(f"thon-{n}") for n in range(120)])
    assert states(outcomes) == ["SENT"] * 120
    assert office.logins == 3
    assert len(office.delivered) == 120


def test_a_server_that_takes_only_so_many_mails_in_one_conversation_gets_the_rest_in_another(
    office: PostOffice, settings: Settings
) -> None:
    office.closes_after = 4
    assert states(send(SmtpMailer(settings), [letter(f"thon-{n}") for n in range(10)])) == ["SENT"] * 10
    assert (office.logins, len(office.delivered)) == (3, 10)


def test_a_line_that_fell_unseen_between_two_mails_is_opened_again(office: PostOffice, settings: Settings) -> None:
    mailer = SmtpMailer(settings)
    assert mailer.send(letter("thon-1")).state is State.SENT
    assert mailer._line._client is not None
    mailer._line._client.smtp.sock.shutdown(socket.SHUT_RDWR)
    assert mailer.send(letter("thon-2")).state is State.SENT
    mailer.close()
    assert (office.logins, len(office.delivered)) == (2, 2)


def test_a_server_that_says_nothing_holds_up_one_mail_for_its_time_and_no_other(
    office: PostOffice, settings: Settings
) -> None:
    office.hang = {"treo@cathai.example"}
    hasty = settings.model_copy(update={"smtp_timeout_seconds": 0.5})
    begun = time.monotonic()
    outcomes = send(SmtpMailer(hasty), [letter("thon-1"), letter("treo"), letter("thon-2")])
    assert states(outcomes) == ["SENT", "TEMPORARY", "SENT"]
    assert not outcomes[1].uncertain
    assert time.monotonic() - begun < 5


def test_a_server_that_keeps_hanging_up_is_left_alone_for_this_run(office: PostOffice, settings: Settings) -> None:
    office.drop_before_data = {f"rot-{n}@cathai.example" for n in range(4)}
    mailer = SmtpMailer(settings)
    assert states([mailer.send(letter(f"rot-{n}")) for n in range(2)]) == ["TEMPORARY"] * 2
    assert mailer.is_down
    assert states(send(mailer, [letter("thon-1")])) == ["TEMPORARY"]
    assert office.delivered == []


@pytest.mark.parametrize(("answer", "state"), [("451 4.3.2 busy", "TEMPORARY"), ("554 5.7.1 spam", "PERMANENT")])
def test_content_that_is_refused_ends_in_the_servers_words(
    office: PostOffice, settings: Settings, answer: str, state: str
) -> None:
    office.refuse_data = {"b@cathai.example": answer}
    outcomes = send(SmtpMailer(settings), [letter("a"), letter("b"), letter("c")])
    assert states(outcomes) == ["SENT", state, "SENT"]
    assert outcomes[1].detail == answer
    assert office.logins == 1, "the line goes on after a refusal"


def test_mail_leaves_only_for_guests_until_real_addresses_are_allowed(office: PostOffice, settings: Settings) -> None:
    guarded = settings.model_copy(update={"mail_to_real_addresses": False, "mail_guest_list": (FIRST,)})
    outcomes = send(SmtpMailer(guarded), [letter("thon-1"), letter("thon-2")])
    assert states(outcomes) == ["SENT", "WITHHELD"]
    assert "danh sách khách" in outcomes[1].detail
    assert [address for address, _ in office.delivered] == [FIRST]


def test_a_server_with_an_unknown_certificate_gets_no_password(office: PostOffice, settings: Settings) -> None:
    distrusting = settings.model_copy(update={"smtp_ca_file": None})
    outcomes = send(SmtpMailer(distrusting), [letter("thon-1"), letter("thon-2")])
    assert states(outcomes) == ["TEMPORARY"] * 2
    assert "certificate" in outcomes[0].detail.lower()
    assert (office.logins, office.delivered) == (0, [])


def test_a_certificate_for_another_name_gets_no_password(office: PostOffice, settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"smtp_host": "localhost"})
    mailer = SmtpMailer(elsewhere)
    assert states(send(mailer, [letter("thon-1")])) == ["TEMPORARY"]
    assert mailer.is_down
    assert (office.logins, office.delivered) == (0, [])


def test_a_server_without_encryption_gets_no_mail(office: PostOffice) -> None:
    controller = LoopbackController(office)
    controller.start()
    try:
        outcomes = send(SmtpMailer(smtp_settings(controller.port)), [letter("thon-1")])
    finally:
        controller.stop()
    assert states(outcomes) == ["TEMPORARY"]
    assert (office.logins, office.delivered) == (0, [])


def test_a_wrong_password_waits_for_the_office_and_is_tried_once(office: PostOffice, settings: Settings) -> None:
    wrong = settings.model_copy(update={"smtp_password": SecretStr("sai")})
    mailer = SmtpMailer(wrong)
    outcomes = send(mailer, [letter("thon-1"), letter("thon-2")])
    assert mailer.is_down
    assert states(outcomes) == ["TEMPORARY"] * 2
    assert "từ chối đăng nhập" in outcomes[1].detail
    assert office.logins == 2, "one sign-in: PLAIN, then LOGIN; not again for the second mail"


def test_a_login_name_that_is_no_address_is_used_as_it_is(tmp_path: Path) -> None:
    """yagmail alone would sign in as an-sinh@gmail.com, and only as the address the mail is from."""
    office = PostOffice(user="an-sinh")
    ca_file, context = make_authority(tmp_path)
    controller = LoopbackController(
        office, tls_context=context, require_starttls=True, auth_required=True, authenticator=office.authenticate
    )
    controller.start()
    try:
        settings = smtp_settings(controller.port, smtp_ca_file=ca_file, smtp_user="an-sinh")
        assert states(send(SmtpMailer(settings), [letter("thon-1")])) == ["SENT"]
    finally:
        controller.stop()
    assert office.names == {"an-sinh"}
    assert str(office.delivered[0][1]["From"]) == f"Phòng Kinh tế <{LOGIN}>"


def test_nothing_of_yagmails_own_way_of_sending_is_used(
    office: PostOffice, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It signs in for each mail, makes one Message-ID of one subject, sleeps after a drop, loses what it kept."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("yagmail must not send")

    for name in ("send", "send_unsent", "prepare_send"):
        monkeypatch.setattr(yagmail.SMTP, name, refuse)
    assert states(send(SmtpMailer(settings), [letter("thon-1")])) == ["SENT"]


def test_two_mails_of_one_subject_to_one_address_stay_two(office: PostOffice, settings: Settings) -> None:
    twins = [replace(letter("thon-1"), message_id=f"<{n}@cathai.example>") for n in range(2)]
    send(SmtpMailer(settings), twins)
    assert [mail["Message-ID"] for _, mail in office.delivered] == [twin.message_id for twin in twins]


def test_text_that_is_the_path_of_a_file_is_sent_as_text(
    office: PostOffice, settings: Settings, tmp_path: Path
) -> None:
    secret = tmp_path / "khoa.txt"
    secret.write_text("không được gửi", "utf-8")
    send(SmtpMailer(settings), [replace(letter("a"), text=f"{secret}\n", html=f"{secret}\n")])
    (_, mail) = office.delivered[0]
    assert list(mail.iter_attachments()) == []
    assert [part.get_content().strip() for part in mail.iter_parts()] == [str(secret)] * 2
    assert "không được gửi".encode() not in office.raw[0]


def test_the_mail_on_the_wire_is_seven_bit_in_short_lines_to_one_address(
    office: PostOffice, settings: Settings
) -> None:
    send(SmtpMailer(settings), [replace(letter("a"), text="Kính gửi đồng chí. " * 100 + "\n")])
    assert office.raw[0].isascii()
    assert max(len(line) for line in office.raw[0].splitlines()) <= 78
    (_, mail) = office.delivered[0]
    assert [box.addr_spec for box in mail["To"].addresses] == ["a@cathai.example"]
    assert (mail["Cc"], mail["Bcc"], mail["List-Unsubscribe"]) == (None, None, None)


WORDS = st.lists(
    st.sampled_from(
        ["Đề", "nghị", "danh", "sách", "Quý", "III/2026", "–", "thôn", "Phù", "Long", "“Xác", "khỏe”", "(a)", "b,c"]
    ),
    min_size=1,
    max_size=40,
).map(" ".join)


@given(subject=WORDS, name=WORDS)
def test_a_long_subject_or_name_keeps_every_space(subject: str, name: str) -> None:
    """Python's own folding of 3.11 would join words where a line ends."""
    raw = build_mime(replace(letter("a"), subject=subject, to_name=name), Settings()).as_bytes()
    assert raw.isascii()
    head = message_from_bytes(raw)
    assert max(len(line) for line in raw.splitlines()) <= 78
    assert _decoded(head["Subject"]) == subject
    shown, address = parseaddr(" ".join(head["To"].split()))
    assert (_decoded(shown), address) == (name, "a@cathai.example")


def _decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def test_a_refused_sender_is_the_offices_fault_not_the_recipients(office: PostOffice, settings: Settings) -> None:
    office.refuse_sender = "550 5.7.1 sender not allowed"
    mailer = SmtpMailer(settings)
    outcomes = send(mailer, [letter("thon-1"), letter("thon-2")])
    assert states(outcomes) == ["TEMPORARY"] * 2
    assert outcomes[0].detail == "550 5.7.1 sender not allowed"
    assert mailer.is_down, "no second mail is tried under an address that the server does not take"


def test_no_server_at_all_is_said_once_per_mail() -> None:
    outcomes = send(SmtpMailer(smtp_settings(1)), [letter("thon-1"), letter("thon-2")])
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
        assert states(send(SmtpMailer(settings), [letter("thon-1")])) == ["SENT"]
    finally:
        controller.stop()


def test_the_file_mailbox_keeps_each_mail_once(data_dir: Path) -> None:
    mailer = FileMailer(Settings())
    first, second = letter("thon-1"), letter("thon-2")
    assert states(send(mailer, [first])) == ["SENT"]
    (written,) = (data_dir / "mailbox").iterdir()
    before = written.read_bytes()
    assert states(send(mailer, [first, second])) == ["SENT", "SENT"]
    assert written.read_bytes() == before
    assert sorted(file.name for file in (data_dir / "mailbox").iterdir()) == [
        "quy-3-2026.lists.thon-1@cathai.example.eml",
        "quy-3-2026.lists.thon-2@cathai.example.eml",
    ]
    assert message_from_bytes(before, policy=policy.default)["Message-ID"] == first.message_id


def test_message_ids_that_look_alike_on_disk_stay_two_files(data_dir: Path) -> None:
    twins = [replace(letter("a"), message_id=f"<x{mark}y@cathai.example>") for mark in ("/", "\\")]
    assert states(send(FileMailer(Settings()), twins)) == ["SENT", "SENT"]
    assert len(list((data_dir / "mailbox").iterdir())) == 2


def test_a_long_message_id_survives_the_wire_form(data_dir: Path) -> None:
    long = replace(letter("a"), message_id=f"<{'0123456789' * 12}@cathai.example>")
    send(FileMailer(Settings()), [long])
    (written,) = (data_dir / "mailbox").iterdir()
    assert message_from_bytes(written.read_bytes(), policy=policy.default)["Message-ID"] == long.message_id


def test_the_mode_chooses_the_mailer() -> None:
    assert isinstance(make_mailer(Settings()), FileMailer)
    assert isinstance(make_mailer(Settings(mail_mode="off")), OffMailer)
    assert isinstance(make_mailer(smtp_settings(25)), SmtpMailer)
    assert send(OffMailer(), [letter("a")])[0].state is State.WITHHELD
