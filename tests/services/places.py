"""An invented commune with one open cycle, for tests that need a place and a quarter and nothing else."""

from datetime import datetime

from sqlmodel import Session

from models.base import ZONE
from models.places import Commune
from services import cycles
from services.staff import SYSTEM

NOW = datetime(2026, 7, 1, 8, 0, tzinfo=ZONE)


def commune(session: Session, code: str = "31700") -> Commune:
    """A commune that exists only in tests."""
    made = Commune(code=code, name=f"Đặc khu thử {code}", kind="đặc khu", province="Hải Phòng", is_demo=True)
    session.add(made)
    session.flush()
    return made


def open_quarter(session: Session, code: str = "31700", now: datetime = NOW) -> int:
    """The number of a new cycle, its lists ready."""
    cycle = cycles.open_cycle(
        session, commune_id=commune(session, code).key, year=2026, quarter=3, actor=SYSTEM, now=now
    )
    return cycle.key
