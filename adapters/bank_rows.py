"""One row of a bank's answer, whatever the file it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


def not_final(status: str) -> str:
    """What is said of a row whose money is only on its way, whatever the file."""
    return f"Trạng thái “{status[:20]}” chưa phải kết quả cuối."


@dataclass(frozen=True)
class BankAnswerRow:
    """One answer: the attempt it speaks of, PAID or RETURNED, the reason as written and its ISO 20022 code.

    `amount` (đồng) is None where the file has no amount; `reason_code` is empty for PAID and NARR for a reason unknown
    to the profile. Account, holder and day help to find the attempt when the file does not name it.
    """

    row_number: int
    end_to_end_id: str
    result: str
    amount: int | None = None
    reason: str = ""
    reason_code: str = ""
    account_no: str = ""
    holder: str = ""
    paid_on: date | None = None

    @property
    def paid(self) -> bool:
        """Whether the money arrived."""
        return self.result == "PAID"
