"""Whatever is typed, picked or sent to any page, the answer is a page with a sentence: nothing fails with a trace."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.feedback import Feedback
from rules.workflow import Role
from tests.web.conftest import World
from tests.web.everything import Everything, path_to
from web import serving
from web.forms import Form, Upload
from web.pages import load_all
from web.registry import PAGES, STAFF, Scope

load_all()
WORD = "Xã Thử Nhập"
ROUNDS = 40 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1
TYPED = (
    "", " ", "0", "1", "2", "-1", "²", "٣", "1e9", "NaN", "1,5", "9" * 25, "1.500.000", "x" * 2001, "NULL", "true",
    "06/07/2026", "31/02/2026", "00/00/0000", "1/1/1", "31/12/9999", "9999-12-31", "2026-13-01", "2026-07", "13/2026",
    "Nguyễn Thị Thử", "😀", "\u202e", "<script>", "'; --", "{{ 7 }}", "%s", "../../x", "=1+1",
    "INCOME", "CASH", "ELIGIBLE", "APPROVE", "KHIEU_NAI", "DEATH", "MOVED_AWAY", "CONFIRMED", "đồng", "percent", "[1]",
)  # fmt: skip
XML_BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><Document>&c;</Document>'
SENT = (
    b"", b"\x00", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html>x</html>", XML_BOMB, b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.054.001.08'/>",
    "khóa: giá trị\n".encode("utf-16"), b"- [a\n", b"a;b;c\n1;2", b"\xff\xfe\xfd",
)  # fmt: skip
ASKED = (
    "q",
    "state",
    "village",
    "sort",
    "page",
    "kind",
    "cycle",
    "year",
    "role",
    "result",
    "day",
    "code",
    "key",
    "proposal",
)
NAMES = ("ds.xlsx", "ket-qua.csv", "kq.xml", "anh.jpg", "luat.yaml", "da-ky.pdf", "", "x" * 300)


class Typed(dict[str, str]):
    """A form in which every field that a page asks for has been filled with something, the token rightly."""

    def __init__(self, chance: random.Random, csrf: str) -> None:
        super().__init__(csrf=csrf)
        self.chance = chance

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = self.chance.choice(TYPED)
        return self[name]


class Sent(dict[str, Upload]):
    """A form to which any file has been attached, under any name."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance

    def get(self, name: str, default: Any = None) -> Any:
        return Upload(self.chance.choice(NAMES), self.chance.choice(SENT))


def _fill_forms(monkeypatch: pytest.MonkeyPatch, chance: random.Random, csrf: str) -> None:
    async def read_form(request: Any, max_upload: int) -> Form:
        form = Form({}, {})
        form.values, form.files = Typed(chance, csrf), Sent(chance)
        return form

    monkeypatch.setattr(serving, "read_form", read_form)


@pytest.fixture
def sqlite_engine(postgres_engine: Engine) -> Engine:
    """The stricter of the two databases: it refuses numbers and texts that SQLite would keep."""
    return postgres_engine


@pytest.mark.postgres
@pytest.mark.parametrize("role", sorted(STAFF))
def test_no_page_of_a_role_fails_on_anything(world: World, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    chance = random.Random(f"bất kỳ {role}")
    with world.session() as session:
        rows = Everything(session, world.here, world.settings, WORD).rows()
        session.commit()
    browser = world.role(role)
    _fill_forms(monkeypatch, chance, browser.csrf)
    mine = [page for page in PAGES if role in page.roles and page.scope not in {Scope.PUBLIC, Scope.ACCOUNT}]
    failed = []
    for page in mine * ROUNDS:
        asked = {name: chance.choice(TYPED) for name in chance.sample(ASKED, 5)}
        path = path_to(page.path, rows)
        response = browser.client.request(page.method, path, params=asked)
        if response.status_code >= 500:
            failed.append(f"{page.method} {path} {asked}")
    assert len(mine) >= 5
    assert failed == []


@pytest.mark.postgres
def test_what_is_no_text_is_left_out_of_a_form_and_refused_in_an_address(world: World) -> None:
    browser = world.role(Role.economy)
    browser.post("/feedback", kind="KHIEU_NAI", content="Thử\x00 nghiệm", sender="Người thử", received_on="06/07/2026")
    with world.session() as session:
        assert session.exec(select(Feedback.content)).one() == "Thử nghiệm"
    assert "không phải là chữ" in browser.get("/feedback?q=a%00b", status=422).words
