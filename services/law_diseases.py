"""The annex of TT 50/2024/TT-BYT brought in from a spreadsheet: a proposal like any other value of the law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from models.law import LawRevision
from rules.disease_sheet import Change, changes, merged
from rules.diseases import ITEMS_KEY, Disease, DiseaseList, disease_list
from rules.parameters import LawGap, Reference
from services import law
from services.errors import invalid, waiting
from services.law import NewValue
from services.staff import Actor


def current(session: Session, commune_id: int, *, on: date) -> DiseaseList:
    """The list as the commune has it. Raises Problem WAITING for a day that the law does not cover."""
    try:
        return disease_list(law.book_for(session, commune_id), on)
    except LawGap as gap:
        raise waiting("law_gap", gap.message, (gap.key,)) from gap


def preview(
    session: Session, *, commune_id: int, items: Sequence[Disease], on: date
) -> tuple[tuple[Change, ...], DiseaseList]:
    """What a sheet would change, and the list as it would be; writes nothing."""
    known = current(session, commune_id, on=on)
    after = tuple(Disease.model_validate(row) for row in merged(known.items, items))
    return changes(known.items, items), DiseaseList(known.reference, known.total, after)


def propose(
    session: Session,
    *,
    commune_id: int,
    items: Sequence[Disease],
    reference: Reference,
    valid_from: date,
    origin: str,
    actor: Actor,
    now: datetime,
) -> LawRevision:
    """Propose the list with the sheet's items in it, from a day on; a second person confirms it.

    Raises Problem INVALID when the sheet changes nothing or has no item.
    """
    known = current(session, commune_id, on=valid_from)
    if all(change.kind == "giữ nguyên" for change in changes(known.items, items)):
        raise invalid("diseases_same", "Bảng này không có mục nào mới hay khác với danh mục đang dùng.")
    new = NewValue(
        key=ITEMS_KEY,
        value=merged(known.items, items),
        valid_from=valid_from,
        reference=reference,
        origin=origin,
    )
    return law.propose(session, commune_id=commune_id, new=new, actor=actor, now=now)
