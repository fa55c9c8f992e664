"""Freeze, export, reconcile and close, each killed at every write in turn: `python -m tests.kill.money_acts FOLDER`.

Each attempt is a forked process with its own copy of the database. It kills itself with SIGKILL at the nth statement
that writes or commits, or when a file is about to be opened for writing or given its name; a second process then does
the act again, as after a restart. Prints one line of JSON an act: how many places it was killed at, at how many of them
a file was being written, and what differed from the undisturbed act.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import Session, select

from adapters.clock import set_demo_clock
from adapters.settings import use_demo_folder
from migrations.upgrade import upgrade
from models.payment import PaymentList
from models.people import Person
from rules.workflow import Role
from services import payment, transfers
from services.errors import Problem
from tests.kill.records import records
from tests.services.money import Answer, Desk, moment, open_desk

MOST = 200
AT_A_FILE = "killed-at-a-file"


def _engine() -> Any:
    from tasks import session

    return session.engine()


def set_up(_folder: Path) -> None:
    """A commune whose July list is a draft: two people paid by bank, one in cash, from its account at a bank."""
    from models.payer import PayerKind
    from models.people import PayMethodKind
    from services.payer_accounts import NewPayerAccount

    upgrade(_engine())
    with Session(_engine(), expire_on_commit=False) as session:
        desk: Desk = open_desk(session)
        kinds = (PayMethodKind.ACCOUNT, PayMethodKind.ACCOUNT, PayMethodKind.CASH)
        people: list[Person] = [desk.person(kind) for kind in kinds]
        desk.decide({person.key: 500_000 for person in people})
        account = NewPayerAccount(PayerKind.BANK, "UBND Hư Cấu", "0031000111222", "Agribank Hư Cấu", "970405")
        desk.pays_from(account, 1)
        desk.build("2026-07")
        session.commit()


def _as_officer(act: Callable[[Session, PaymentList, Any, Any], object]) -> None:
    from models.staff import Mandate
    from services.staff import load_actor

    with Session(_engine(), expire_on_commit=False) as session:
        row = session.exec(select(PaymentList)).one()
        query = select(Mandate.account_id).where(Mandate.role == Role.economy).order_by(Mandate.id)  # type: ignore[arg-type]
        first, second = (load_actor(session, number, on=moment("2026-07").date()) for number in session.exec(query))
        try:
            act(session, row, first, second)
            session.commit()
        except Problem as refused:
            if refused.code != "list_state":
                raise


def freeze(_folder: Path) -> None:
    _as_officer(lambda s, row, one, _: payment.prepare(s, list_id=row.key, actor=one, now=moment("2026-07", 11)))


def approve(_folder: Path) -> None:
    _as_officer(lambda s, row, _, two: payment.approve(s, list_id=row.key, actor=two, now=moment("2026-07", 12)))


def export(_folder: Path) -> None:
    from tasks.documents import write_wanted

    write_wanted()


def send(_folder: Path) -> None:
    _as_officer(lambda s, row, one, _: payment.mark_sent(s, list_id=row.key, actor=one, now=moment("2026-07", 13)))


def reconcile(_folder: Path) -> None:
    def take(session: Session, row: PaymentList, one: Any, _two: Any) -> None:
        sent = transfers.list_transfers(session, row.key)
        said = [Answer(n, t.end_to_end_id, t.amount, n != 3, "Tài khoản đã đóng") for n, t in enumerate(sent, start=2)]
        payment.import_answer(
            session,
            list_id=row.key,
            file_name="kq.xlsx",
            sha256="a",
            rows=said,
            actor=one,
            now=moment("2026-07", 20),
        )

    _as_officer(take)


def close(_folder: Path) -> None:
    _as_officer(lambda s, row, one, _: payment.close_month(s, list_id=row.key, actor=one, now=moment("2026-07", 25)))


ACTS = (freeze, approve, export, send, reconcile, close)


def _dump(folder: Path) -> None:
    """Everything the records and the file store hold, as one hash per table and per file."""
    seen = {name: hashlib.sha256(repr(rows).encode()).hexdigest() for name, rows in records(_engine()).items()}
    files = [path for path in folder.rglob("*") if path.is_file() and "ansinh.db" not in path.name]
    for path in files:
        if not path.name.startswith(".draft-"):
            seen[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder.parent / "dump.json").write_text(json.dumps(seen, sort_keys=True), "utf-8")


def _kill_at(folder: Path, place: int) -> None:
    """Arm this process: it dies at the ``place``-th statement that writes, commit, or write of a file."""
    left = [place]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def file(what: str, seen: tuple[Any, ...]) -> None:
        if _writes_a_file(folder, what, seen):
            if left[0] == 1:
                (folder.parent / AT_A_FILE).touch()
            count()

    def statement(_c: object, _cursor: object, text: str, *_: object) -> None:
        if text.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            count()

    event.listen(_engine(), "before_cursor_execute", statement)
    event.listen(_engine(), "commit", count)
    sys.addaudithook(file)


def _writes_a_file(folder: Path, what: str, seen: tuple[Any, ...]) -> bool:
    """Whether the interpreter is about to open a file of the folder for writing, or to give it its name."""
    if what not in {"open", "os.rename"} or not str(seen[0]).startswith(str(folder)):
        return False
    return what == "os.rename" or bool(seen[2] & (os.O_WRONLY | os.O_RDWR))


def in_child(work: Callable[[Path], None], folder: Path, kill_at: int = 0) -> bool:
    """Run in a forked process; True when it was killed. Any other failure ends the whole script."""
    child = os.fork()
    if child == 0:
        try:
            if kill_at:
                _kill_at(folder, kill_at)
            work(folder)
        except BaseException as error:  # noqa: BLE001 - the child must never return into the parent's loop
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise SystemExit(f"{work.__name__} failed")
    return False


def _seen(folder: Path) -> dict[str, str]:
    in_child(_dump, folder)
    found: dict[str, str] = json.loads((folder.parent / "dump.json").read_text("utf-8"))
    return found


def main(root: Path) -> None:
    """Carry the month through its acts, killing each at every place first."""
    folder, before, after = root / "live", root / "before", root / "after"
    folder.mkdir()
    use_demo_folder(folder, web_port=8600, prefect_port=4260)
    set_demo_clock(folder / "clock", moment("2026-07", 12))
    in_child(set_up, folder)
    for act in ACTS:
        shutil.copytree(folder, before)
        in_child(act, folder)
        whole = _seen(folder)
        shutil.copytree(folder, after)
        places, files, wrong = 0, 0, []
        for place in range(1, MOST):
            _put_back(before, folder)
            if not in_child(act, folder, kill_at=place):
                break
            places += 1
            files += (root / AT_A_FILE).exists()
            (root / AT_A_FILE).unlink(missing_ok=True)
            in_child(act, folder)
            found = _seen(folder)
            wrong += [f"{place}: {name}" for name in sorted(whole.keys() | found) if whole.get(name) != found.get(name)]
        sys.stdout.write(json.dumps({"act": act.__name__, "places": places, "files": files, "wrong": wrong}) + "\n")
        sys.stdout.flush()
        _put_back(after, folder)
        shutil.rmtree(before)
        shutil.rmtree(after)


def _put_back(kept: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
