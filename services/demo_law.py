"""The demonstration law: a marked set of values, confirmed by two demo officers in a demonstration commune."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.law import LawRevision
from rules.law_files import shipped_parameters
from rules.parameters import LawStatus, Reference, scope_text
from services import law
from services.law import NewValue
from services.staff import Actor


def new_values(content: Mapping[str, Any]) -> Iterator[NewValue]:
    """The values of a demonstration file: ``values`` as given, ``confirm_as_shipped`` as the law files assume them."""
    reference = Reference(**content["reference"])
    for row in content["values"]:
        yield _new(row["key"], row["value"], row.get("from", content["from"]), None, "", reference)
    shipped = {parameter.key: parameter for parameter in shipped_parameters()}
    for key in content["confirm_as_shipped"]:
        for value in shipped[key].values:
            yield _new(key, value.value, value.valid_from, value.valid_to, scope_text(value.scope), reference)


def _new(key: str, value: Any, start: date, end: date | None, scope: str, reference: Reference) -> NewValue:
    return NewValue(key, value, start, reference, LawStatus.CONFIRMED, end, scope, is_demo=True)


def adopt(
    session: Session, *, commune_id: int, content: Mapping[str, Any], proposer: Actor, confirmer: Actor, now: datetime
) -> list[LawRevision]:
    """Bring the set into force for a demonstration commune, by two people as any other value."""
    rows = []
    for new in new_values(content):
        row = law.propose(session, commune_id=commune_id, new=new, actor=proposer, now=now)
        rows.append(law.confirm(session, revision_id=row.key, actor=confirmer, now=now))
    return rows
