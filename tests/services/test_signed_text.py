"""What a signed file lacks of our paper: a word, a figure, a row torn apart; spaces, edges and blanks count not."""

from __future__ import annotations

import pytest

from services.signed_text import missing

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
