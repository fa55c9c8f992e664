"""Who may sign a paper on the day it is issued: asked when its number is entered, because a mandate may have ended."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from models.documents import Document
from models.places import Commune
from rules.authority import Issuer
from services import paper_heads
from services.errors import not_allowed
from services.paper_heads import Signed
from services.store import get

BY_CHAIRMAN = frozenset({"decision", "stop_decision", "adjust_decision"})
"""Kinds that the chairman or a deputy signs in person: nobody by order or by delegation."""


def signers(session: Session, document: Document, *, on: date) -> list[Signed]:
    """Everyone who may sign this paper that day, to choose from; nobody for a paper without a head."""
    head = document.data.get("head") if isinstance(document.data, dict) else None
    if head is None:
        return []
    commune = get(session, Commune, document.commune_id)
    by_order = document.kind not in BY_CHAIRMAN
    return paper_heads.signers(session, commune, Issuer(head["issuer"]), on, by_order=by_order)


def signed(session: Session, document: Document, *, on: date, mandate_id: int | None) -> Signed:
    """Who signed the paper: the holder of that mandate, or who stands on the draft.

    Raises Problem NOT_ALLOWED when that person does not hold the post, or has no right to sign such a paper, that day.
    """
    head = document.data["head"]
    drafted = Signed(tuple(head["authority_lines"]), head["signer_name"])
    if mandate_id is None and not drafted.name:
        return drafted
    for one in signers(session, document, on=on):
        if one.mandate_id == mandate_id or (mandate_id is None and one.says(drafted)):
            return one
    raise not_allowed("authority", f"Ngày {on:%d/%m/%Y}: người ký không giữ chức vụ được ký văn bản này; hãy chọn lại.")
