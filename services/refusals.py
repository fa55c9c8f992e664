"""Why somebody is not supported: sentences for the person, a few words for a list, both from the law's own trace."""

from __future__ import annotations

import re

from models.eligibility import Assessment

_GROUP = re.compile(r"nhóm “(.+?)”")
_UNMET = re.compile(r"Điều kiện về ([^:]+): (?:không đạt|chưa đủ thông tin)")
_METHOD = re.compile(r", cách tính [A-Z_]+")
_GROUP_RULE = "nhom_"
_BESIDE = frozenset({"bhyt"})
"""Rules whose "no" alone refuses nobody."""

NO_GROUP = "Không thuộc nhóm nào trong các nhóm được hỗ trợ"


def reasons(answer: Assessment | None, stated: str) -> tuple[str, ...]:
    """Full sentences without a diagnosis: what people wrote first, then each rule that said no."""
    said = [stated.strip()] if stated.strip() else []
    if answer is None:
        return tuple(said)
    refusals = _refusals(answer)
    general = [_METHOD.sub("", text) for rule, text in refusals if not rule.startswith(_GROUP_RULE)]
    groups = [_group(text) for rule, text in refusals if rule.startswith(_GROUP_RULE)]
    if general:
        return (*said, *general)
    return (*said, f"{NO_GROUP}:", *groups) if groups else tuple(said)


def short_reason(answer: Assessment | None, stated: str) -> str:
    """The same in a few words, for the list of the minutes."""
    found = reasons(answer, stated)
    return found[0].rstrip(":.") if found else ""


def _refusals(answer: Assessment) -> list[tuple[str, str]]:
    if answer.outcome == "ELIGIBLE":
        return []
    return [
        (finding["rule"], finding["text"])
        for finding in answer.findings
        if finding["answer"] is False and finding["rule"] not in _BESIDE
    ]


def _group(text: str) -> str:
    """ "- Nhóm “Trẻ em”: chưa đạt về tuổi, thu nhập ổn định hằng tháng."."""
    name = _GROUP.search(text)
    unmet = dict.fromkeys(_UNMET.findall(text))
    conditions = ", ".join(unmet) or "diện hộ"
    return f"- Nhóm “{name.group(1) if name else ''}”: chưa đạt về {conditions}."
