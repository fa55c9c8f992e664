"""Every law case of tests/law holds, and the checker itself notices what is wrong."""

from pathlib import Path

import pytest

from rules.law_cases import LawCase, LawCaseError, book_for_case, check_case, read_cases
from rules.parameters import LawBook
from tests.rules import laws

FOLDER = Path(__file__).parents[1] / "law"
CASES = [case for file in sorted(FOLDER.glob("*.yaml")) for case in read_cases(file.read_text("utf-8"), file.name)]
ELDER = """
on: 2026-07-31
law: demo
facts:
  birth_date: 1960-03-02
  residence: THUONG_TRU
  household: [{status: THOAT_NGHEO, from: 2025-01-10}]
  incomes: []
  allowances: []
"""


def book_of(name: str) -> LawBook:
    return {"demo": laws.demonstration, "shipped": laws.shipped}[name]()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.removesuffix('.yaml')}: {case.name}")
def test_the_law_answers_as_the_case_says(case: LawCase) -> None:
    assert not check_case(case, book_for_case(case, book_of))


def test_there_are_enough_cases_and_no_two_are_named_alike() -> None:
    names = [(case.file, case.name) for case in CASES]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("expect", "what"),
    [
        ("{outcome: NOT_ELIGIBLE}", "outcome"),
        ("{outcome: ELIGIBLE, amount: 1500001}", "amount"),
        ('{outcome: ELIGIBLE, amount: {"2027-01": 1500000}}', "amount 2027-01"),
        ("{outcome: ELIGIBLE, bhyt_share: 99}", "bhyt_share"),
        ("{outcome: ELIGIBLE, bhyt_monthly: 113851}", "bhyt_monthly"),
        ('{outcome: ELIGIBLE, bhyt_monthly: {"2026-06": 113850}}', "bhyt_monthly 2026-06"),
        ("{outcome: ELIGIBLE, category: TRE_EM}", "category"),
        ("{outcome: ELIGIBLE, basis: [Điều 99]}", "basis"),
        ('{outcome: ELIGIBLE, missing: ["fact:age"]}', "missing"),
    ],
)
def test_a_wrong_expectation_is_told_with_expected_and_got(expect: str, what: str) -> None:
    (case,) = read_cases(f"name: Người cao tuổi{ELDER}expect: {expect}", "thử.yaml")
    (difference,) = check_case(case, book_for_case(case, book_of))
    assert difference.what == what
    assert difference.expected != difference.got


def test_a_case_alone_a_list_and_several_documents_are_all_read() -> None:
    expect = "expect: {outcome: ELIGIBLE}\n"
    alone = f"name: Một{ELDER}{expect}"
    indented = "\n  ".join(f"name: Hai{ELDER}{expect}".splitlines())
    assert len(read_cases(alone, "a")) == 1
    assert len(read_cases(f"- {indented}\n", "b")) == 1
    assert len(read_cases(f"{alone}---\n{alone}", "c")) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"name: Thử{ELDER}", "outcome"),
        ("name: Thử\nexpect: {outcome: ELIGIBLE}\nfacts: {birth_date: 1960}", "on"),
        (f"{ELDER}expect: {{outcome: ELIGIBLE}}", "name"),
        (f"name: Thử{ELDER}expect: {{outcome: MAYBE}}", "outcome"),
        (f"name: Thử{ELDER}expect: {{outcome: ELIGIBLE, sum: 1}}", "sum"),
        (f"name: Thử{ELDER}expect: {{outcome: ELIGIBLE}}\nspare: 1", "spare"),
        (f"name: Thử{ELDER}expect: {{outcome: ELIGIBLE}}\nname: Lại", "name"),
        (f"name: Thử{ELDER}expect: {{outcome: ELIGIBLE}}\nparameters: {{NQ04.x: {{value: 1, form: 2}}}}", "form"),
        ("name: Thử\non: 2026-07-31\nfacts: {born: 1960}\nexpect: {outcome: ELIGIBLE}", "born"),
        ("name: Thử\non: 2026-07-31\nfacts: {birth_date: 31/2/1960}\nexpect: {outcome: ELIGIBLE}", "31/2/1960"),
        (
            f"name: Thử{ELDER}  disability: [{{degree: NANG, from: 2026-07-01, to: 2026-06-30}}]",
            "to 2026-06-30 đứng trước",
        ),
        ("xin chào", "danh sách"),
        ("name: [", r"thử\.yaml: dòng \d, cột \d: viết không đúng dạng YAML"),
    ],
    ids=range(13),
)
def test_a_case_that_cannot_be_read_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(LawCaseError, match=told):
        read_cases(text, "thử.yaml")


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("{NQ04.nothing: 1}", r"NQ04\.nothing"),
        ("{NQ04.effective_from: 01/05/2026}", r"NQ04\.effective_from.*2026-05-01"),
        ("{NQ04.age.child_under: }", r"NQ04\.age\.child_under: thiếu giá trị"),
        ("{NQ04.age.child_under: {value: 16, scope: {area: NONG_THON}}}", "chỉ phân theo: không phân biệt gì"),
        ("{NQ04.income.target: {value: 1, scope: {area: DAO}}}", "area=DAO"),
        ("{NQ04.income.target: {value: 1, from: 2026-07-01, to: 2026-06-30}}", "to 2026-06-30 đứng trước"),
        ("{NQ04.categories: [GROUP]}", r"không có tham số NQ04\.age\.chid_under"),
    ],
    ids=range(7),
)
def test_a_value_that_could_never_count_is_refused(parameters: str, told: str) -> None:
    slip = "{fact: age, under: NQ04.age.chid_under}"
    group = f"{{code: A, label: A, basis: A, statuses: [NGHEO], all: [{slip}], health: false}}"
    laid = f"parameters: {parameters.replace('GROUP', group)}"
    (case,) = read_cases(f"name: Thử{ELDER}expect: {{outcome: ELIGIBLE}}\n{laid}", "a")
    with pytest.raises(LawCaseError, match=told):
        book_for_case(case, book_of)
