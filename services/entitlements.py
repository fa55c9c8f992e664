"""What each person is owed: the months that the grants give, as later decisions adjust them, minus what lines give.

Arrears, differences and recoveries all fall out of this one subtraction; no line is ever edited to make it come right.
Serves Điều 3 (income support) and the payment lists of every month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import case, delete, func
from sqlmodel import Session, col, select

from models.adjustments import Adjustment
from models.approval import Decision, Submission
from models.changes import LifeEvent
from models.payment import Benefit, EntitlementLine, Grant, LineKind, PaymentList
from rules.months import Month
from rules.workflow import STOP_REASON_LABELS, StopReason
from services import grant_ends, pauses
from services.store import insert_new

PersonMonth = tuple[int, str]
"""A person's number and a month as YYYY-MM."""


class Granted(NamedTuple):
    """What the books need of a grant: a commune has too many to load as records."""

    key: int
    decision_id: int
    person_id: int
    assessment_id: int
    monthly_amount: int
    from_month: str
    to_month: str | None
    stop_reason: str | None

    def covers(self, code: str) -> bool:
        """Whether the grant gives the month, as YYYY-MM."""
        return self.from_month <= code and (self.to_month is None or code <= self.to_month)

    @property
    def gives_something(self) -> bool:
        """At least one month is due under the grant."""
        return self.to_month is None or self.to_month >= self.from_month


class Due(NamedTuple):
    """What one month comes to: the grant that gives it, đồng, and why a later decision says another amount."""

    grant: Granted
    amount: int
    reason: str = ""


@dataclass(frozen=True)
class Adjusted:
    """What a decision says of earlier months; ``last``: the last of them that events recorded since leave due."""

    row: Adjustment
    last: Month | None = None


class Given(NamedTuple):
    """What lines give one person for one month: the month's own line and the sum with its corrections, in đồng."""

    line_id: int | None = None
    grant_id: int | None = None
    amount: int = 0


NOTHING = Given()


@dataclass
class Books:
    """One commune's income support through one month: what is owed, and what lines outside the list give."""

    owed: dict[PersonMonth, Due] = field(default_factory=dict)
    given: dict[PersonMonth, Given] = field(default_factory=dict)


def owed(grants: Iterable[Granted], through: Month, adjusted: Iterable[Adjusted] = ()) -> dict[PersonMonth, Due]:
    """What is due to each person for each month through ``through``: of two grants that cover a month, the later one's.

    What a later decision says of such a month, or of one after a grant that had ended, counts instead.
    """
    months: dict[PersonMonth, Due] = {}
    by_person: dict[int, list[Granted]] = defaultdict(list)
    ordered = sorted(grants)
    first = min((grant.from_month for grant in ordered), default=through.code)
    codes = [month.code for month in Month.parse(first).through(through)]
    for grant in ordered:
        by_person[grant.person_id].append(grant)
        due = Due(grant, grant.monthly_amount)
        months |= {(grant.person_id, code): due for code in codes if grant.covers(code)}
    for one in sorted(adjusted, key=lambda each: (each.row.decision_id, each.row.key)):
        who, decision = one.row.person_id, one.row.decision_id
        for month in Month.parse(one.row.from_month).through(min(Month.parse(one.row.to_month), through)):
            before = months.get((who, month.code)) or _ended_before(by_person[who], month, one.last)
            if before is not None and before.grant.decision_id < decision:
                months[(who, month.code)] = Due(before.grant, one.row.monthly_amount, one.row.reason)
    return months


def _ended_before(grants: Sequence[Granted], month: Month, last: Month | None) -> Due | None:
    """Nothing, under the newest grant that began by the month; None where none did, or an event ended everything."""
    begun = [grant for grant in grants if grant.from_month <= month.code]
    return Due(begun[-1], 0) if begun and (last is None or month <= last) else None


def income_grants(session: Session, commune_id: int) -> list[Granted]:
    """Every grant of income support the commune ever gave, ended ones too: they may have something to recover."""
    columns: Any = [col(Grant.id), *(getattr(Grant, name) for name in Granted._fields[1:])]
    query = select(*columns).where(Grant.commune_id == commune_id, Grant.benefit == Benefit.INCOME)
    return [Granted(*row) for row in session.exec(query.order_by(col(Grant.id)))]


def income_adjustments(session: Session, commune_id: int) -> list[Adjusted]:
    """What later decisions said of months before them, and how far events that they did not know leave it standing."""
    query = (
        select(Adjustment, LifeEvent)
        .join(Decision, col(Decision.id) == Adjustment.decision_id)
        .join(Submission, col(Submission.id) == Decision.submission_id)
        .outerjoin(
            LifeEvent,
            (col(LifeEvent.person_id) == Adjustment.person_id) & grant_ends.in_force() & grant_ends.unknown_to_list(),
        )
        .where(Adjustment.commune_id == commune_id, Adjustment.benefit == Benefit.INCOME)
        .order_by(col(Adjustment.id))
    )
    rows, ends = {}, defaultdict(list)
    for row, event in session.exec(query):
        rows[row.key] = row
        if event is not None:
            ends[row.key].append(grant_ends.last_due(session, commune_id, event.happened_on))
    return [Adjusted(row, min(ends[number], default=None)) for number, row in rows.items()]


def books(session: Session, *, commune_id: int, through: Month, without_list: int | None = None) -> Books:
    """Owed and given through a month, leaving out the lines of the list that is being computed."""
    line = EntitlementLine
    own = col(line.kind) == LineKind.ENTITLEMENT
    columns: tuple[Any, ...] = (
        line.person_id,
        line.month,
        func.max(case((own, col(line.id)))),
        func.max(case((own, col(line.grant_id)))),
        func.sum(line.amount),
    )
    given = select(*columns).where(line.commune_id == commune_id, line.benefit == Benefit.INCOME)
    if without_list is not None:
        given = given.where(line.list_id != without_list)
    months = owed(income_grants(session, commune_id), through, income_adjustments(session, commune_id))
    result = Books(owed=_without_pauses(months, pauses.pauses(session, commune_id)))
    for person_id, month, line_id, grant_id, amount in session.exec(given.group_by(col(line.person_id), line.month)):
        result.given[person_id, month] = Given(line_id, grant_id, int(amount))
    return result


def _without_pauses(
    months: dict[PersonMonth, Due], resting: Mapping[int, list[pauses.Pause]]
) -> dict[PersonMonth, Due]:
    """The same with nothing due in months for which the chairman let support rest."""
    why = STOP_REASON_LABELS[StopReason.SUSPENDED].lower()
    return {
        (who, code): Due(due.grant, 0, why) if who in resting and pauses.rests(resting[who], code) else due
        for (who, code), due in months.items()
    }


def missing_lines(
    session: Session, *, commune_id: int, month: Month, list_id: int | None = None
) -> list[dict[str, Any]]:
    """The lines that a list of ``month`` must hold so that what lines give equals what the grants give.

    A month without a line gets its ENTITLEMENT; one whose line differs a CORRECTION (+ or −) pointing at that line.
    """
    found = books(session, commune_id=commune_id, through=month, without_list=list_id)
    return list(_differences(found, commune_id=commune_id, month=month))


def _differences(found: Books, *, commune_id: int, month: Month) -> Iterator[dict[str, Any]]:
    for person_id, code in sorted(found.owed.keys() | found.given.keys()):
        due = found.owed.get((person_id, code))
        given = found.given.get((person_id, code), NOTHING)
        difference = (due.amount if due else 0) - given.amount
        if difference == 0:
            continue
        first = given.line_id is None
        yield {
            "commune_id": commune_id,
            "grant_id": due.grant.key if due else given.grant_id,
            "person_id": person_id,
            "benefit": Benefit.INCOME,
            "month": code,
            "kind": LineKind.ENTITLEMENT if first else LineKind.CORRECTION,
            "amount": difference,
            "corrects_id": given.line_id,
            "reason": _reason(Month.parse(code), month, difference, due.reason if due else "", first=first),
        }


def _reason(month: Month, of_list: Month, difference: int, why: str, *, first: bool) -> str:
    if first:
        return f"Hỗ trợ tháng {month}" if month == of_list else f"Truy lĩnh tháng {month}"
    kind = "Thu hồi" if difference < 0 else "Bù chênh lệch"
    return f"{kind} tháng {month}: {why}" if why else f"{kind} tháng {month}"


def write_lines(session: Session, payment_list: PaymentList) -> None:
    """Make a DRAFT list hold exactly the lines it must; a list that is already right is not touched.

    The database refuses it for a list that is no longer a draft.
    """
    month = Month.parse(payment_list.month)
    wanted = missing_lines(session, commune_id=payment_list.commune_id, month=month, list_id=payment_list.key)
    _explain_recoveries(session, wanted)
    line = EntitlementLine
    columns: Any = [getattr(line, name) for name in _CONTENT]
    present = select(*columns).where(line.list_id == payment_list.key).order_by(col(line.person_id), col(line.month))
    if [tuple(row) for row in session.exec(present)] == [tuple(row[name] for name in _CONTENT) for row in wanted]:
        return
    session.execute(delete(line).where(col(line.list_id) == payment_list.key))
    insert_new(session, line, [row | {"list_id": payment_list.key} for row in wanted])


_CONTENT = ("person_id", "month", "kind", "amount", "grant_id", "corrects_id", "reason")


def _explain_recoveries(session: Session, rows: list[dict[str, Any]]) -> None:
    """Say with a recovery why the grant ended, where no decision said why the amount is another one."""
    for row in rows:
        if row["amount"] < 0 and ":" not in row["reason"]:
            grant = session.get_one(Grant, row["grant_id"])
            if grant.stop_reason:
                row["reason"] += f": {STOP_REASON_LABELS[StopReason(grant.stop_reason)].lower()}"
