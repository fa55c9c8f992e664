"""The list of TT 50/2024 as far as it is known, and the papers a conclusion may rest on."""

from datetime import date

import pytest

from rules.diseases import DiseaseList, evidence_kinds, split_item_and_code
from rules.diseases import disease_list as list_of
from rules.icd import IcdError, icd_ranges, normalise_icd
from rules.law_files import shipped_parameters
from rules.law_values import misfit
from rules.parameters import DateNotCovered, LawStatus
from rules.workflow import Role
from tests.rules import laws


def disease_list() -> DiseaseList:
    """The list as shipped."""
    return list_of(laws.shipped(), date(2026, 7, 1))


def test_the_list_says_how_much_of_it_is_missing() -> None:
    known = disease_list()
    assert [item.number for item in known.items] == list(range(1, 15))
    assert (known.total, known.gap) == (38, "thiếu 24/38 mục")
    assert "50/2024/TT-BYT" in str(known.reference)


def test_an_item_whose_severity_note_was_cut_is_not_called_confirmed() -> None:
    doubtful = [item.number for item in disease_list().items if item.status is not LawStatus.CONFIRMED]
    assert doubtful == [14]


@pytest.mark.parametrize(
    ("code", "items"),
    [
        ("C34.9", [5]),
        ("c349", [5]),
        ("C97", [5]),
        ("C98", []),
        ("B23.8", [4]),
        ("B24", []),
        ("D59.5", [6]),
        ("D59.6", []),
        ("D61.3", [7]),
        ("D61.5", []),
        ("D61.9", [7]),
        ("A39.2", [2]),
        ("A32.7", [2]),
        ("A32.1", [1]),
        ("E10.4", []),
        ("E10.8", [11]),
        ("F03", [14]),
        ("G20", []),
    ],
)
def test_a_code_falls_under_the_item_whose_range_holds_it(code: str, items: list[int]) -> None:
    assert [item.number for item in disease_list().for_code(code)] == items


def test_a_code_less_exact_than_the_range_proves_nothing() -> None:
    assert disease_list().for_code("D59") == ()
    assert disease_list().for_code("E11") == ()


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("u ac tinh", [4, 5]),
        ("ĐÁI THÁO ĐƯỜNG", [11, 12]),
        ("type 2 đái tháo", [12]),
        ("5", [5]),
        ("D59", [6]),
        ("", []),
    ],
)
def test_search_by_words_number_or_beginning_of_a_code(text: str, items: list[int]) -> None:
    assert [item.number for item in disease_list().search(text)] == items


def test_what_the_station_writes_is_item_and_code() -> None:
    assert split_item_and_code("5 - C34.9") == (5, "C34.9")
    assert split_item_and_code("mục 5: c349") == (5, "C34.9")
    assert split_item_and_code("C34.9") == (None, "C34.9")
    assert split_item_and_code("ung thư phổi") is None
    assert normalise_icd("F00*") == "F00"
    assert normalise_icd("C3") is None


def test_every_paper_a_category_names_is_known() -> None:
    (categories,) = [value for p in shipped_parameters() if p.key == "NQ04.categories" for value in p.values]
    named = {code for category in categories.value for code in category["evidence"]}
    assert named <= set(evidence_kinds())


def test_only_papers_that_the_station_checks_carry_a_health_conclusion() -> None:
    for kind in evidence_kinds().values():
        assert bool(kind.routes) == (kind.verifier is Role.health_station), kind.code
    assert [k.code for k in evidence_kinds().values() if "INJURY_PCT" in k.routes] == ["BIEN_BAN_GIAM_DINH"]


def test_a_list_with_a_number_twice_or_out_of_order_is_refused() -> None:
    rows = [item.model_dump(mode="json") for item in disease_list().items]
    assert misfit("diseases", rows) == ""
    assert "bị trùng: 1" in misfit("diseases", [*rows, rows[0]])
    assert "theo thứ tự" in misfit("diseases", rows[::-1])
    assert "ranges" in misfit("diseases", [{**rows[0], "ranges": []}])


def test_before_the_circular_there_is_no_list() -> None:
    with pytest.raises(DateNotCovered, match=r"TT50\.diseases"):
        list_of(laws.shipped(), date(2025, 2, 28))


def test_the_printed_codes_of_every_shipped_item_mean_its_ranges() -> None:
    assert {item.number: icd_ranges(item.icd) for item in disease_list().items} == {
        item.number: item.ranges for item in disease_list().items
    }


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("c00-c97", (("C00", "C97"),)),
        ("N18, N19", (("N18", "N18"), ("N19", "N19"))),
        ("I50\nI51.4 tới I51.6", (("I50", "I50"), ("I51.4", "I51.6"))),
        ("D59 (từ D59.0 đến 59.5)", (("D59.0", "D59.5"),)),
        ("G35 và G36", (("G35", "G35"), ("G36", "G36"))),
    ],
)
def test_codes_as_people_write_them(text: str, ranges: tuple[tuple[str, str], ...]) -> None:
    assert icd_ranges(text) == ranges


@pytest.mark.parametrize("text", ["", "ung thư", "C97 đến C00", "C00; 12345", "C00 đến"])
def test_what_is_no_code_is_refused_and_named(text: str) -> None:
    with pytest.raises(IcdError):
        icd_ranges(text)
