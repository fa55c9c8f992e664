"""A month's payment lists of a city and of a country, and a bank's answer to 30,000 transfers, beside bare scripts.

The people are put in by the database itself; what is timed is the product's own way: a list a commune and transaction.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, TextClause, insert, text
from sqlmodel import Session, col, select

from adapters.bank_answer import read_bank_answer
from adapters.database import open_engine, session_scope
from adapters.secrets import make_cipher
from adapters.settings import get_settings
from adapters.sheets import Book
from bench.payment_city import CITY, COUNTRY, NOW, PaidCity, fill, officers
from bench.workshop import Took, compare, load, product, timed
from migrations.upgrade import upgrade
from models.payment import BankAnswerRow, PaymentList, Transfer
from rules.months import Month
from services import payment, reconciliation
from services.payment_build import lists_of
from services.staff import load_actor
from tests import postgres

Act = Callable[..., PaymentList]
ACTS: tuple[Act, ...] = (payment.prepare, payment.approve, payment.mark_sent)
MONTH = Month.of(NOW.date())
ANSWER_ROWS = 30_000


def main() -> None:
    """SQLite at city size, PostgreSQL at city and country size, and the answer file."""
    people = int(os.environ.get("ANSINH_BENCH_PEOPLE", str(CITY.people)))
    print(f"   {load()}")
    with product(NOW) as engine:
        _month("SQLite", engine, CITY.sized(people))
    with product(NOW) as engine:
        _answer("SQLite", engine, min(people, ANSWER_ROWS))
    for size in dict.fromkeys((people // 10, people, int(os.environ.get("ANSINH_BENCH_COUNTRY", "0")))):
        if size:
            with product(NOW), _postgres() as server:
                if server is None:
                    print("   no PostgreSQL here: its figures are left out")
                    return
                _month("PostgreSQL", server, (CITY if size <= CITY.people else COUNTRY).sized(size))
    print(f"   {load()}")


def _month(kind: str, engine: Engine, city: PaidCity) -> None:
    """Build, prepare, approve and send a month: the machine's part is held against the floor."""
    fill(engine, city)
    took = _each_commune(engine, city, _build)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{kind}: the month's lists of {city.people:,} people in {city.communes:,} communes")
    print(f"  {took.clock / city.people * 1000:.3f} ms a person; peak memory of this process so far {peak:.0f} MB")
    with _twin(engine) as other:
        fill(other, city)
        floor = _floor(engine, other, city)
    compare("  beside the bare insert", took, floor, "country < 15 min, < 1 GB; ten times the people ≤ 11 × the time")
    for place, act in enumerate(ACTS):
        done = _each_commune(engine, city, partial(_act, act=act, who=place % 2))
        print(f"  {act.__name__:<10} by one of the two officers of each commune: {done.clock:.2f} s", flush=True)


def _each_commune(engine: Engine, city: PaidCity, work: Callable[[Session, int], None]) -> Took:
    def every() -> None:
        for commune in range(1, city.communes + 1):
            with session_scope(engine) as opened:
                work(opened, commune)

    return timed(every)[1]


def _build(opened: Session, commune: int) -> None:
    payment.build_list(opened, commune_id=commune, month=MONTH, now=NOW)


def _act(opened: Session, commune: int, *, act: Act, who: int) -> None:
    (row,) = lists_of(opened, commune)
    act(opened, list_id=row.key, actor=load_actor(opened, officers(commune)[who], on=NOW.date()), now=NOW)


def _floor(source: Engine, target: Engine, city: PaidCity) -> Took:
    """The bare insert of the same rows, sealed accounts copied as they lie, a transaction a commune."""
    total = Took(0, 0)
    with source.connect() as connection:
        for commune in range(1, city.communes + 1):
            found = []
            for table in ("payment_list", "entitlement_line", "transfer"):
                rows = connection.execute(text(f"SELECT * FROM {table} WHERE commune_id = {commune}")).mappings().all()
                names = [str(name) for name in rows[0]]
                marks = ", ".join(f":{name}" for name in names)
                into = text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})")
                found.append((into, [dict(row) for row in rows]))
            _, took = timed(partial(_write, target, found))
            total = Took(total.clock + took.clock, total.computing + took.computing)
    return total


def _write(target: Engine, found: list[tuple[TextClause, list[dict[str, Any]]]]) -> None:
    with target.begin() as connection:
        for statement, rows in found:
            connection.execute(statement, rows)


def _answer(kind: str, engine: Engine, rows: int) -> None:
    """One commune's answer file: read, matched and written, beside the same file read and one UPDATE a transfer."""
    city = PaidCity(rows, 1)
    fill(engine, city)
    _each_commune(engine, city, _build)
    for place, act in enumerate(ACTS):
        _each_commune(engine, city, partial(_act, act=act, who=place % 2))
    with session_scope(engine, write=False) as opened:
        sent = opened.exec(select(Transfer.end_to_end_id, Transfer.amount).order_by(col(Transfer.id))).all()
    content = _workbook(sent)
    _, took = timed(lambda: _take(engine, content))
    floor = timed(lambda: _bare_answer(engine, content))[1]
    compare(f"{kind}: an answer of {rows:,} rows taken in", took, floor, "< 20 s")


def _workbook(sent: Sequence[tuple[str, int]]) -> bytes:
    book = Book("Ket qua")
    sheet = book.sheet("Ket qua", [24, 16, 16, 30])
    for place, head in enumerate(("Mã giao dịch", "Số tiền", "Trạng thái", "Lý do")):
        book.put(sheet, 0, place, head, "head")
    for number, (code, amount) in enumerate(sent, start=1):
        said = ("Thất bại", "Tài khoản đã đóng") if number % 50 == 0 else ("Thành công", "")
        line: tuple[str | int, ...] = (code, amount, *said)
        for place, value in enumerate(line):
            book.put(sheet, number, place, value, "text")
    return book.finish()


def _take(engine: Engine, content: bytes) -> None:
    read, problems = read_bank_answer(content)
    with session_scope(engine) as opened:
        (row,) = lists_of(opened, 1)
        reconciliation.import_answer(
            opened,
            list_id=row.key,
            file_name="ket-qua.xlsx",
            sha256=sha256(content).hexdigest(),
            rows=read,
            problems=problems,
            actor=load_actor(opened, officers(1)[0], on=NOW.date()),
            now=NOW,
        )


def _bare_answer(engine: Engine, content: bytes) -> None:
    """The file read by its reader, one UPDATE a transfer and one row kept of each line; undone at the end."""
    _, *lines = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    rows = [{"code": row[0], "reason": row[3]} for row in lines]
    table = BankAnswerRow.__table__  # type: ignore[attr-defined]
    blank = {"problem": "", "matched_by": "", "waits": False, "holder": "", "decision_note": ""}
    kept = [
        {"answer_id": 1, "row_number": number + ANSWER_ROWS * 2, "end_to_end_id": row[0], "reason": row[3]}
        | {"amount": int(float(str(row[1]))), "result": row[2]}
        | blank
        for number, row in enumerate(lines)
    ]
    with engine.connect() as connection, connection.begin() as writing:
        update = text("UPDATE transfer SET return_reason = :reason WHERE end_to_end_id = :code")
        connection.execute(update, rows)
        connection.execute(insert(table), kept)
        writing.rollback()


@contextmanager
def _twin(engine: Engine) -> Iterator[Engine]:
    """A second empty database of the same kind, for the floor."""
    if engine.dialect.name == "postgresql":
        with _postgres() as other:
            assert other is not None  # noqa: S101 - the first one was there
            yield other
        return
    with TemporaryDirectory(prefix="ansinh-bench-") as folder:
        other = open_engine(f"sqlite:///{folder}/floor.db", cipher=make_cipher(get_settings()))
        upgrade(other)
        yield other
        other.dispose()


@contextmanager
def _postgres() -> Iterator[Engine | None]:
    """A new database on the server of the tests; None where there is none."""
    with TemporaryDirectory(prefix="ansinh-bench-") as folder:
        try:
            server = postgres.server_url(Path(folder))
        except postgres.PostgresMissing:
            yield None
            return
        name = postgres.fresh_name()
        url = postgres.create_database(server, name)
        engine = open_engine(url, cipher=make_cipher(get_settings()))
        try:
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()
            postgres.drop_database(server, name)
            postgres.stop_cluster(Path(folder))
