"""A server takes more communes: each with its thôn and its admin, and nobody of another commune in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from adapters.secrets import verify_password
from models.places import Commune, Village
from models.staff import Account, Mandate
from rules.workflow import Role
from tasks import session as task_session
from tests import factories
from tests.cli.command import run


@pytest.fixture
def villages(tmp_path: Path) -> str:
    path = tmp_path / "thon.txt"
    path.write_text("Thôn Thử Một\n\n  Thôn   Thử Hai \nThôn Thử Một\n", encoding="utf-8-sig")
    return str(path)


@pytest.fixture(autouse=True)
def _records(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_session, "engine", lambda: engine)


def test_a_second_commune_gets_its_thon_and_an_admin_of_its_own(engine: Engine, villages: str) -> None:
    with Session(engine) as opened, opened.begin():
        factories.create_office(opened)
    words = ("commune", "add", "00004", "--villages", villages, "--admin", "QuanTri2", "--full-name", "Quản Trị Hai")
    status, said = run(*words)
    assert (status, "Ba Đình" in said, "2 thôn" in said) == (0, True, True), said
    with Session(engine) as opened:
        commune = opened.exec(select(Commune).where(Commune.code == "00004")).one()
        assert (commune.full_name, commune.province) == ("phường Ba Đình", "Thành phố Hà Nội")
        named = opened.exec(select(Village.name).where(Village.commune_id == commune.key).order_by(col(Village.code)))
        assert list(named) == ["Thôn Thử Một", "Thôn Thử Hai"]
        admin = opened.exec(select(Account).where(Account.username == "quantri2")).one()
        assert admin.password_is_given
        assert verify_password(said.strip().splitlines()[-1].rpartition(" ")[2], admin.password_hash)
        held = opened.exec(select(Mandate).where(Mandate.account_id == admin.key)).all()
        assert [(mandate.commune_id, mandate.role) for mandate in held] == [(commune.key, Role.admin)]
    assert "00004  phường Ba Đình" in run("commune", "list")[1]
    status, said = run(*words)
    assert (status, "đã có" in said) == (1, True)


def test_an_admin_who_is_there_takes_the_new_commune_too(engine: Engine, villages: str) -> None:
    with Session(engine) as opened, opened.begin():
        username = factories.create_account(opened).username
    status, said = run("commune", "add", "00004", "--villages", villages, "--admin", username)
    assert (status, "Mật khẩu" in said) == (0, False)


def test_what_cannot_be_opened_is_told_and_leaves_nothing(engine: Engine, villages: str, tmp_path: Path) -> None:
    empty = tmp_path / "trong.txt"
    empty.write_text("\n")
    for words, why in (
        (("99999", "--villages", villages, "--admin", "a", "--full-name", "A"), "Không có xã"),
        (("00004", "--villages", str(tmp_path / "vang"), "--admin", "a", "--full-name", "A"), "Không đọc được"),
        (("00004", "--villages", str(empty), "--admin", "a", "--full-name", "A"), "ít nhất một thôn"),
        (("00004", "--villages", villages, "--admin", "a"), "--full-name"),
        (("00004", "--villages", villages, "--admin", "a", "--full-name", "A", "--area", "X"), "--area"),
    ):
        status, said = run("commune", "add", *words)
        assert (status, why in said) == (1, True), said
    with Session(engine) as opened:
        assert not opened.exec(select(Commune)).all()
        assert not opened.exec(select(Account)).all()
