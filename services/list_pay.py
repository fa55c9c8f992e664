"""How the people of a village list are paid: a new way ends the old one and both stay; account numbers are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.lists import ListRow
from models.people import PayMethod, PayMethodKind
from rules.village_sheet import CellProblem, VillageRow
from services.list_checks import warning
from services.list_facts import ROW_SOURCE, source_of
from services.list_ground import Ground

_NO_ACCOUNT = "Chưa có đủ số tài khoản và ngân hàng nên chưa ghi nhận cách nhận tiền của người này."
_OFFICE = "Phòng Kinh tế đã ghi cách nhận tiền khác trong kỳ này; giữ theo Phòng Kinh tế."
_SAID = ("kind", "bank_bin", "account_no", "account_holder", "proxy_name")


def record_pay_methods(
    session: Session, ground: Ground, kept: Sequence[tuple[VillageRow, ListRow]], *, now: datetime
) -> list[CellProblem]:
    """Write down changed ways of payment; returns what could not be recorded. Blank cells keep what is known."""
    problems: list[CellProblem] = []
    ended: list[PayMethod] = []
    new: list[PayMethod] = []
    for row, listed in kept:
        current = ground.methods.get(listed.person_id or 0)
        wanted = _wanted(row, listed, current, now)
        if wanted is None:
            problems.append(warning(row, "ACCOUNT_INCOMPLETE", _NO_ACCOUNT))
        elif current is None:
            new.append(wanted)
        elif not _same(current, wanted):
            if _office_said(current, ground):
                problems.append(warning(row, "PAY_METHOD_KEPT", _OFFICE))
                continue
            ended.append(current)
            new.append(wanted)
    for method in ended:
        method.ended_at = now
    session.flush()  # the old way must have ended before the new one begins: only one is current
    session.add_all(new)
    session.flush()
    return problems


def _wanted(row: VillageRow, listed: ListRow, current: PayMethod | None, now: datetime) -> PayMethod | None:
    kind = PayMethodKind(row.pay_method)
    before = current if current is not None and current.kind == kind else None
    holder = row.account_holder or (before.account_holder if before else "")
    method = PayMethod(person_id=listed.person_id or 0, kind=kind, source=source_of(listed.key), started_at=now)
    if kind is PayMethodKind.ACCOUNT:
        # a new number without a known bank must not be sent to the old number's bank
        bank = row.bank_bin or ("" if row.account_no or before is None else before.bank_bin)
        method.bank_bin, method.account_holder = bank, holder
        method.account_no = row.account_no or (before.account_no if before else None)
        if before and row.bank_bin is None and row.account_no == before.account_no:
            method.bank_bin = before.bank_bin
        return method if method.account_no and method.bank_bin else None
    if kind is PayMethodKind.PROXY:
        method.proxy_name = row.account_holder or (before.proxy_name if before else "")
    return method


def _same(current: PayMethod, wanted: PayMethod) -> bool:
    return all(getattr(current, name) == getattr(wanted, name) for name in _SAID)


def _office_said(current: PayMethod, ground: Ground) -> bool:
    return not current.source.startswith(ROW_SOURCE) and current.started_at >= ground.cycle.opened_at
