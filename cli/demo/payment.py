"""Step 5 as scripted people do it, each month: prepare, approve, send, answers, close; a new account, a death."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from sqlmodel import col, select

from adapters.bank_answer import read_bank_answer
from cli.demo import outside
from cli.demo.scene import Question, Scene, Stage, always, at
from models.notices import Mail
from models.payer import PayerKind
from models.payment import PaymentList, Transfer
from models.people import PayMethodKind, Person
from rules.workflow import MailState, PaymentListState, Step, StopReason, TransferState
from services import changes, pay_methods, payer_accounts, payment, reconciliation, transfers
from services.pay_methods import NewPayMethod
from services.payer_accounts import NewPayerAccount

FIRST = "2026-07"
SECOND = "Người thứ hai"
Act = Callable[..., PaymentList]
TREASURY_ACCOUNT = NewPayerAccount(
    kind=PayerKind.BUDGET,
    holder="UBND đặc khu Cát Hải (trình diễn)",
    account_no="9523000000000",
    place_name="Kho bạc Nhà nước (hư cấu)",
)


def _all_mail_left(stage: Stage) -> bool:
    """Nothing waits in the outbox."""
    return stage.session.exec(select(Mail.id).where(Mail.state == MailState.QUEUED)).first() is None


def list_of(stage: Stage, month: str) -> PaymentList | None:
    """The month's list, once the machine has built it."""
    query = select(PaymentList).where(PaymentList.commune_id == stage.world.commune_id, PaymentList.month == month)
    return stage.session.exec(query).first()


def _list_id(stage: Stage, month: str) -> int:
    found = list_of(stage, month)
    if found is None:
        raise RuntimeError(f"chưa có danh sách chi trả tháng {month}")
    return found.key


def _reached(month: str, *states: PaymentListState) -> Question:
    def question(stage: Stage) -> bool:
        found = list_of(stage, month)
        return found is not None and found.state in states

    return question


_ORDER = tuple(PaymentListState)


def begins(month: str, number: int, day: int) -> Scene:
    """The day has come and the machine builds the month's list; letters leave with it."""

    def nobody_acts(_stage: Stage) -> None:
        """The machine goes on by itself."""

    def built(stage: Stage) -> bool:
        return list_of(stage, month) is not None and _all_mail_left(stage)

    at_seven, what = at(day, 7, month=number), f"lập danh sách chi trả {number:02d}/2026"
    return Scene(at_seven, "Hệ thống", what, nobody_acts, built, built)


def month_scenes(month: str, number: int, day: int) -> list[Scene]:
    """One month, from the day on which its list is built to the day on which it is closed."""

    def written(stage: Stage) -> bool:
        return stage.is_written("bank_file", f"payment_list:{_list_id(stage, month)}")

    def scene(
        after: int, hour: int, who: str, what: str, act: Act, to: PaymentListState, until: Question = always
    ) -> Scene:
        moment, said = at(day + after, hour, month=number), f"{what} {number:02d}/2026"
        reached = _reached(month, *_ORDER[_ORDER.index(to) :])
        return Scene(moment, who, said, lambda stage: _act(act, stage, month, who), reached, until)

    answers = Scene(
        at(day + 3, 9, month=number),
        "Ngân hàng, người chi",
        f"trả kết quả {number:02d}/2026",
        lambda stage: _results(stage, month),
        lambda stage: _all_answered(stage, month),
        always,
    )
    is_first = month == FIRST
    closed: Question = (lambda stage: stage.waits(Step.insurance)) if is_first else always
    return [
        begins(month, number, day),
        *([_payer_account(day, number)] if is_first else []),
        scene(0, 9, "Phòng Kinh tế", "khóa danh sách", payment.prepare, PaymentListState.PREPARED),
        scene(0, 14, SECOND, "duyệt danh sách", payment.approve, PaymentListState.APPROVED, written),
        scene(1, 9, "Phòng Kinh tế", "chuyển tiền", payment.mark_sent, PaymentListState.SENT),
        answers,
        scene(4, 9, "Phòng Kinh tế", "đối soát, đóng tháng", payment.close_month, PaymentListState.CLOSED, closed),
        *([_new_account()] if is_first else []),
    ]


def _payer_account(day: int, month: int) -> Scene:
    """Before the first list is paid: the account at the treasury that the money leaves from, with its codes."""

    def enter(stage: Stage) -> None:
        payer_accounts.change(
            stage.session,
            commune_id=stage.world.commune_id,
            new=TREASURY_ACCOUNT,
            actor=stage.actor("kinhte1"),
            now=stage.now,
        )

    def entered(stage: Stage) -> bool:
        return payer_accounts.current(stage.session, stage.world.commune_id) is not None

    return Scene(at(day, 8, month=month), "Phòng Kinh tế", "ghi tài khoản chi của đơn vị", enter, entered, always)


def _act(act: Act, stage: Stage, month: str, who: str) -> None:
    username = "kinhte2" if who == SECOND else "kinhte1"
    act(stage.session, list_id=_list_id(stage, month), actor=stage.actor(username), now=stage.now)


def _results(stage: Stage, month: str) -> None:
    list_id = _list_id(stage, month)
    failing = {person["account"] for person in stage.world.people.values() if person["story"] == "transfer_fails"}
    data = outside.bank_answer(stage.file("bank_file", f"payment_list:{list_id}"), refuses=failing.__contains__)
    rows, _problems = read_bank_answer(data)
    reconciliation.import_answer(
        stage.session,
        list_id=list_id,
        file_name=f"ket-qua-{month}.xlsx",
        sha256=hashlib.sha256(data).hexdigest(),
        rows=rows,
        actor=stage.actor("kinhte1"),
        now=stage.now,
    )
    for transfer in transfers.list_transfers(stage.session, list_id):
        if transfer.state == TransferState.SENT:
            reconciliation.record_cash(
                stage.session,
                transfer_id=transfer.key,
                paid=True,
                reason="",
                actor=stage.actor("kinhte1"),
                now=stage.now,
            )


def _all_answered(stage: Stage, month: str) -> bool:
    found = list_of(stage, month)
    if found is None or found.state not in {PaymentListState.SENT, PaymentListState.CLOSED}:
        return False
    return all(row.state != TransferState.SENT for row in transfers.list_transfers(stage.session, found.key))


def _returned(stage: Stage) -> Transfer:
    query = select(Transfer).where(Transfer.state == TransferState.RETURNED).order_by(col(Transfer.id))
    return stage.session.exec(query).one()


def _new_account() -> Scene:
    new = NewPayMethod(
        kind=PayMethodKind.ACCOUNT,
        evidence="Bản sao sổ tài khoản (trình diễn)",
        bank_bin="970405",
        account_no="9999000000999",
        account_holder="Chủ tài khoản trình diễn",
    )

    def act(stage: Stage) -> None:
        person_id = _returned(stage).person_id
        pay_methods.change(stage.session, person_id=person_id, new=new, actor=stage.actor("kinhte1"), now=stage.now)

    def done(stage: Stage) -> bool:
        method = pay_methods.current(stage.session, _returned(stage).person_id)
        return method is not None and method.account_no == new.account_no

    return Scene(at(28, 9), "Phòng Kinh tế", "ghi tài khoản mới cho người bị trả lại tiền", act, done, always)


def death() -> Scene:
    """Somebody dies between two reviews: the month of death is still due, later ones are not."""

    def dying(stage: Stage) -> Person:
        number = next(key for key, person in stage.world.people.items() if person["story"] == "dies_mid_quarter")
        return stage.session.exec(select(Person).where(Person.citizen_id == number)).one()

    def act(stage: Stage) -> None:
        changes.record_event(
            stage.session,
            person_id=dying(stage).key,
            reason=StopReason.DEATH,
            happened_on=date(2026, 8, 15),
            note="Trích lục khai tử (trình diễn)",
            actor=stage.actor("kinhte1"),
            now=stage.now,
        )

    return Scene(
        at(17, 9, month=8),
        "Phòng Kinh tế",
        "ghi biến động: một người chết ngày 15/08/2026",
        act,
        lambda stage: dying(stage).died_on is not None,
        always,
    )
