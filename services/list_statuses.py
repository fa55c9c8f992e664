"""What a village row states of its household: decisions on poor, near-poor and escaped, kept as a dated history.

A household may be "thoát nghèo" and "cận nghèo" at once; it cannot be poor and escaped from poverty at once. A status
whose day nobody has shown stays without a day, and the law then cannot decide. A mistaken status is never deleted: it
gets an end before its beginning and so holds on no day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models.people import HouseholdStatus, HouseholdStatusKind
from rules.village_sheet import VillageRow
from services.list_facts import source_of
from services.store import insert_new

_DAY = timedelta(days=1)
_POOR, _NEAR = HouseholdStatusKind.NGHEO, HouseholdStatusKind.CAN_NGHEO
_LEFT_POOR, _LEFT_NEAR = HouseholdStatusKind.THOAT_NGHEO, HouseholdStatusKind.THOAT_CAN_NGHEO
# By their definitions a household of the first status has none of the second.
_ENDS = {
    _POOR: {_NEAR, _LEFT_POOR, _LEFT_NEAR},
    _NEAR: {_POOR, _LEFT_NEAR},
    _LEFT_POOR: {_POOR},
    _LEFT_NEAR: {_POOR, _NEAR},
}


@dataclass(slots=True)
class NewStatus:
    """A status that a row of this list states for the first time; columns as in :class:`HouseholdStatus`."""

    household_id: int
    kind: str
    valid_from: date | None
    decision_no: str
    source: str
    recorded_at: datetime
    valid_to: date | None = None


Status = HouseholdStatus | NewStatus


@dataclass
class StatusBook:
    """The statuses of the households of one list, and which of them changed."""

    opened_on: date
    rows: dict[int, list[Status]] = field(default_factory=lambda: defaultdict(list))
    new: list[NewStatus] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)

    def withdraw(self, household_id: int, sources: set[str]) -> None:
        """What these rows said before is corrected by the same thôn: it never held."""
        for status in self.rows[household_id]:
            if status.source in sources and _live(status):
                status.valid_to = (status.valid_from or self.opened_on) - _DAY
                self.changed.add(household_id)

    def record(self, household_id: int, row: VillageRow, row_id: int, now: datetime) -> str | None:
        """Keep what the row states; returns the code of what an officer should look at, or None."""
        kind, since = HouseholdStatusKind(row.household_status), row.status_decision_date
        warning = self._end_others(household_id, kind, since)
        same = [status for status in self.rows[household_id] if status.kind == kind]
        found = _match(same, since)
        if found is None:
            self._add(household_id, row, row_id, now)
            escaped = kind in {_LEFT_POOR, _LEFT_NEAR} and any(_live(status) for status in same)
            return "STATUS_DATE_DIFFERS" if escaped else warning
        if not _live(found):
            found.valid_to = None
            self.changed.add(household_id)
        if since and found.valid_from is None:
            found.valid_from = since
            self.changed.add(household_id)
        found.decision_no = found.decision_no or row.status_decision_no or ""
        return warning

    def write(self, session: Session) -> None:
        """Put down what was stated for the first time, after what it ended."""
        session.flush()
        columns = NewStatus.__slots__
        insert_new(session, HouseholdStatus, [{name: getattr(new, name) for name in columns} for new in self.new])

    def _add(self, household_id: int, row: VillageRow, row_id: int, now: datetime) -> None:
        status = NewStatus(
            household_id=household_id,
            kind=row.household_status,
            valid_from=row.status_decision_date,
            decision_no=row.status_decision_no or "",
            source=source_of(row_id),
            recorded_at=now,
        )
        self.new.append(status)
        self.rows[household_id].append(status)
        self.changed.add(household_id)

    def _end_others(self, household_id: int, kind: HouseholdStatusKind, since: date | None) -> str | None:
        """A shown decision ends what contradicts it; a mere word ends nothing and is reported."""
        against = [s for s in self.rows[household_id] if HouseholdStatusKind(s.kind) in _ENDS[kind] and _live(s)]
        if since is None:
            return "STATUS_CONFLICT" if against else None
        later = [status for status in against if status.valid_from is not None and status.valid_from > since]
        for status in against:
            if status not in later and (status.valid_to is None or status.valid_to >= since):
                status.valid_to = since - _DAY
                self.changed.add(household_id)
        return "STATUS_CONFLICT" if later else None


def load_statuses(session: Session, households: Collection[int], *, opened_on: date) -> StatusBook:
    """Every status of these households."""
    book = StatusBook(opened_on)
    if not households:
        return book
    query = select(HouseholdStatus).where(col(HouseholdStatus.household_id).in_(households))
    for status in session.exec(query.order_by(col(HouseholdStatus.id))):
        book.rows[status.household_id].append(status)
    return book


def _match(same: list[Status], since: date | None) -> Status | None:
    """The decision that the row means: the one of that day, else one whose day was not yet known; without a day any."""
    live = [status for status in same if _live(status)]
    if since is None:
        unknown = [status for status in same if status.valid_from is None]
        return next(iter([*live, *unknown]), None)
    of_that_day = [status for status in same if status.valid_from == since]
    without_day = [status for status in live if status.valid_from is None]
    return next(iter([*of_that_day, *without_day]), None)


def _live(status: Status) -> bool:
    """Whether the status holds on some day from its beginning on and was not ended."""
    return status.valid_to is None
