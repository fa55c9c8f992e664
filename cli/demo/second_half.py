"""Steps 4 to 6 and the months after: decision, payments with a returned transfer, cards, a death."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from sqlmodel import col, select

from adapters.bank_answer import read_bank_answer
from adapters.card_answer import read_card_answer
from cli.demo import outside
from cli.demo.first_half import at
from cli.demo.scene import Scene, Stage
from models.approval import Submission
from models.insurance import CardAnswer, InsuranceBatch
from models.payment import PaymentList, Transfer
from models.people import PayMethodKind, Person
from rules.workflow import PaymentListState, Step, StopReason, SubmissionState, TransferState
from services import (
    approval,
    changes,
    insurance,
    issuing,
    pay_methods,
    payment,
    reconciliation,
    submissions,
    transfers,
)
from services.pay_methods import NewPayMethod

Act = Callable[[Stage], None]
Question = Callable[[Stage], bool]


def scenes() -> list[Scene]:
    """From the frozen list to the third month's reconciled payment."""
    return [
        *_decision(),
        *_month("2026-07", 7, 23),
        *_cards(),
        *_month("2026-08", 8, 5),
        _death(),
        *_month("2026-09", 9, 7),
    ]


# ---------------------------------------------------------------- step 4


def _submission(stage: Stage) -> Submission | None:
    return submissions.latest(stage.session, stage.cycle_id)


def _stands(*states: SubmissionState) -> Question:
    def question(stage: Stage) -> bool:
        submission = _submission(stage)
        return submission is not None and submission.state in states

    return question


_LATER = (SubmissionState.SUBMITTED, SubmissionState.DECIDED, SubmissionState.ISSUED)


def _number(stage: Stage) -> int:
    submission = _submission(stage)
    if submission is None:
        raise RuntimeError("danh sách chưa được khóa")
    return submission.key


def _decision() -> list[Scene]:
    def window_over(_stage: Stage) -> None:
        """Nobody acts: the posting window is over and the machine goes on by itself."""

    def frozen(stage: Stage) -> bool:
        submission = _submission(stage)
        return submission is not None and stage.is_written("decision_draft", f"submission:{submission.key}")

    def submit(stage: Stage) -> None:
        approval.submit(stage.session, submission_id=_number(stage), actor=stage.actor("kinhte2"), now=stage.now)

    def decide(stage: Stage) -> None:
        approval.decide(
            stage.session, submission_id=_number(stage), rulings={}, actor=stage.actor("chutich"), now=stage.now
        )

    def issue(stage: Stage) -> None:
        issuing.issue(
            stage.session,
            submission_id=_number(stage),
            number=35,
            symbol="QĐ-UBND",
            issued_on=stage.now.date(),
            actor=stage.actor("kinhte1"),
            now=stage.now,
        )

    def paid_next(stage: Stage) -> bool:
        return _list(stage, "2026-07") is not None and stage.is_written("decision", f"submission:{_number(stage)}")

    return [
        Scene(
            at(20, 7), "Hệ thống", "hết niêm yết, khóa danh sách, lập dự thảo quyết định", window_over, frozen, frozen
        ),
        Scene(at(20, 9), "Phòng Kinh tế", "trình Chủ tịch", submit, _stands(*_LATER), _always),
        Scene(at(21, 10), "Chủ tịch UBND", "quyết định danh sách", decide, _stands(*_LATER[1:]), _always),
        Scene(at(22, 8), "Văn thư", "vào số 35/QĐ-UBND ngày 22/07/2026", issue, _stands(_LATER[2]), paid_next),
    ]


def _always(_stage: Stage) -> bool:
    return True


# ---------------------------------------------------------------- step 5, each month


def _list(stage: Stage, month: str) -> PaymentList | None:
    query = select(PaymentList).where(PaymentList.commune_id == stage.world.commune_id, PaymentList.month == month)
    return stage.session.exec(query).first()


def _list_id(stage: Stage, month: str) -> int:
    found = _list(stage, month)
    if found is None:
        raise RuntimeError(f"chưa có danh sách chi trả tháng {month}")
    return found.key


def _reached(month: str, *states: PaymentListState) -> Question:
    def question(stage: Stage) -> bool:
        found = _list(stage, month)
        return found is not None and found.state in states

    return question


_ORDER = tuple(PaymentListState)


def _month(month: str, number: int, day: int) -> list[Scene]:
    def begin(_stage: Stage) -> None:
        """Nobody acts: the day has come and the machine builds the month's list."""

    def prepare(stage: Stage) -> None:
        payment.prepare(stage.session, list_id=_list_id(stage, month), actor=stage.actor("kinhte1"), now=stage.now)

    def approve(stage: Stage) -> None:
        payment.approve(stage.session, list_id=_list_id(stage, month), actor=stage.actor("kinhte2"), now=stage.now)

    def written(stage: Stage) -> bool:
        return stage.is_written("bank_file", f"payment_list:{_list_id(stage, month)}")

    def send(stage: Stage) -> None:
        payment.mark_sent(stage.session, list_id=_list_id(stage, month), actor=stage.actor("kinhte1"), now=stage.now)

    def close(stage: Stage) -> None:
        payment.close_month(stage.session, list_id=_list_id(stage, month), actor=stage.actor("kinhte1"), now=stage.now)

    def from_state(state: PaymentListState) -> Question:
        return _reached(month, *_ORDER[_ORDER.index(state) :])

    built = from_state(PaymentListState.DRAFT)
    after_close = (lambda stage: stage.waits(Step.insurance)) if month == "2026-07" else _always
    label = f"{number:02d}/2026"
    return [
        Scene(at(day, 7, month=number), "Hệ thống", f"lập danh sách chi trả {label}", begin, built, built),
        Scene(
            at(day, 9, month=number),
            "Phòng Kinh tế",
            f"khóa danh sách {label}",
            prepare,
            from_state(PaymentListState.PREPARED),
            _always,
        ),
        Scene(
            at(day, 14, month=number),
            "Người thứ hai",
            f"duyệt danh sách {label}",
            approve,
            from_state(PaymentListState.APPROVED),
            written,
        ),
        Scene(
            at(day + 1, 9, month=number),
            "Phòng Kinh tế",
            f"chuyển tiền {label}",
            send,
            from_state(PaymentListState.SENT),
            _always,
        ),
        Scene(
            at(day + 3, 9, month=number),
            "Ngân hàng, người chi",
            f"trả kết quả {label}",
            lambda stage: _results(stage, month),
            lambda stage: _all_answered(stage, month),
            _always,
        ),
        Scene(
            at(day + 4, 9, month=number),
            "Phòng Kinh tế",
            f"đối soát, đóng tháng {label}",
            close,
            from_state(PaymentListState.CLOSED),
            after_close,
        ),
        *([_new_account()] if month == "2026-07" else []),
    ]


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
    found = _list(stage, month)
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

    return Scene(at(28, 9), "Phòng Kinh tế", "ghi tài khoản mới cho người bị trả lại tiền", act, done, _always)


# ---------------------------------------------------------------- step 6


def _cards() -> list[Scene]:
    def send(stage: Stage) -> None:
        for batch in _batches(stage):
            insurance.mark_sent(stage.session, batch_id=batch.key, actor=stage.actor("kinhte1"), now=stage.now)

    def cards(stage: Stage) -> None:
        for batch in _batches(stage):
            data = outside.card_answer(
                stage.file("d03ts", f"insurance_batch:{batch.key}"),
                valid_from=date(2026, 8, 1),
                valid_to=date(2027, 1, 31),
                refuses=lambda _number: "",
            )
            rows, _problems = read_card_answer(data)
            insurance.import_cards(
                stage.session,
                cycle_id=stage.cycle_id,
                file_name="D10a-TS.xlsx",
                sha256=hashlib.sha256(data).hexdigest(),
                rows=rows,
                actor=stage.actor("bhxh"),
                now=stage.now,
            )

    def ready(stage: Stage) -> bool:
        found = _batches(stage)
        return bool(found) and all(stage.is_written("d03ts", f"insurance_batch:{batch.key}") for batch in found)

    def finished(stage: Stage) -> bool:
        cycle = stage.cycle
        return cycle is not None and cycle.done_at is not None

    def begin(_stage: Stage) -> None:
        """Nobody acts: the D03-TS file is being written."""

    return [
        Scene(at(28, 10), "Hệ thống", "lập hồ sơ D03-TS", begin, ready, ready),
        Scene(at(28, 15), "Phòng Kinh tế", "gửi D03-TS cho BHXH cơ sở", send, _is_sent, _always),
        Scene(at(3, 10, month=8), "BHXH cơ sở", "trả kết quả cấp thẻ D10a-TS", cards, _has_cards, finished),
    ]


def _batches(stage: Stage) -> list[InsuranceBatch]:
    query = select(InsuranceBatch).where(InsuranceBatch.cycle_id == stage.cycle_id).order_by(col(InsuranceBatch.id))
    return list(stage.session.exec(query).all())


def _is_sent(stage: Stage) -> bool:
    return all(batch.sent_at is not None for batch in _batches(stage))


def _has_cards(stage: Stage) -> bool:
    query = select(CardAnswer.id).where(CardAnswer.cycle_id == stage.cycle_id)
    return stage.session.exec(query).first() is not None


# ---------------------------------------------------------------- between the quarters


def _death() -> Scene:
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
        _always,
    )
