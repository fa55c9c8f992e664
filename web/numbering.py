"""The fields that the văn thư fills in when a paper, or a decision on a list, gets its number and day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from models.documents import RegisterEntry
from services.register import PRIORITY_LABELS
from services.register_entry import Numbered
from web.forms import Form
from web.visit import LARGEST, Visit

Find = Callable[[int, str, date], list[RegisterEntry]]


def given_number(form: Form) -> Numbered:
    """What the văn thư typed; what cannot be is noted in the form."""
    number = form.whole("number", need="Nhập số văn bản.", least=1, most=99_999)
    return Numbered(
        number=number or 0,
        symbol=form.text("symbol", need="Nhập ký hiệu.", most=40),
        issued_on=form.need_day("issued_on", "Nhập ngày ban hành."),
        priority=int(form.choice("priority", [str(code) for code in PRIORITY_LABELS]) or "0"),
        issued_amount=form.whole("issued_amount", least=1, most=999) or 1,
        page_amount=form.whole("page_amount", least=1, most=999),
        due_on=form.day("due_on"),
        description=form.text("description", most=500),
        file_notation=form.text("file_notation", most=20),
        signer_mandate_id=form.whole("signer_mandate_id", most=LARGEST),
    )


def choices(
    visit: Visit, symbol: str, same_number: Find, *, signers: Sequence[tuple[int, str]] = (), drafted: str = ""
) -> dict[str, Any]:
    """What `documents/number.html` offers. ``same_number``: which papers of the year have the number just typed.

    ``signers``: who else may sign than ``drafted``, whose name stands on the draft.
    """
    return {
        "symbol": symbol,
        "signers": signers,
        "drafted": drafted,
        "taken": _taken(visit.form, same_number) if visit.errors else [],
        "priorities": PRIORITY_LABELS,
    }


def _taken(typed: Form, same_number: Find) -> list[RegisterEntry]:
    form = Form(typed.values, {})
    number, symbol, issued_on = form.whole("number", most=99_999), form.text("symbol", most=40), form.day("issued_on")
    return same_number(number, symbol, issued_on) if number and symbol and issued_on else []
