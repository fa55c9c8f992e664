"""The code that names one attempt to hand over money, e.g. HT2607-0012, and finding it in what a bank sends back."""

from __future__ import annotations

import re

from rules.months import Month

_CODE = r"HT\d{4}-\d{4,}(?:-\d+)?"
_WHOLE = re.compile(_CODE)
_WITHIN = re.compile(rf"(?<![A-Z0-9]){_CODE}(?![A-Z0-9-])")


def first_code(month: Month, person_id: int) -> str:
    """The person's first attempt for a month: letters, digits and a dash, as every bank takes it."""
    return f"HT{month.year % 100:02d}{month.number:02d}-{person_id:04d}"


def next_code(code: str, attempt: int) -> str:
    """After attempt number ``attempt`` with its code, the next one: "HT2607-0012-2" after "HT2607-0012"."""
    root = code.removesuffix(f"-{attempt}") if attempt > 1 else code
    return f"{root}-{attempt + 1}"


def is_own_code(text: str) -> bool:
    """Whether the text has the form of our codes and nothing else."""
    return _WHOLE.fullmatch(text) is not None


def code_in(*texts: str) -> str:
    """The one code of ours that a bank's reference or description holds; empty when they hold none, or several."""
    found = {code for text in texts for code in _WITHIN.findall(text.upper())}
    return found.pop() if len(found) == 1 else ""
