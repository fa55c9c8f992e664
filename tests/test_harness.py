"""The test bench keeps its own promises."""

import socket

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.places import Commune
from tests import factories


def test_each_database_is_empty_and_counts_from_one(engine: Engine) -> None:
    assert _communes_after_one_more(engine) == [1]


def test_what_one_test_leaves_behind_another_does_not_find(engine: Engine) -> None:
    assert _communes_after_one_more(engine) == [1]


def _communes_after_one_more(engine: Engine) -> list[int]:
    with Session(engine) as session:
        factories.create_commune(session)
        session.commit()
        return [commune.key for commune in session.exec(select(Commune))]


def test_nothing_outside_this_machine_can_be_reached() -> None:
    with socket.socket() as sock, pytest.raises(OSError, match="tried to reach"):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="asked for the address"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with_it = socket.create_connection(address, timeout=5)
        assert with_it.getpeername() == address
        with_it.close()
