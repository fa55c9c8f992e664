"""Step 6 as scripted people do it: the D03-TS goes out, the cards come back."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlmodel import col, select

from adapters.card_answer import read_card_answer
from cli.demo import outside
from cli.demo.scene import Scene, Stage, always, at
from models.insurance import CardAnswer, InsuranceBatch
from services import insurance


def scenes() -> list[Scene]:
    """The cards."""
    return _cards()


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
        Scene(at(28, 15), "Phòng Kinh tế", "gửi D03-TS cho BHXH cơ sở", send, _is_sent, always),
        Scene(at(3, 10, month=8), "BHXH cơ sở", "trả kết quả cấp thẻ D10a-TS", cards, _has_cards, finished),
    ]


def decrease() -> Scene:
    """Who died with a card is taken off: BHXH cơ sở hears of it with the next D03-TS."""

    def waiting(stage: Stage) -> list[InsuranceBatch]:
        query = select(InsuranceBatch).where(InsuranceBatch.cycle_id == stage.cycle_id, InsuranceBatch.decreases > 0)
        return [batch for batch in stage.session.exec(query).all() if batch.sent_at is None]

    def send(stage: Stage) -> None:
        for batch in waiting(stage):
            insurance.mark_sent(stage.session, batch_id=batch.key, actor=stage.actor("kinhte1"), now=stage.now)

    return Scene(
        at(17, 15, month=8),
        "Phòng Kinh tế",
        "gửi D03-TS báo giảm cho BHXH cơ sở",
        send,
        lambda stage: not waiting(stage),
        always,
    )


def _batches(stage: Stage) -> list[InsuranceBatch]:
    """The batches that ask for cards; one that only takes people off has no answer."""
    query = select(InsuranceBatch).where(InsuranceBatch.cycle_id == stage.cycle_id, InsuranceBatch.people > 0)
    return list(stage.session.exec(query.order_by(col(InsuranceBatch.id))).all())


def _is_sent(stage: Stage) -> bool:
    return all(batch.sent_at is not None for batch in _batches(stage))


def _has_cards(stage: Stage) -> bool:
    query = select(CardAnswer.id).where(CardAnswer.cycle_id == stage.cycle_id)
    return stage.session.exec(query).first() is not None
