"""What an office's own law value must be before anybody may confirm it: the same rules as for the shipped files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rules.fact_words import AREA_WORDS, STATUS_WORDS
from rules.law_files import shipped_parameters
from rules.law_values import faults_of_keys, misfit
from rules.law_words import SCOPE_LABELS
from rules.parameters import Parameter, Reference, scope_text

_YEAR = re.compile(r"(?:19|20)\d{2}")
_SHA256 = re.compile(r"[0-9a-f]{64}|")
_SCOPE_WORDS: dict[str, Mapping[str, str]] = {"area": AREA_WORDS, "status": STATUS_WORDS}


def faults_of_revision(
    parameter: Parameter,
    value: Any,
    valid_from: date,
    valid_to: date | None,
    scope: Mapping[str, str],
    reference: Reference,
) -> Iterator[str]:
    """Every reason, in Vietnamese, why this may not become a value of the parameter; nothing when it may."""
    wrong = misfit(parameter.unit, value)
    if wrong:
        yield f"giá trị {wrong}"
    else:
        yield from faults_of_keys(parameter.unit, value, {one.key: one.unit for one in shipped_parameters()})
    if not reference.document.strip() or not reference.issuer.strip():
        yield "phải ghi số, năm văn bản và cơ quan ban hành"
    elif not _YEAR.search(reference.document):
        yield f"số văn bản “{reference.document}” thiếu năm ban hành"
    if reference.source and not re.fullmatch(r"https?://\S+", reference.source):
        yield "địa chỉ nguồn phải bắt đầu bằng http:// hoặc https://"
    if not _SHA256.fullmatch(reference.evidence):
        yield "vân tay bản quét không đúng dạng"
    yield from _faults_of_dates(parameter, valid_from, valid_to)
    yield from faults_of_scope(parameter, scope)


def _faults_of_dates(parameter: Parameter, valid_from: date, valid_to: date | None) -> Iterator[str]:
    if valid_to is not None and valid_to < valid_from:
        yield f"ngày cuối {valid_to:%d/%m/%Y} đứng trước ngày đầu {valid_from:%d/%m/%Y}"
    if valid_from > parameter.reviewed_until:
        yield f"bắt đầu sau ngày {parameter.reviewed_until:%d/%m/%Y} là ngày phần mềm còn tính được"


def faults_of_scope(parameter: Parameter, scope: Mapping[str, str]) -> Iterator[str]:
    """Why no computation would ever ask for the parameter in this scope."""
    for name, word in scope.items():
        if name not in parameter.scopes:
            known = ", ".join(SCOPE_LABELS.get(one, one) for one in parameter.scopes) or "không phân biệt gì"
            yield f"phạm vi “{scope_text({name: word})}” không dùng được: tham số này chỉ phân theo: {known}"
        elif name in _SCOPE_WORDS and word not in _SCOPE_WORDS[name]:
            yield f"phạm vi “{scope_text({name: word})}”: phải là một trong {', '.join(_SCOPE_WORDS[name])}"
