"""The lines above a signature follow from who issues the paper and how the signer stands to its head."""

from __future__ import annotations

from datetime import date

import pytest

from rules.authority import AuthorityError, Capacity, Issuer, Signer, authority_lines, capacity_of, check_lines

SIGNED = date(2026, 8, 3)


def _signer(post: str, capacity: Capacity) -> Signer:
    return Signer(post, capacity, date(2025, 7, 1), date(2030, 6, 30))


@pytest.mark.parametrize(
    ("issuer", "post", "capacity", "printed"),
    [
        (Issuer.COLLECTIVE, "Chủ tịch", Capacity.HEAD, ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (
            Issuer.COLLECTIVE,
            "Phó Chủ tịch",
            Capacity.DEPUTY,
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ),
        (Issuer.COLLECTIVE, "Quyền Chủ tịch", Capacity.ACTING_HEAD, ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH")),
        (Issuer.HEAD, "Chủ tịch", Capacity.HEAD, ("CHỦ TỊCH",)),
        (Issuer.HEAD, "Phó Chủ tịch", Capacity.DEPUTY, ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (Issuer.HEAD, "Quyền Chủ tịch", Capacity.ACTING_HEAD, ("Q. CHỦ TỊCH",)),
        (
            Issuer.HEAD,
            "Trưởng phòng Kinh tế",
            Capacity.BY_ORDER,
            ("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG KINH TẾ"),
        ),
        (
            Issuer.HEAD,
            "Trưởng phòng Kinh tế",
            Capacity.BY_DELEGATION,
            ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG KINH TẾ"),
        ),
    ],
)
def test_the_prefix_is_derived(issuer: Issuer, post: str, capacity: Capacity, printed: tuple[str, ...]) -> None:
    assert authority_lines(issuer, _signer(post, capacity), signed_on=SIGNED) == printed


def test_the_chairman_does_not_sign_on_behalf_of_himself() -> None:
    with pytest.raises(AuthorityError, match="TM"):
        check_lines(Issuer.HEAD, ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"])


@pytest.mark.parametrize(
    "lines", [["CHỦ TỊCH"], [], ["TM. ỦY BAN NHÂN DÂN", "TL. CHỦ TỊCH"], ["TM. ỦY BAN NHÂN DÂN", "TUQ. CHỦ TỊCH"]]
)
def test_a_paper_of_the_collective_is_signed_for_the_collective_or_in_its_heads_name(lines: list[str]) -> None:
    with pytest.raises(AuthorityError):
        check_lines(Issuer.COLLECTIVE, lines)


@pytest.mark.parametrize(("capacity", "prefix"), [(Capacity.BY_ORDER, "TL."), (Capacity.BY_DELEGATION, "TUQ.")])
def test_who_signs_by_order_or_delegation_speaks_for_the_head_never_for_the_collective(
    capacity: Capacity, prefix: str
) -> None:
    lines = authority_lines(Issuer.COLLECTIVE, _signer("Trưởng phòng Kinh tế", capacity), signed_on=SIGNED)
    assert lines == (f"{prefix} CHỦ TỊCH", "TRƯỞNG PHÒNG KINH TẾ")


def test_a_department_is_signed_for_by_its_own_head_or_deputy() -> None:
    deputy = _signer("Phó Trưởng phòng", Capacity.DEPUTY)
    lines = authority_lines(Issuer.HEAD, deputy, signed_on=SIGNED, head_post="Trưởng phòng")
    assert lines == ("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG")


@pytest.mark.parametrize(
    ("signed_on", "allowed"),
    [
        (date(2025, 6, 30), False),
        (date(2025, 7, 1), True),
        (date(2030, 6, 30), True),
        (date(2030, 7, 1), False),
    ],
)
def test_a_mandate_holds_from_its_first_to_its_last_day(signed_on: date, allowed: bool) -> None:
    signer = _signer("Chủ tịch", Capacity.HEAD)
    if allowed:
        assert authority_lines(Issuer.HEAD, signer, signed_on=signed_on) == ("CHỦ TỊCH",)
    else:
        with pytest.raises(AuthorityError, match=f"{signed_on:%d/%m/%Y}"):
            authority_lines(Issuer.HEAD, signer, signed_on=signed_on)


def test_capacity_is_read_off_the_post_only_where_the_post_shows_it() -> None:
    assert capacity_of("Chủ tịch", is_head=True) is Capacity.HEAD
    assert capacity_of("Quyền Chủ tịch", is_head=True) is Capacity.ACTING_HEAD
    assert capacity_of("Phó Chủ tịch", is_head=False) is Capacity.DEPUTY
    with pytest.raises(AuthorityError):
        capacity_of("Trưởng phòng Kinh tế", is_head=False)
