"""The village list answered person by person on the page: kept as it grows, handed in whole as a workbook is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.base import canonical_json
from models.lists import ListEntry, VillageList
from models.places import Village
from rules.categories import labels
from rules.traits import trait_labels
from rules.village_sheet.form import ASKED, check_person
from rules.workflow import Role
from services import law, ledger, list_reading
from services.errors import conflict, not_allowed
from services.list_intake import open_list, refuse_when_over
from services.staff import Actor
from services.store import get
from services.village_workbook import known_people

FILE_NAME = "bieu-mau-tren-trang.xlsx"
"""The name under which the form's answers are handed in as a workbook."""
ENTERERS = (Role.village_head,)
"""Only the thôn itself: what it writes of accounts and medical papers is nobody else's to read."""


@dataclass(frozen=True)
class Entry:
    """One person of the form with the answers so far: column of the village list → text."""

    row: ListEntry
    said: Mapping[str, str]

    @property
    def name(self) -> str:
        """Who it is about, as typed."""
        return self.said.get("full_name") or "Người mới, chưa ghi tên"


def entries(session: Session, *, village_list_id: int, actor: Actor) -> list[Entry]:
    """The form of one thôn in the order it was begun. Raises Problem NOT_ALLOWED for others than who may hand it in."""
    asked = get(session, VillageList, village_list_id, "danh sách thôn")
    actor.require(ENTERERS, asked.commune_id, asked.village_id)
    query = select(ListEntry).where(ListEntry.village_list_id == village_list_id).order_by(col(ListEntry.id))
    return [Entry(row, json.loads(row.said)) for row in session.exec(query)]


def entry(session: Session, *, entry_id: int, actor: Actor) -> Entry:
    """One person of the form. Raises Problem NOT_FOUND or NOT_ALLOWED."""
    row = get(session, ListEntry, entry_id, "người trong biểu mẫu")
    actor.require(ENTERERS, row.commune_id, row.village_id)
    return Entry(row, json.loads(row.said))


def begin(session: Session, *, village_list_id: int, actor: Actor, now: datetime) -> int:
    """Fill in everybody the office knows of the thôn; those already in the form stay as they are. Returns how many."""
    asked = _open(session, village_list_id, actor)
    new = [_row(asked, person_id, said) for person_id, said in _not_yet_in(session, asked, now).items()]
    session.add_all(new)
    session.flush()
    return len(new)


def known_outside(session: Session, *, village_list_id: int, actor: Actor, now: datetime) -> int:
    """How many people the office knows of the thôn who are not in its form yet."""
    asked = get(session, VillageList, village_list_id, "danh sách thôn")
    actor.require(ENTERERS, asked.commune_id, asked.village_id)
    return len(_not_yet_in(session, asked, now))


def _not_yet_in(session: Session, asked: VillageList, now: datetime) -> dict[int, Mapping[str, str]]:
    village = get(session, Village, asked.village_id, "thôn")
    book, today = law.book_for(session, asked.commune_id), now.date()
    have = set(session.exec(select(ListEntry.person_id).where(ListEntry.village_list_id == asked.key)).all())
    known = known_people(session, village, labels(book, today), trait_labels(book, today))
    return {person_id: said for person_id, said in known.items() if person_id not in have}


def add(session: Session, *, village_list_id: int, actor: Actor) -> ListEntry:
    """A blank for somebody new; the blank that is still untouched when there is one."""
    asked = _open(session, village_list_id, actor)
    query = select(ListEntry).where(ListEntry.village_list_id == asked.key, col(ListEntry.person_id).is_(None))
    blank = next((row for row in session.exec(query.where(col(ListEntry.seen_at).is_(None)))), None)
    row = blank or _row(asked, None, {})
    session.add(row)
    session.flush()
    return row


def _row(asked: VillageList, person_id: int | None, said: Mapping[str, str]) -> ListEntry:
    return ListEntry(
        village_list_id=asked.key,
        commune_id=asked.commune_id,
        village_id=asked.village_id,
        person_id=person_id,
        said=canonical_json({name: said[name] for name in ASKED if said.get(name)}),
    )


def check(
    session: Session, *, entry_id: int, said: Mapping[str, str], now: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """What is wrong in the answers, and what to look at again: by column, as the returned workbook would be told."""
    row = get(session, ListEntry, entry_id, "người trong biểu mẫu")
    known = list_reading.known(session, row.commune_id, now.date())
    return check_person(said, on=now.date(), known=known)


def keep(
    session: Session, *, entry_id: int, said: Mapping[str, str], left_out: bool, actor: Actor, now: datetime
) -> ListEntry:
    """Keep one person's answers, right or not yet; wrong ones are counted. Nothing enters the records before `hand in`.

    ``left_out``: the thôn does not name this person this quarter. Raises Problem CONFLICT when the list is over.
    """
    row = get(session, ListEntry, entry_id, "người trong biểu mẫu")
    asked = _open(session, row.village_list_id, actor)
    row.said = canonical_json({name: said[name].strip() for name in ASKED if said.get(name, "").strip()})
    row.left_out, row.seen_at = left_out, now
    row.error_count = 0 if left_out else len(check(session, entry_id=entry_id, said=said, now=now)[0])
    session.add(row)
    data = {"entry": row.key, "left_out": int(left_out), "errors": row.error_count}
    subject = f"village_list:{asked.key}"
    ledger.append(
        session,
        commune_id=asked.commune_id,
        actor=actor,
        role=Role.village_head,
        action="keep_list_entry",
        subject=subject,
        data=data,
        now=now,
    )
    return row


def to_hand_in(session: Session, *, village_list_id: int, actor: Actor) -> tuple[Mapping[str, str], ...]:
    """Everybody the thôn names, for the workbook that is handed in. Raises Problem CONFLICT for nobody or a wrong one.

    Someone known may be handed in as filled in; someone new must have been answered without an error.
    """
    named = [one for one in entries(session, village_list_id=village_list_id, actor=actor) if not one.row.left_out]
    named = [one for one in named if one.said]
    if not named:
        raise conflict("form_empty", "Biểu mẫu chưa có người nào; nếu thôn không phát sinh, hãy báo “không phát sinh”.")
    wrong = sum(bool(one.row.error_count) for one in named)
    if wrong:
        raise conflict("form_wrong", f"Còn {wrong} người có câu trả lời phải sửa; mở từng người để xem.")
    return tuple(one.said for one in named)


def remove(session: Session, *, entry_id: int, actor: Actor) -> None:
    """Take a new person's answers out of the form. Raises Problem NOT_ALLOWED for a known one: leave that one out."""
    row = get(session, ListEntry, entry_id, "người trong biểu mẫu")
    _open(session, row.village_list_id, actor)
    if row.person_id is not None:
        raise not_allowed("known_person", "Người đã có trong hồ sơ thì chọn “không đề nghị quý này”, không xóa được.")
    session.delete(row)


def _open(session: Session, village_list_id: int, actor: Actor) -> VillageList:
    found = get(session, VillageList, village_list_id, "danh sách thôn")
    actor.require(ENTERERS, found.commune_id, found.village_id)
    asked, _ = open_list(session, village_list_id, actor)
    refuse_when_over(session, asked)
    return asked
