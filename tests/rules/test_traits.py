"""Further facts that a resolution may name are a list of the office: stated, asked, told in words; never an illness."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.categories import Predicate, check
from rules.eligibility import assess
from rules.explain import Audience, explain, told
from rules.facts import PersonFacts, StatusFact
from rules.law_values import misfit
from rules.parameters import LawBook, LawStatus
from rules.traits import TRAITS_KEY, read_traits, write_traits
from rules.trial_law import lay_over
from rules.workflow import Outcome
from tests.rules import laws

ON = date(2026, 7, 31)
KNOWN = {"CO_DON": "Cô đơn, không nơi nương tựa", "MO_COI": "Trẻ em mồ côi", "DI_HOC": "Đang đi học"}
ELDER = PersonFacts(
    birth_date=date(1944, 3, 2),
    residence="THUONG_TRU",
    statuses=(StatusFact("CAN_NGHEO", date(2025, 1, 10)),),
    income_kinds=(),
    allowance=0,
)


def lonely_book() -> LawBook:
    """The demonstration law whose only group is that of the lonely."""
    group = {
        "code": "CO_DON", "label": "Người cô đơn", "basis": "Điều thử", "statuses": ["CAN_NGHEO"],
        "all": [{"fact": "trait", "trait": "CO_DON", "is": True}], "overlap": "EXCLUDE", "health": False,
    }  # fmt: skip
    return lay_over(laws.demonstration(), {"NQ04.categories": [group]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Không", {"CO_DON": False, "MO_COI": False, "DI_HOC": False}),
        ("cô đơn, không nơi nương tựa", {"CO_DON": True, "MO_COI": False, "DI_HOC": False}),
        ("Cô đơn", {"CO_DON": True, "MO_COI": False, "DI_HOC": False}),
        ("Dang di hoc; TRE EM MO COI.", {"CO_DON": False, "MO_COI": True, "DI_HOC": True}),
        ("DI_HOC", {"CO_DON": False, "MO_COI": False, "DI_HOC": True}),
    ],
)
def test_an_answer_says_of_every_fact_whether_it_is_so(text: str, said: dict[str, bool]) -> None:
    assert read_traits(text, KNOWN) == (said, True)


def test_what_is_not_in_the_list_leaves_the_rest_unknown() -> None:
    assert read_traits("Trẻ em mồ côi; nhà dột", KNOWN) == ({"MO_COI": True}, False)


@given(st.fixed_dictionaries(dict.fromkeys(KNOWN, st.booleans())))
def test_what_is_printed_is_read_back_as_it_was(said: dict[str, bool]) -> None:
    assert read_traits(write_traits(said, KNOWN), KNOWN) == (said, True)


@given(st.dictionaries(st.sampled_from(list(KNOWN)), st.booleans(), max_size=len(KNOWN) - 1))
def test_an_answer_of_which_something_is_unknown_is_not_printed_as_whole(said: dict[str, bool]) -> None:
    assert write_traits(said, KNOWN) == ""


@pytest.mark.parametrize("label", ["Người nhiễm HIV/AIDS", "Mắc bệnh hiểm nghèo", "Ốm đau thường xuyên"])
def test_an_illness_is_no_such_fact(label: str) -> None:
    assert "Trạm Y tế" in misfit("traits", [{"code": "X", "label": label}])


@pytest.mark.parametrize(
    ("value", "told_"),
    [
        ([{"code": "a b", "label": "Mồ côi"}], "code"),
        ([{"code": "A", "label": "Mồ côi; cô đơn"}], "chấm phẩy"),
        ([{"code": "A", "label": "Mồ côi"}, {"code": "A", "label": "Cô đơn"}], "hai lần"),
        ([{"code": "A", "label": "Mồ côi"}, {"code": "B", "label": "mồ  côi"}], "hai lần"),
    ],
)
def test_a_list_that_could_not_be_read_back_is_refused(value: list[dict[str, str]], told_: str) -> None:
    assert told_ in misfit("traits", value)


@given(wanted=st.booleans(), so=st.sampled_from([True, False, None]))
def test_a_condition_on_such_a_fact_has_three_answers_and_names_what_is_missing(wanted: bool, so: bool | None) -> None:
    facts = replace(ELDER, traits=() if so is None else (("CO_DON", so),))
    found = check(Predicate(fact="trait", trait="CO_DON", equals=wanted), facts, ON, laws.demonstration())
    assert found.answer is (None if so is None else so is wanted)
    assert found.missing == (("fact:trait:CO_DON",) if so is None else ())
    assert [value.key for value in found.values] == [TRAITS_KEY]
    assert "“Cô đơn, không nơi nương tựa”" in found.text


def test_only_such_a_condition_names_such_a_fact() -> None:
    for raw in ({"fact": "trait", "is": True}, {"fact": "age", "trait": "CO_DON", "under": "NQ04.age.child_under"}):
        with pytest.raises(ValueError, match="hoàn cảnh"):
            Predicate.model_validate(raw)


def test_everybody_reads_the_fact_by_its_name_and_nobody_by_its_code() -> None:
    unknown = told(assess(ELDER, ON, lonely_book()), ON)
    assert unknown.outcome is Outcome.CANNOT_DECIDE
    for audience in Audience:
        said = "\n".join(explain(unknown, audience))
        assert "có hay không có hoàn cảnh “Cô đơn, không nơi nương tựa”" in said
        assert "fact:" not in said
    refused = told(assess(replace(ELDER, traits=(("CO_DON", False),)), ON, lonely_book()), ON)
    assert "chưa đạt điều kiện “Cô đơn, không nơi nương tựa”" in "\n".join(explain(refused, Audience.citizen))


def test_as_shipped_the_list_is_an_assumption_and_marks_what_rests_on_it() -> None:
    found = check(Predicate(fact="trait", trait="MO_COI", equals=True), ELDER, ON, laws.shipped())
    assert {value.status for value in found.values} == {LawStatus.ASSUMED}
