"""Step 4 as scripted people do it: submitted, decided, numbered."""

from __future__ import annotations

from cli.demo.payment import list_of
from cli.demo.scene import Question, Scene, Stage, always, at
from models.approval import Submission
from rules.workflow import SubmissionState
from services import approval, issuing, submissions
from services.register_entry import Numbered


def scenes() -> list[Scene]:
    """From the frozen list to the decision that stands."""
    return _decision()


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
            given=Numbered(35, "QĐ-UBND", stage.now.date()),
            actor=stage.actor("kinhte1"),
            now=stage.now,
        )

    def paid_next(stage: Stage) -> bool:
        return list_of(stage, "2026-07") is not None and stage.is_written("decision", f"submission:{_number(stage)}")

    return [
        Scene(
            at(20, 7), "Hệ thống", "hết niêm yết, khóa danh sách, lập dự thảo quyết định", window_over, frozen, frozen
        ),
        Scene(at(20, 9), "Phòng Kinh tế", "trình Chủ tịch", submit, _stands(*_LATER), always),
        Scene(at(21, 10), "Chủ tịch UBND", "quyết định danh sách", decide, _stands(*_LATER[1:]), always),
        Scene(at(22, 8), "Văn thư", "vào số 35/QĐ-UBND ngày 22/07/2026", issue, _stands(_LATER[2]), paid_next),
    ]
