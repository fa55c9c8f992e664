"""Each page says what it is for; the public page is off by default and never says more than the posting may."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.documents import Document
from models.eligibility import Posting
from rules.workflow import CaseStatus, Role
from services.public_notice import masked
from tests import factories
from tests.factories import NOW, TODAY, save
from tests.web.conftest import World
from web import handbook, help
from web.pages import load_all
from web.registry import PAGES, Scope

load_all()
DOCS = Path(__file__).parents[2] / "docs"
LARGEST_PICTURE = 150_000
MOST_PICTURES = 40
DOWNLOADS = ("/export", "/file", "/pdf", "/marked", "/signed", "/files/{paper_id:int}", "/photos/{photo_id:int}")


def test_every_page_has_its_two_sentences_and_no_sentence_is_without_a_page() -> None:
    pages = {p.path for p in PAGES if p.method == "GET" and p.scope is not Scope.PUBLIC}
    shown = {path for path in pages if not path.endswith(DOWNLOADS)}
    assert shown == set(help.HELP)


def test_the_handbooks_are_what_the_pages_say() -> None:
    assert (DOCS / "handbook.md").read_text("utf-8") == handbook.index()
    for role in handbook.ROLES:
        assert (DOCS / "handbook" / f"{role}.md").read_text("utf-8") == handbook.markdown(role), f"make docs: {role}"


def test_pictures_of_the_handbook_are_of_pages_and_small() -> None:
    names = {handbook.picture_name(path) for path in help.HELP}
    pictures = list(handbook.PICTURES.glob("*.png"))
    assert {picture.name for picture in pictures} <= names
    assert 20 <= len(pictures) <= MOST_PICTURES
    assert [one.name for one in pictures if one.stat().st_size > LARGEST_PICTURE] == []


@pytest.mark.parametrize("role", handbook.ROLES)
def test_every_role_has_a_handbook_to_print(world: World, role: Role) -> None:
    page = world.role(Role.front).get(f"/help/handbook?role={role}")
    assert handbook.STORIES[role][0] in page.words
    images = [image.attrib["src"] for image in page.root.iter("img")]
    assert images
    for source in images:
        assert world.browser().client.get(source).status_code == 200


def test_help_is_of_the_own_roles(world: World) -> None:
    station = world.role(Role.health_station)
    page = station.get("/help")
    assert "Kết luận sức khỏe" in page.words
    assert "Tài khoản Mở tài khoản" not in page.words
    assert "Hàng chờ của Trạm Y tế" in station.get("/health").words


def _posted(world: World, days: int) -> None:
    with world.session() as session:
        cycle = session.merge(world.here.cycle)
        person = factories.create_person(session, world.here.villages[0], full_name="Thử Thị Đào Bình")
        factories.create_case(session, cycle, person, status=CaseStatus.PROPOSED)
        ends = TODAY.replace(day=TODAY.day + days)
        posting = Posting(
            cycle_id=cycle.key,
            round=1,
            list_sha256="x",
            starts_on=TODAY,
            ends_on=ends,
            place="Nhà văn hóa",
            posted_by=world.here[Role.economy].person_id,
            posted_at=NOW,
        )
        row = {"full_name": person.full_name, "birth_year": "1950", "village": "Thôn Thử", "monthly_amount": 700_000}
        about = {"subject": f"posting:{save(session, posting).key}", "title": "t", "file_name": "f", "wanted_at": NOW}
        data = {"rows": [row | {"household_status": "Hộ thoát nghèo"}]}
        save(session, Document(commune_id=world.here.commune.key, kind="posting_notice", data=data, **about))
        session.commit()


def test_the_public_page_is_off_until_the_office_turns_it_on(world: World) -> None:
    assert world.here.commune.name not in world.browser().get("/public", status=404).words


def test_the_public_page_masks_the_posting_and_hides_it_after_its_window(world: World) -> None:
    object.__setattr__(world.settings, "public_page", True)
    _posted(world, days=3)
    path = f"/public?commune={world.here.commune.code}"
    page = world.browser().get(path)
    assert "T. T. Đ. Bình" in page.words
    for hidden in ("Thử Thị Đào Bình", "1950", "700.000", "thoát nghèo\n"):
        assert hidden not in page.words
    assert "Người được thôn đề nghị 1" in page.words
    assert "Đến hết ngày" in page.words
    world.at(NOW.replace(day=NOW.day + 4))
    after = world.browser().get(path)
    assert "Bình" not in after.words
    assert "không có danh sách nào đang niêm yết" in after.words


@pytest.mark.parametrize("code", ["khong-co", "%27%20OR%201=1"])
def test_an_unknown_commune_has_no_public_page(world: World, code: str) -> None:
    object.__setattr__(world.settings, "public_page", True)
    assert world.here.commune.name not in world.browser().get(f"/public?commune={code}", status=404).words


def test_a_name_is_cut_to_its_given_name() -> None:
    assert masked("Nguyễn Thị Hồng Bình") == "N. T. H. Bình"
    assert masked("Bình") == "Bình"
