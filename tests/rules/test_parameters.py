"""One way to look a value up on a day: the office before the shipped, the narrower before the wider, never a guess."""

from datetime import date

import pytest

from rules.calendar import CALENDAR_KEY
from rules.categories import categories
from rules.months import Month
from rules.parameters import DateNotCovered, LawBook, LawStatus, Parameter, ParameterUnknown, Reference, Value
from tests.rules import laws

TEXT = Reference("Luật thử 2026", "Quốc hội")
JULY = date(2026, 7, 1)


def value(amount: int | None, start: date = date(2026, 1, 1), end: date | None = None, **more: object) -> Value:
    status = LawStatus.UNKNOWN if amount is None else LawStatus.CONFIRMED
    return Value("THU.muc", amount, "years", status, TEXT, start, end, **more)  # type: ignore[arg-type]


def book(*shipped: Value, revisions: tuple[Value, ...] = ()) -> LawBook:
    return LawBook([Parameter("THU.muc", "Mức thử", "years", date(2030, 12, 31), shipped)], revisions)


def test_the_value_changes_on_its_day_and_not_before() -> None:
    known = book(value(1, end=date(2026, 12, 31)), value(2, date(2027, 1, 1)))
    assert [known.get("THU.muc", on=day).value for day in (date(2026, 12, 31), date(2027, 1, 1))] == [1, 2]


def test_a_day_outside_the_covered_range_is_refused_by_name() -> None:
    known = book(value(1))
    for day in (date(2025, 12, 31), date(2031, 1, 1)):
        with pytest.raises(DateNotCovered, match=rf"THU\.muc.*{day:%d/%m/%Y}") as refused:
            known.get("THU.muc", on=day)
        assert refused.value.key == "THU.muc"


def test_an_unknown_value_and_an_unknown_key_are_refused_each_time() -> None:
    known = book(value(None))
    for _ in range(2):
        with pytest.raises(ParameterUnknown, match="Luật thử 2026"):
            known.get("THU.muc", on=JULY)
        with pytest.raises(ParameterUnknown, match="KHAC"):
            known.get("KHAC.khoa", on=JULY)


def test_the_office_comes_before_the_shipped_and_the_later_before_the_earlier() -> None:
    revisions = (value(5, version=1), value(6, date(2027, 1, 1), version=2))
    known = book(value(1), revisions=revisions)
    assert known.get("THU.muc", on=JULY).value == 5
    assert known.get("THU.muc", on=date(2027, 1, 1)).value == 6


def test_the_narrower_comes_before_the_wider() -> None:
    known = book(value(1), value(2, scope={"area": "NONG_THON"}))
    assert known.get("THU.muc", on=JULY, area="NONG_THON").value == 2
    assert known.get("THU.muc", on=JULY, area="THANH_THI").value == 1
    assert known.get("THU.muc", on=JULY).value == 1


def test_what_is_tried_out_comes_before_everything_whatever_its_scope() -> None:
    standing = book(
        value(1, scope={"area": "NONG_THON"}), revisions=(value(2, scope={"area": "NONG_THON"}, version=9),)
    )
    tried = standing.overlaid([value(7), value(8, date(2027, 1, 1))])
    assert tried.get("THU.muc", on=JULY, area="NONG_THON").value == 7
    assert tried.get("THU.muc", on=date(2027, 6, 1), area="NONG_THON").value == 8
    assert standing.get("THU.muc", on=JULY, area="NONG_THON").value == 2


def test_trying_out_can_make_a_value_unknown_and_refuses_a_strange_key() -> None:
    with pytest.raises(ParameterUnknown):
        book(value(1)).overlaid([value(None)]).get("THU.muc", on=JULY)
    with pytest.raises(ParameterUnknown, match="KHAC"):
        book(value(1)).overlaid([Value("KHAC.khoa", 1, "", LawStatus.CONFIRMED, TEXT, JULY, None)])


def test_groups_are_read_once_however_many_people_are_assessed() -> None:
    known = laws.demonstration()
    assert categories(known, JULY)[0] is categories(known, date(2026, 12, 31))[0]


def test_the_calendar_is_covered_in_every_month() -> None:
    months = Month(2026, 1).through(Month(2030, 12))
    assert all(laws.shipped().get(CALENDAR_KEY, on=month.first_day).value["closed"] for month in months)
