"""How the people of a village list are paid: a new way ends the old one and both stay; account numbers are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.people import PayMethod, PayMethodKind
from rules.village_sheet import CellProblem, VillageRow
from services.list_checks import warning
from services.list_facts import ROW_SOURCE, source_of
from services.list_ground import Ground, Listed
from services.store import insert_new

_NO_ACCOUNT = "Chưa có đủ số tài khoản và ngân hàng nên chưa ghi nhận cách nhận tiền của người này."
_OFFICE = "Phòng Kinh tế đã ghi cách nhận tiền khác trong kỳ này; giữ theo Phòng Kinh tế."


@dataclass(frozen=True, slots=True)
class _Way:
    """How somebody wants to be paid; columns as in :class:`PayMethod`."""

    kind: PayMethodKind
    bank_bin: str = ""
    account_no: str | None = None
    account_holder: str = ""
    proxy_name: str = ""


_SAID = tuple(each.name for each in fields(_Way))


def record_pay_methods(session: Session, ground: Ground, kept: Sequence[Listed], *, now: datetime) -> list[CellProblem]:
    """Write down changed ways of payment; returns what could not be recorded. Blank cells keep what is known."""
    problems: list[CellProblem] = []
    new: list[dict[str, Any]] = []
    for each in kept:
        current = ground.methods.get(each.person_id)
        wanted = _wanted(each.row, current)
        if wanted is None:
            problems.append(warning(each.row, "ACCOUNT_INCOMPLETE", _NO_ACCOUNT))
            continue
        if current is not None:
            if _same(current, wanted):
                continue
            if _office_said(current, ground):
                problems.append(warning(each.row, "PAY_METHOD_KEPT", _OFFICE))
                continue
            current.ended_at = now
        said = {name: getattr(wanted, name) for name in _SAID}
        new.append(said | {"person_id": each.person_id, "source": source_of(each.number), "started_at": now})
    session.flush()  # the old way must have ended before the new one begins: only one is current
    insert_new(session, PayMethod, new)
    return problems


def _wanted(row: VillageRow, current: PayMethod | None) -> _Way | None:
    kind = PayMethodKind(row.pay_method)
    before = current if current is not None and current.kind == kind else None
    if kind is PayMethodKind.PROXY:
        return _Way(kind, proxy_name=row.account_holder or (before.proxy_name if before else ""))
    if kind is not PayMethodKind.ACCOUNT:
        return _Way(kind)
    account = row.account_no or (before.account_no if before else None)
    # a new number without a known bank must not be sent to the old number's bank
    bank = row.bank_bin or (before.bank_bin if before and before.account_no == account else "")
    holder = row.account_holder or (before.account_holder if before else "")
    return _Way(kind, bank, account, holder) if account and bank else None


def _same(current: PayMethod, wanted: _Way) -> bool:
    return all(getattr(current, name) == getattr(wanted, name) for name in _SAID)


def _office_said(current: PayMethod, ground: Ground) -> bool:
    return not current.source.startswith(ROW_SOURCE) and current.started_at >= ground.cycle.opened_at
