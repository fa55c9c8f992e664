"""Why somebody is not supported, in sentences for the person, read from the law's own trace: never a diagnosis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rules.condition_words import FACT_LABELS

NO_GROUP = "Không thuộc nhóm nào trong các nhóm được hỗ trợ"
_GROUP = re.compile(r"nhóm “(.+?)”")
_GROUP_RULE = "nhom_"
_BESIDE = frozenset({"bhyt"})
"""Rules whose "no" alone refuses nobody."""


def refusal_words(findings: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What refuses for all groups alike, or else each group with the conditions that it asked for and were not met."""
    refusing = [one for one in findings if one["answer"] is False and one["rule"] not in _BESIDE]
    general = tuple(one["text"] for one in refusing if not one["rule"].startswith(_GROUP_RULE))
    if general or not refusing:
        return general
    return (f"{NO_GROUP}:", *map(_group, refusing))


def _group(finding: Mapping[str, Any]) -> str:
    """ "- Nhóm “Trẻ em”: chưa đạt điều kiện tuổi, thu nhập ổn định hằng tháng."."""
    name = _GROUP.search(finding["text"])
    facts = finding["facts"].get("unmet", ())
    unmet = ", ".join(FACT_LABELS.get(fact, f"“{fact}”") for fact in facts if fact) or "diện hộ"
    return f"- Nhóm “{name.group(1) if name else ''}”: chưa đạt điều kiện {unmet}."
