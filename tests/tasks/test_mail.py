"""Each mail leaves once, whatever stops the sender; what cannot be sent is tried again, or said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from adapters.message import Message, Outcome, State
from models.notices import Delivery, Mail
from models.places import Commune, Department
from rules.workflow import MailState, Role
from services import notices, outbox
from tasks import mail, session
from tasks.mail import deliver_outbox
from tests.services.places import NOW, commune


class Post:
    """A post office of a test: answers what it is told and remembers what it was given."""

    def __init__(self, *answers: State) -> None:
        self.answers = list(answers)
        self.taken: list[str] = []
        self.calls = 0

    def send_batch(self, messages: Sequence[Message]) -> list[Outcome]:
        self.calls += 1
        self.taken += [message.message_id for message in messages]
        return [Outcome(m.message_id, self.answers.pop(0) if self.answers else State.SENT, "trả lời") for m in messages]


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The product's moment, and the machine's; a test may move either."""
    moments = [NOW, NOW]
    monkeypatch.setattr(session, "now", lambda: moments[0])
    monkeypatch.setattr(session, "machine_now", lambda: moments[1])
    return moments


def queue(count: int = 1, template: str = "list_reminder") -> None:
    with session.transaction() as opened:
        place = opened.exec(select(Commune)).first() or _place(opened)
        for number in range(count):
            notices.queue(opened, key=f"test:{number}", template=template, commune=place, role=Role.economy, now=NOW)


def _place(opened: Session) -> Commune:
    place = commune(opened)
    opened.add(
        Department(commune_id=place.key, role=Role.economy, name="Phòng Kinh tế", email="kinhte@an-sinh.example")
    )
    opened.flush()
    return place


def mails() -> list[Mail]:
    with session.transaction() as opened:
        return list(opened.exec(select(Mail).order_by(col(Mail.id))).all())


def attempts() -> list[tuple[int, str]]:
    with session.transaction() as opened:
        rows = opened.exec(select(Delivery).order_by(col(Delivery.id))).all()
        return [(row.attempt, row.outcome) for row in rows]


def test_the_file_mailbox_gets_each_mail_once(data_dir: Path) -> None:
    queue(3)
    assert deliver_outbox() == {MailState.SENT: 3}
    queue(3)
    assert deliver_outbox() == {}
    letters = list((data_dir / "mailbox").glob("*.eml"))
    assert len(letters) == 3
    assert {message_from_bytes(letter.read_bytes())["Message-ID"] for letter in letters} == {
        sent.message_id for sent in mails()
    }


def test_mails_go_in_batches_that_share_one_sign_in() -> None:
    queue(mail.BATCH + 1)
    post = Post()
    deliver_outbox(post)
    assert (post.calls, len(set(post.taken))) == (2, mail.BATCH + 1)


def test_a_sender_killed_before_it_could_record_repeats_under_the_same_name(
    moment: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue()
    killed, post = Post(), Post()

    class Killed(BaseException):
        """The process is gone."""

    def die(*_: object) -> MailState:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mail, "_record", die)
        with pytest.raises(Killed):
            deliver_outbox(killed)
    assert deliver_outbox(post) == {}, "another sender must wait until the first is given up"
    moment[1] += timedelta(hours=1)
    assert deliver_outbox(post) == {MailState.SENT: 1}
    assert killed.taken == post.taken
    assert attempts() == [(1, State.SENT)]


def test_what_fails_for_the_moment_is_tried_again_later_and_not_sooner(moment: list[datetime]) -> None:
    queue()
    post = Post(State.TEMPORARY)
    assert deliver_outbox(post) == {MailState.QUEUED: 1}
    assert deliver_outbox(post) == {}
    moment[0] += outbox.BACK_OFF[0]
    assert deliver_outbox(post) == {MailState.SENT: 1}
    assert attempts() == [(1, State.TEMPORARY), (2, State.SENT)]


def test_a_server_that_never_answers_ends_in_a_failed_mail_that_is_shown(moment: list[datetime]) -> None:
    queue()
    post = Post(*[State.TEMPORARY] * 20)
    for wait in (*outbox.BACK_OFF, timedelta()):
        deliver_outbox(post)
        moment[0] += wait
    (failed,) = mails()
    assert (failed.state, failed.attempts) == (MailState.FAILED, len(outbox.BACK_OFF) + 1)


@pytest.mark.parametrize(
    ("answer", "state"), [(State.PERMANENT, MailState.FAILED), (State.WITHHELD, MailState.WITHHELD)]
)
def test_what_cannot_or_may_not_leave_is_not_tried_again(answer: State, state: MailState) -> None:
    queue()
    assert deliver_outbox(Post(answer)) == {state: 1}
    assert deliver_outbox(Post()) == {}
    assert mails()[0].settled_at == NOW


def test_a_letter_that_cannot_be_written_stops_no_other() -> None:
    queue(2)
    with session.transaction() as opened:
        broken = opened.exec(select(Mail)).first()
        assert broken
        broken.template = "no_such_letter"
    assert deliver_outbox() == {MailState.FAILED: 1, MailState.SENT: 1}
