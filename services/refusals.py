"""Why somebody is not supported: what people wrote, then the law's own reasons; in full, or in a few words."""

from __future__ import annotations

from models.eligibility import Assessment
from rules.refusal_words import refusal_words


def reasons(answer: Assessment | None, stated: str) -> tuple[str, ...]:
    """Full sentences without a diagnosis: what people wrote first, then each rule that said no."""
    said = (stated.strip(),) if stated.strip() else ()
    if answer is None or answer.outcome == "ELIGIBLE":
        return said
    return (*said, *refusal_words(answer.findings))


def short_reason(answer: Assessment | None, stated: str) -> str:
    """The same in a few words, for the list of the minutes."""
    found = reasons(answer, stated)
    return found[0].rstrip(":.") if found else ""
