"""Pages from templates: the common environment plus the vocabulary's labels and what every page shows around it."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from adapters.rendering import environment, format_number
from models import people
from rules import workflow
from rules.explain import missing_fact, parameter_title
from rules.money import format_dong

STATIC = Path(__file__).parent / "static"
MAIL_MODES = {
    "file": "Thư: ghi ra tệp, không gửi đi",
    "off": "Thư: tắt",
    "guests": "Thư: chỉ gửi cho danh sách khách",
    "real": "Thư: gửi đến địa chỉ thật",
}
OUTCOME_TONES = {
    "ELIGIBLE": "good",
    "NOT_ELIGIBLE": "bad",
    "CANNOT_DECIDE": "wait",
    "MET": "good",
    "NOT_MET": "bad",
    "PENDING": "wait",
    "MORE_PAPERS": "wait",
    "DONE": "good",
    "PAID": "good",
    "CARD": "good",
    "WAITING": "wait",
    "READY": "now",
    "RUNNING": "now",
    "FAILED": "bad",
    "LOST": "bad",
    "RETURNED": "bad",
    "REFUSED": "bad",
    "APPROVED": "good",
    "approve": "good",
    "refuse": "bad",
    "hold": "wait",
    "HELD": "wait",
    "CONFIRMED": "good",
    "ASSUMED": "wait",
    "UNKNOWN": "bad",
}


@lru_cache(maxsize=1)
def pages() -> Environment:
    """The environment of the pages: all labels of `rules/workflow.py` by their names, and the tone of a tag."""
    made = environment().overlay()
    made.globals = dict(made.globals)
    labels = {name: getattr(workflow, name) for name in dir(workflow) if name.endswith("_LABELS")}
    labels |= {name: getattr(people, name) for name in dir(people) if name.endswith("_LABELS")}
    made.globals.update(
        labels,
        MAIL_MODES=MAIL_MODES,
        missing_fact=missing_fact,
        tone=tone,
        birth=birth_text,
        span=span_text,
        static=static_address,
    )
    made.filters = dict(made.filters) | {
        "dong": format_dong,
        "number": format_number,
        "pair": pair,
        "law_title": parameter_title,
    }
    return made


def render(template: str, context: dict[str, Any]) -> str:
    """The page of ``templates/web/<template>``."""
    return pages().get_template(f"web/{template}").render(context)


@cache
def static_address(path: str) -> str:
    """The address of a file of ``web/static/``, another one when the file changes: a phone keeps it till then."""
    return f"/static/{path}?v={hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]}"


def pair(text: str) -> tuple[str, str]:
    """An answer that is its own label, for a list to choose from."""
    return text, text


def tone(code: str) -> str:
    """The colour of a code's tag; colour never says anything that the tag's words do not."""
    return OUTCOME_TONES.get(str(code), "plain")


def birth_text(person: Any) -> str:
    """A birth date as precisely as it is known: dd/mm/yyyy, mm/yyyy or yyyy."""
    forms = {"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}
    return str(person.birth_date.strftime(forms[person.birth_precision]))


def span_text(start: Any, end: Any) -> str:
    """How long something took, in the two largest units that matter."""
    if start is None or end is None:
        return "–"
    seconds = max(0, int((end - start).total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} ngày {hours} giờ"
    if hours:
        return f"{hours} giờ {minutes} phút"
    return f"{minutes} phút {seconds % 60} giây" if minutes else f"{seconds} giây"
