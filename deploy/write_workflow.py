"""Writes docs/workflow.md from the one table of the workflow: steps and holders, moves of a case, who is told."""

import sys
from pathlib import Path

from rules.law_files import shipped_parameters
from rules.workflow import (
    CASE_STATUS_LABELS,
    ESCALATION,
    MOVES,
    ROLE_LABELS,
    STEP_LABELS,
    STEP_RULES,
    CaseStatus,
    Move,
    Role,
    next_step,
)

PAGE = Path(__file__).parents[1] / "docs" / "workflow.md"
HEAD = """# Quy trình

Trang này được viết từ `rules/workflow/`, bảng duy nhất mà trang làm việc, các bước của máy và tài liệu cùng đọc
(`make docs`). Thời hạn là tham số pháp lý của từng đơn vị: giá trị và căn cứ ở [law.md](law.md).
"""


def written() -> str:
    """The whole page."""
    parts = (HEAD, _steps(), _cases(), _moves(), _escalation())
    return "\n".join(parts)


def _steps() -> str:
    arrows = [f"  {step} --> {following}" for step in STEP_RULES if (following := next_step(step))]
    boxes = [
        f'  {step}["{number}. {STEP_LABELS[step]}<br/>{ROLE_LABELS[rule.holder]}"]'
        for number, (step, rule) in enumerate(STEP_RULES.items(), start=1)
    ]
    described = {parameter.key: parameter for parameter in shipped_parameters()}
    rows = [
        f"| {number}. {STEP_LABELS[step]} (`{step}`) | {ROLE_LABELS[rule.holder]} | `{rule.deadline_key}` – "
        f"{described[rule.deadline_key].description} |"
        for number, (step, rule) in enumerate(STEP_RULES.items(), start=1)
    ]
    return "\n".join(
        ("## Sáu bước của quý", "", *_drawn("flowchart LR", boxes + arrows), "",
         "| Bước | Ai giữ khi máy đã làm xong phần mình | Thời hạn |", "|---|---|---|", *rows, "")
    )  # fmt: skip


def _cases() -> str:
    states = [f'  state "{CASE_STATUS_LABELS[status]}" as {status}' for status in CaseStatus]
    arrows = [
        f"  {source} --> {move.target}: {move.label}"
        for move in MOVES.values()
        for source in _in_order(move)
        if source != move.target
    ]
    ends = [f"  {status} --> [*]" for status in CaseStatus if status.is_final]
    return "\n".join(
        ("## Hồ sơ của một người trong một quý", "",
         *_drawn("stateDiagram-v2", [*states, f"  [*] --> {CaseStatus.LISTED}", *arrows, *ends]), "")
    )  # fmt: skip


def _moves() -> str:
    rows = [
        f"| {STEP_LABELS[move.step]} | {move.label} (`{move.action}`) | {_labels(_in_order(move))} | "
        f"{CASE_STATUS_LABELS[move.target]} | {_roles(move)} |"
        for move in MOVES.values()
    ]
    return "\n".join(("| Bước | Việc | Từ | Thành | Ai làm |", "|---|---|---|---|---|", *rows, ""))


def _escalation() -> str:
    rows = [f"| {ROLE_LABELS[role]} | {_names(levels)} |" for role, levels in ESCALATION.items()]
    return "\n".join(
        ("## Quá hạn thì báo lên ai", "", "| Ai chậm | Báo lần lượt cho |", "|---|---|", *rows, "")
    )  # fmt: skip


def _drawn(kind: str, lines: list[str]) -> tuple[str, ...]:
    return ("```mermaid", kind, *lines, "```")


def _in_order(move: Move) -> list[CaseStatus]:
    return [status for status in CaseStatus if status in move.sources]


def _labels(statuses: list[CaseStatus]) -> str:
    return ", ".join(CASE_STATUS_LABELS[status] for status in statuses)


def _roles(move: Move) -> str:
    return ", ".join(ROLE_LABELS[role] for role in Role if role in move.roles)


def _names(levels: tuple[Role, ...]) -> str:
    return ", rồi ".join(ROLE_LABELS[role] for role in levels)


def main() -> int:
    """Write the page; return the exit status."""
    PAGE.write_text(written(), "utf-8")
    print(f"written: docs/{PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
