"""Hand one commune's confirmed law to another: out as a file, in as proposals that two people still have to answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.base import canonical_json
from models.law import LawRevision
from models.places import Commune
from rules.law_exchange import ExchangedLaw, ExchangedValue, ExchangeError, read_exchange, write_exchange
from rules.law_files import shipped_parameters
from rules.parameters import Reference
from rules.workflow import Role
from services import law, ledger
from services.errors import invalid
from services.law import CONFIRMERS, NewValue
from services.staff import Actor
from services.store import get


@dataclass(frozen=True)
class Imported:
    """What a file brought: the new proposals, and how many of its values the office knew already."""

    whose: str
    proposed: Sequence[LawRevision]
    known: int


def export(session: Session, *, commune_id: int, actor: Actor, now: datetime) -> str:
    """The commune's confirmed values as a YAML text, in the order in which they count; who took it is recorded.

    What a later value of the same key and scope covers whole is left out. Scans go by their fingerprint.
    """
    commune = get(session, Commune, commune_id, "đơn vị")
    role = actor.require((*CONFIRMERS, Role.system), commune_id)
    query = select(LawRevision).where(LawRevision.commune_id == commune_id, col(LawRevision.confirmed_by).is_not(None))
    rows = session.exec(query.order_by(col(LawRevision.id))).all()
    values = tuple(_exchanged(row) for row in _standing(rows))
    text = write_exchange(ExchangedLaw(commune.code, commune.full_name, now.date(), values))
    ledger.append(
        session,
        commune_id=commune_id,
        actor=actor,
        role=role,
        action="export_law",
        subject=f"commune:{commune_id}",
        data={"values": len(values)},
        now=now,
    )
    return text


def _standing(rows: Sequence[LawRevision]) -> list[LawRevision]:
    return [row for place, row in enumerate(rows) if not any(_covers(later, row) for later in rows[place + 1 :])]


def _covers(later: LawRevision, row: LawRevision) -> bool:
    same = (later.param_key, later.scope) == (row.param_key, row.scope)
    to_the_end = later.valid_to is None or (row.valid_to is not None and later.valid_to >= row.valid_to)
    return same and later.valid_from <= row.valid_from and to_the_end


def _exchanged(row: LawRevision) -> ExchangedValue:
    return ExchangedValue(
        row.param_key, row.value, row.valid_from, row.valid_to, row.scope, Reference(**row.reference), row.is_demo
    )


def bring_in(session: Session, *, commune_id: int, text: str, actor: Actor, now: datetime) -> Imported:
    """Propose every value of the file that the office does not have; none is in force before a second person's word.

    The same file twice proposes nothing new, nor does a value that was refused here. Raises Problem INVALID with
    every fault of the file; then nothing is proposed.
    """
    commune = get(session, Commune, commune_id, "đơn vị")
    try:
        file = read_exchange(text, shipped_parameters())
    except ExchangeError as error:
        raise invalid("law_file", "Tệp giá trị pháp luật không nhập được.", error.faults) from error
    faults = _foreign(file.values) if not commune.is_demo else ()
    if faults:
        raise invalid("law_demo", "Tệp giá trị pháp luật không nhập được.", tuple(faults))
    known = _known(session, commune_id)
    whose = f"{file.commune_name} (mã {file.commune_code}), xuất ngày {file.exported_on:%d/%m/%Y}"
    wanted = {_content(value): value for value in file.values}
    new = [value for content, value in wanted.items() if content not in known]
    rows = [law.propose(session, commune_id=commune_id, new=_new(value, whose), actor=actor, now=now) for value in new]
    return Imported(whose, rows, len(file.values) - len(rows))


def _foreign(values: Iterable[ExchangedValue]) -> list[str]:
    return [
        f"Mục {place} ({value.key}): giá trị trình diễn chỉ dùng trong đơn vị trình diễn."
        for place, value in enumerate(values, start=1)
        if value.is_demo
    ]


def _known(session: Session, commune_id: int) -> set[str]:
    rows = session.exec(select(LawRevision).where(LawRevision.commune_id == commune_id)).all()
    return {_content(_exchanged(row)) for row in rows}


def _content(value: ExchangedValue) -> str:
    """What makes two values the same one: what holds, when, for whom, and by which document."""
    reference = value.reference
    place = [value.key, value.scope, value.valid_from, value.valid_to, value.is_demo]
    return canonical_json([*place, value.value, reference.document, reference.issuer, reference.article])


def _new(value: ExchangedValue, whose: str) -> NewValue:
    return NewValue(
        key=value.key,
        value=value.value,
        valid_from=value.valid_from,
        valid_to=value.valid_to,
        scope=value.scope,
        reference=value.reference,
        is_demo=value.is_demo,
        origin=f"Nhập từ tệp của {whose}",
    )
