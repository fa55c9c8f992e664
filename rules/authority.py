"""Who may sign for whom, and the lines printed above a signature (NĐ 30/2020/NĐ-CP, Phụ lục I, quyền hạn của người ký).

The prefix (TM., KT., Q., TL., TUQ.) is derived from who issues the paper and in what capacity the signer stands;
nobody types it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Issuer(StrEnum):
    """Whose paper it is: the collective's ("ỦY BAN NHÂN DÂN …") or its head's ("CHỦ TỊCH ỦY BAN NHÂN DÂN …")."""

    COLLECTIVE = "COLLECTIVE"
    HEAD = "HEAD"


class Capacity(StrEnum):
    """How the signer stands to the head of the issuing body."""

    HEAD = "HEAD"
    ACTING_HEAD = "ACTING_HEAD"
    DEPUTY = "DEPUTY"
    BY_ORDER = "BY_ORDER"
    BY_DELEGATION = "BY_DELEGATION"


FOR_THE_HEAD = frozenset({Capacity.BY_ORDER, Capacity.BY_DELEGATION})
"""Capacities that rest on a written act of the head, each paper in the head's name: "TL. CHỦ TỊCH", "TUQ. CHỦ TỊCH"."""


class AuthorityError(ValueError):
    """This person cannot sign this paper; the message is one Vietnamese sentence."""


@dataclass(frozen=True)
class Signer:
    """A signer's mandate: post as printed ("Phó Chủ tịch"), capacity, first and last day it holds."""

    post: str
    capacity: Capacity
    valid_from: date
    valid_to: date | None = None


def capacity_of(post: str, *, is_head: bool) -> Capacity:
    """Return the capacity that a post shows by itself: head, acting head or deputy.

    Signing by order or by delegation rests on a written act, so it is never read off a post: such a post raises
    `AuthorityError`, and the caller states the capacity.
    """
    words = post.strip().lower()
    if is_head:
        return Capacity.ACTING_HEAD if words.startswith(("quyền ", "q. ")) else Capacity.HEAD
    if words.startswith("phó "):
        return Capacity.DEPUTY
    raise AuthorityError(f"Chức vụ “{post}” chỉ được ký khi có văn bản giao ký thừa lệnh hoặc thừa ủy quyền.")


def authority_lines(
    issuer: Issuer, signer: Signer, *, signed_on: date, body: str = "Ủy ban nhân dân", head_post: str = "Chủ tịch"
) -> tuple[str, ...]:
    """Return the lines above the signature, in capitals, e.g. ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH").

    `body` and `head_post` name the issuing collective and its head. Who signs by order or delegation speaks for the
    head, never for the collective, also on the collective's paper. Raises `AuthorityError` when the mandate does not
    hold on `signed_on`.
    """
    _check_mandate(signer, signed_on)
    head = head_post.upper()
    own = {
        Capacity.HEAD: (head,),
        Capacity.ACTING_HEAD: (f"Q. {head}",),
        Capacity.DEPUTY: (f"KT. {head}", signer.post.upper()),
        Capacity.BY_ORDER: (f"TL. {head}", signer.post.upper()),
        Capacity.BY_DELEGATION: (f"TUQ. {head}", signer.post.upper()),
    }[signer.capacity]
    speaks_for_collective = issuer is Issuer.COLLECTIVE and signer.capacity not in FOR_THE_HEAD
    lines = (f"TM. {body.upper()}", *own) if speaks_for_collective else own
    check_lines(issuer, lines)
    return lines


def check_lines(issuer: Issuer, lines: Sequence[str]) -> None:
    """Raise `AuthorityError` when printed lines do not fit the issuer: "TM." is the collective's alone."""
    speaks_for_collective = _any_begins(lines, ("TM.",))
    speaks_for_head = _any_begins(lines, ("TL.", "TUQ."))
    if not lines:
        raise AuthorityError("Thiếu quyền hạn, chức vụ của người ký.")
    if issuer is Issuer.HEAD and speaks_for_collective:
        raise AuthorityError("Văn bản của Chủ tịch không ký “TM.”: Chủ tịch không ký thay mặt chính mình.")
    if issuer is Issuer.COLLECTIVE and speaks_for_collective and speaks_for_head:
        raise AuthorityError("Người ký thừa lệnh hoặc thừa ủy quyền của Chủ tịch không ký thay mặt Ủy ban nhân dân.")
    if issuer is Issuer.COLLECTIVE and not speaks_for_collective and not speaks_for_head:
        raise AuthorityError("Văn bản của Ủy ban nhân dân phải ký “TM. ỦY BAN NHÂN DÂN”.")


def _any_begins(lines: Sequence[str], prefixes: tuple[str, ...]) -> bool:
    return any(line.strip().upper().startswith(prefixes) for line in lines)


def _check_mandate(signer: Signer, signed_on: date) -> None:
    if signed_on < signer.valid_from:
        raise AuthorityError(f"Ngày ký {signed_on:%d/%m/%Y}: người ký chưa được giao chức vụ {signer.post}.")
    if signer.valid_to is not None and signed_on > signer.valid_to:
        raise AuthorityError(f"Ngày ký {signed_on:%d/%m/%Y}: người ký đã hết thời hạn giữ chức vụ {signer.post}.")
