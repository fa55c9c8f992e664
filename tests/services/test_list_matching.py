"""Who a row of a village list means when its citizen number does not say it, and what the thôn says further of them."""

from sqlmodel import Session, select

from models.people import Person, trait_fact
from services import list_reading, lists
from tests import factories
from tests.factories import NOW, Office
from tests.services.test_lists import count, facts_of, hand_in, office, reading, village_row

__all__ = ["office"]

CMND = "031123456"


def test_a_person_known_by_an_old_cmnd_is_not_founded_a_second_time_in_another_village(
    session: Session, office: Office
) -> None:
    hand_in(session, office, reading(village_row(old_id=CMND)))
    elsewhere = village_row(old_id=CMND, citizen_id=factories.citizen_number(777777), household_code="HN900")
    file = hand_in(session, office, reading(elsewhere), place=1, sha="b")
    assert [p.code for p in lists.file_problems(session, file.key, office.heads[1])] == ["CITIZEN_ID_CHANGED"]
    assert count(session, Person) == 1


def test_a_cmnd_that_somebody_of_another_name_has_is_asked_about(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row(old_id=CMND)))
    file = hand_in(session, office, reading(village_row(2, old_id=CMND)), place=1, sha="b")
    assert [p.code for p in lists.file_problems(session, file.key, office.heads[1])] == ["OLD_ID_SHARED"]
    again = hand_in(session, office, reading(village_row(old_id=CMND)), sha="c")
    codes = [p.code for p in lists.file_problems(session, again.key, office.heads[0])]
    assert codes == ["OLD_ID_SHARED"]
    assert count(session, Person) == 2


def test_who_was_known_without_a_citizen_number_is_found_by_the_cmnd(session: Session, office: Office) -> None:
    row = village_row(old_id=CMND)
    known = factories.create_person(
        session, office.villages[1], full_name=row.full_name, citizen_id=None, old_id=CMND, birth_date=row.birth_date
    )
    hand_in(session, office, reading(row))
    person = session.exec(select(Person)).one()
    assert (person.key, person.citizen_id) == (known.key, row.citizen_id)


def test_the_office_tells_the_reader_whom_a_cmnd_means_only_within_the_commune(
    session: Session, office: Office
) -> None:
    hand_in(session, office, reading(village_row(old_id=CMND), village_row(2)))
    other = factories.create_office(session)
    holders = list_reading.known(session, office.commune.key, NOW.date()).holders
    assert {number: [one.citizen_id for one in held] for number, held in holders.items()} == {
        CMND: [village_row().citizen_id]
    }
    assert not list_reading.known(session, other.commune.key, NOW.date()).holders


def test_the_thons_word_on_further_facts_is_kept_for_each_and_a_blank_says_nothing(
    session: Session, office: Office
) -> None:
    hand_in(session, office, reading(village_row(traits=(("CO_DON", True), ("MO_COI", False)))))
    hand_in(session, office, reading(village_row(traits=None)), sha="b")
    hand_in(session, office, reading(village_row(traits=(("MO_COI", True),))), sha="c")
    found = facts_of(session, session.exec(select(Person)).one())
    assert [fact.value for fact in found[trait_fact("CO_DON")]] == [True]
    assert [(fact.value, fact.replaced_by is None) for fact in found[trait_fact("MO_COI")]] == [
        (False, False),
        (True, True),
    ]
