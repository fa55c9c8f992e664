"""What a signed file lacks of our paper: a word, a figure, a row torn apart; spaces, edges and blanks count not."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest

from services.signed_text import compare, missing

EDGES = "DỮ LIỆU TRÌNH DIỄN"
BODY = """Số:       /TB-UBND | Cát Hải, ngày      tháng      năm
Mức hỗ trợ là 500.000 đồng một tháng, chi từ tháng 7.
STT | Họ và tên | Số tiền
1 | Thử Văn Một | 500.000
2 | Thử Thị Hai | 1.500.000"""
FILE = """DỮ LIỆU TRÌNH DIỄN
Số: 12/TB-UBND Cát Hải, ngày 06 tháng 7 năm 2026
Mức hỗ trợ là 500.000
đồng một\f2
DỮ LIỆU TRÌNH DIỄN
tháng, chi từ tháng 7. STT
Họ và tên Số tiền 1 THỬ VĂN
MỘT 500.000
2 Thử Thị Hai 1.500.000"""


def test_the_same_words_over_two_pages_with_a_number_have_no_difference() -> None:
    assert missing(EDGES, BODY, FILE) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "what", "shown"),
    [
        ("đồng một", "đồng mỗi", "Đoạn", "Mức hỗ trợ là 500.000 đồng một tháng, chi từ tháng 7."),
        ("MỘT 500.000", "MỘT 600.000", "Dòng “1 Thử Văn Một”", "các ô đi cùng nhau"),
        ("MỘT 500.000", "MỘT 500.000.000", "Dòng “1 Thử Văn Một”", "các ô đi cùng nhau"),
        ("Hai 1.500.000", "Hai 1.600.000", "Dòng “2 Thử Thị Hai”", "1.500.000"),
        ("Thử Thị Hai 1.500.000", "Thử Thị 1.500.000 Hai", "Dòng “2 Thử Thị Hai”", "Thử Thị Hai"),
        ("12/TB-UBND", "12/QĐ-UBND", "Dòng “Số:       /TB-UBND", "Số:       /TB-UBND"),
    ],
)
def test_each_difference_is_named_by_its_line(ours: str, theirs: str, what: str, shown: str) -> None:
    assert ours in FILE
    (found,) = missing(EDGES, BODY, FILE.replace(ours, theirs, 1))
    assert found.what.startswith(what)
    assert shown in f"{found.what} {found.ours}"


def test_two_rows_that_change_places_with_their_amounts_are_seen() -> None:
    swapped = FILE.replace("MỘT 500.000", "MỘT 1.500.000").replace("Hai 1.500.000", "Hai 500.000")
    assert len(missing(EDGES, BODY, swapped)) == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "shown"),
    [
        ("Hai 1.500.000", "Hai 1.500.000\n3 Thử Văn Ba 500.000", "3 Thử Văn Ba 500.000"),
        ("chi từ tháng 7. STT", "chi từ tháng 7. Riêng thôn Thử chi từ tháng 9. STT", "Riêng thôn Thử chi từ tháng 9."),
        ("Hai 1.500.000", "Hai 1.500.000\n2 Thử Thị Hai Bình 1.500.000", "Thử Thị Hai Bình"),
    ],
)
def test_what_only_the_file_says_is_shown(ours: str, theirs: str, shown: str) -> None:
    assert compare(EDGES, BODY, FILE).added == ()
    found = compare(EDGES, BODY, FILE.replace(ours, theirs, 1))
    assert found.missing == ()
    assert shown in " ".join(found.added)


def test_the_picture_of_a_digital_signature_adds_nothing() -> None:
    stamp = "Hai 1.500.000\nNgười ký: Ủy ban nhân dân Thử\nThời gian ký: 06.07.2026 09:15:00 +07:00"
    assert compare(EDGES, BODY, FILE.replace("Hai 1.500.000", stamp)).added == ()


@pytest.mark.parametrize("theirs", ["Thử Thị Hài", "Thử Thị Hain", "Thử Thị Hạ"])
def test_another_name_is_not_taken_for_ours(theirs: str) -> None:
    body = "STT | Họ và tên\n1 | Thử Văn Một\n2 | Thử Thị Hai"
    found = compare("", body, f"STT Họ và tên\n1 Thử Văn Một\n2 {theirs}\n")
    assert [one.ours for one in found.missing] == ["Thử Thị Hai"]


@pytest.mark.parametrize("figure", ["1500.000", "9.500.000", "500.0001", "500.000.000"])
def test_a_longer_figure_is_not_taken_for_ours(figure: str) -> None:
    assert len(compare("", "500.000 | Thử | 500.000", f"{figure}\nThử\n500.000").missing) == 1
    assert len(compare("", "500.000 | Thử | 500.000", f"500.000\nThử\n{figure}").missing) == 1


def test_a_row_said_twice_must_come_back_twice() -> None:
    found = compare("", "Thử Văn Một | 500.000\nThử Văn Một | 500.000", "Thử Văn Một 500.000\nhết")
    assert len(found.missing) == 1


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_how_the_file_writes_its_letters_is_no_difference(form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    written = FILE.replace("tháng 7.", "thá\u00adng\u200b 7.").replace(" ", "\u00a0", 3)
    assert compare(EDGES, BODY, unicodedata.normalize(form, written)) == compare(EDGES, BODY, FILE)


def test_an_annex_that_counts_its_own_pages_does_not_cut_a_sentence() -> None:
    pages = FILE.replace("\f2\n", "\fDỮ LIỆU TRÌNH DIỄN\n\f2\n")
    assert compare(EDGES, BODY, pages) == compare(EDGES, BODY, FILE)
