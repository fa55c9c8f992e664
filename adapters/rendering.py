"""The one Jinja environment: mail and pages share its filters, its escaping and its refusal of missing values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from adapters.clock import VIETNAM
from rules.money import amount_in_words, format_dong
from rules.months import Month
from rules.workflow import NOTICES

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"

_OPTIONAL: dict[str, Any] = {
    "due_on": None,
    "village_name": None,
    "month": None,
    "step_label": None,
    "holder_label": None,
    "moment": None,
    "items": (),
}


class LetterError(Exception):
    """The letter is unknown, or a value it needs was not given or is not a count."""


@dataclass(frozen=True)
class RenderedEmail:
    """A letter ready to be sent: one-line subject, plain text, HTML."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment on `templates/`: HTML escaped, a missing value is an error, filters in Vietnamese."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        money=format_dong,
        words=amount_in_words,
        number=format_number,
        date=format_date,
        datetime=format_moment,
        month=format_month,
    )
    return made


def render_email(name: str, context: Mapping[str, Any]) -> RenderedEmail:
    """Render `templates/email/<name>/`.

    `context`: `commune_name`, `cycle_label` ("Quý III/2026"), `recipient_title`, `link`, `demo` (bool), `counts` (those
    of `NOTICES`; whole numbers only, so that no name can slip into a mail); optional `due_on` (date or ISO),
    `village_name`, `month` (`Month` or "2026-07"), `step_label`, `holder_label` (who is late), `moment` ("before", "on"
    or "after" the day), `items` (of a digest: the contexts of its mails, each with its `template`). Raises
    `LetterError` when one is missing.
    """
    values = _values(name, context)
    values["lines"] = [_line(item) for item in values["items"]]
    subject, text, html = (_render(name, part, values) for part in ("subject.txt", "body.txt", "body.html"))
    return RenderedEmail(" ".join(subject.split()), text, html)


def _render(name: str, part: str, values: Mapping[str, Any]) -> str:
    return environment().get_template(f"email/{name}/{part}").render(values)


def _line(item: Mapping[str, Any]) -> dict[str, Any]:
    """What a digest says of one mail: its subject, its day, its link."""
    name = item["template"]
    values = _values(name, {**item, "demo": False})
    subject = " ".join(_render(name, "subject.txt", values).split())
    return {"subject": subject, "due_on": values["due_on"], "link": values["link"]}


def _values(name: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with what is optional filled in and only the counts that this letter states."""
    if name not in NOTICES:
        raise LetterError(f"Không có mẫu thư {name!r}.")
    notice = NOTICES[name]
    values = _OPTIONAL | {"counts": {}} | dict(context)
    required = ("commune_name", "cycle_label", "recipient_title", "link", "demo")
    missing = [key for key in required if key not in values]
    missing += [f"counts.{key}" for key in notice.counts if not _is_count(values["counts"].get(key))]
    if missing:
        raise LetterError(f"Mẫu thư {name} thiếu: {', '.join(missing)}.")
    given = all(_is_count(values["counts"].get(key)) for key in notice.optional)
    stated = (*notice.counts, *(notice.optional if given else ()))
    values["counts"] = {key: values["counts"][key] for key in stated}
    return values


def format_date(value: date | str | None) -> str:
    """A day (or its ISO text) as dd/mm/yyyy; nothing for None."""
    if value is None:
        return ""
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day:%d/%m/%Y}"


def format_moment(value: datetime | str | None) -> str:
    """A moment (or its ISO text) as HH:MM dd/mm/yyyy on Viet Nam's clock; one without zone is taken as it stands."""
    if value is None:
        return ""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(VIETNAM) if moment.tzinfo else moment
    return f"{local:%H:%M %d/%m/%Y}"


def format_month(value: Month | date | str | None) -> str:
    """A month (`Month`, any day of it, or "2026-07") as MM/yyyy."""
    if value is None:
        return ""
    if isinstance(value, date):
        return str(Month.of(value))
    return str(Month.parse(value[:7]) if isinstance(value, str) else value)


def format_number(value: int) -> str:
    """A whole number with dots between thousands: 30000 → 30.000."""
    return f"{value:,}".replace(",", ".")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
