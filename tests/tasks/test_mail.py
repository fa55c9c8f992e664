"""Each mail leaves once, whatever stops the sender; what cannot be sent is tried again, or said."""

from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from adapters.message import Message, Outcome, State
from adapters.settings import get_settings
from models.notices import Delivery, Mail
from models.places import Commune, Department
from rules.workflow import MailState, Role
from services import notices, outbox
from tasks import mail, session
from tasks.mail import deliver_outbox
from tests.services.places import NOW, commune


class Post:
    """A post office of a test: answers what it is told and remembers what it was given."""

    def __init__(self, *answers: State, down_after: int = 10_000) -> None:
        self.answers = list(answers)
        self.taken: list[str] = []
        self.down_after = down_after
        self.is_closed = False

    @property
    def is_down(self) -> bool:
        return len(self.taken) >= self.down_after

    def send(self, message: Message) -> Outcome:
        self.taken.append(message.message_id)
        return Outcome(message.message_id, self.answers.pop(0) if self.answers else State.SENT, "trả lời")

    def close(self) -> None:
        self.is_closed = True


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


def test_all_batches_of_a_run_go_over_one_line_that_is_closed() -> None:
    queue(mail.BATCH + 1)
    post = Post()
    assert deliver_outbox(post) == {MailState.SENT: mail.BATCH + 1}
    assert len(set(post.taken)) == mail.BATCH + 1
    assert post.is_closed


class Killed(BaseException):
    """The process is gone."""


def test_a_sender_killed_before_it_could_record_repeats_that_one_mail_under_the_same_name(
    moment: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(3)
    killed, post, record = Post(), Post(), mail._record

    def die(letter: outbox.Letter, outcome: Outcome) -> MailState:
        if len(killed.taken) == 2:
            raise Killed
        return record(letter, outcome)

    with monkeypatch.context() as patch:
        patch.setattr(mail, "_record", die)
        with pytest.raises(Killed):
            deliver_outbox(killed)
    assert killed.is_closed
    assert deliver_outbox(post) == {}, "another sender must wait until the first is given up"
    moment[1] += timedelta(hours=1)
    assert deliver_outbox(post) == {MailState.SENT: 2}
    assert killed.taken[:1] == [mails()[0].message_id], "what was recorded is not sent again"
    assert post.taken == [killed.taken[1], mails()[2].message_id]
    assert attempts() == [(1, State.SENT)] * 3


def test_what_was_not_tried_before_the_line_went_down_waits_without_a_mark() -> None:
    queue(5)
    assert deliver_outbox(Post(State.SENT, State.TEMPORARY, down_after=2)) == {MailState.SENT: 1, MailState.QUEUED: 1}
    assert attempts() == [(1, State.SENT), (1, State.TEMPORARY)]
    assert deliver_outbox(Post()) == {MailState.SENT: 3}, "the next run has them at once"


def test_a_batch_that_grows_too_slow_is_given_back_before_another_may_take_it(
    moment: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(3)
    slow = Post()

    def late(message: Message) -> Outcome:
        moment[1] += session.lease()
        return Post.send(slow, message)

    monkeypatch.setattr(slow, "send", late)
    monkeypatch.setattr(mail, "MAX_BATCHES", 1)
    assert deliver_outbox(slow) == {MailState.SENT: 1}
    assert deliver_outbox(Post()) == {MailState.SENT: 2}
    assert attempts() == [(1, State.SENT)] * 3


def test_nobody_gives_back_what_another_sender_has_taken_over(moment: list[datetime]) -> None:
    queue()
    hold = timedelta(minutes=2)
    with session.transaction() as opened:
        first = outbox.take_due(opened, now=NOW, machine_now=moment[1], hold=hold, limit=5)
    later = moment[1] + hold * 2
    with session.transaction() as opened:
        assert outbox.take_due(opened, now=NOW, machine_now=later, hold=hold, limit=5)
    with session.transaction() as opened:
        outbox.give_back(opened, first)
    assert attempts() == [(1, outbox.SENDING)]


def test_an_answer_goes_to_the_shared_mailbox_of_the_economy_department() -> None:
    queue()
    with session.transaction() as opened:
        (letter,) = outbox.take_due(opened, now=NOW, machine_now=NOW, hold=timedelta(minutes=2), limit=5)
    assert mail._message(letter, get_settings()).reply_to == "kinhte@an-sinh.example"


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
