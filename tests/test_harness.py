"""The test bench keeps its own promises."""

import socket

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.places import Commune
from tests import factories


def test_each_database_is_empty_and_counts_from_one(engine: Engine) -> None:
    _leave_a_commune(engine)


def test_what_one_test_leaves_behind_another_does_not_find(engine: Engine) -> None:
    _leave_a_commune(engine)


def _leave_a_commune(engine: Engine) -> None:
    with Session(engine) as session:
        assert session.exec(select(Commune)).all() == []
        assert factories.create_commune(session).key == 1
        session.commit()


def test_nothing_outside_this_machine_can_be_reached() -> None:
    with socket.socket() as sock, pytest.raises(OSError, match="tried to reach"):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="asked for the address"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
