"""The test bench keeps its own promises."""

import socket

import pytest
from sqlalchemy import Engine, text


def test_each_database_is_new_and_of_the_kind_it_says(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id integer)"))


def test_what_one_test_leaves_behind_another_does_not_find(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id integer)"))


def test_nothing_outside_this_machine_can_be_reached() -> None:
    with socket.socket() as sock, pytest.raises(OSError, match="tried to reach"):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="asked for the address"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
