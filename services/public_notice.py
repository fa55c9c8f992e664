"""What may be told to everybody: the cycle in counts, and the posted list, masked, while its window is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.documents import Document
from models.eligibility import Posting
from models.places import Commune
from rules.workflow import STEP_LABELS
from services import cycles, figures, law, paper_heads, review_gate


@dataclass(frozen=True)
class PublicRow:
    """One line of the posted list: initials and given name, and the thôn; never number, birth, group or amount."""

    name: str
    village: str


@dataclass(frozen=True)
class PublicNotice:
    """The public page. ``posting`` and ``rows`` are there only while the window is open."""

    commune: Commune
    policy: str
    """Name of the policy as the law page gives it; empty while nobody has entered it."""
    cycle_label: str
    step: str
    counts: dict[str, int]
    posting: Posting | None
    rows: tuple[PublicRow, ...]


def public_notice(session: Session, *, commune_code: str, on: date) -> PublicNotice | None:
    """The notice of the commune of that code (blank: the first); None when there is none or nothing was begun."""
    query = select(Commune).order_by(col(Commune.id))
    commune = session.exec(query.where(Commune.code == commune_code) if commune_code else query).first()
    if commune is None:
        return None
    newest = select(Cycle).where(Cycle.commune_id == commune.key)
    cycle = session.exec(newest.order_by(col(Cycle.year).desc(), col(Cycle.quarter).desc())).first()
    policy = paper_heads.legal_text(law.book_for(session, commune.key), "NQ04.policy_name", on, "")
    if cycle is None:
        return PublicNotice(commune, policy, "", "", {}, None, ())
    step = cycles.current_step(session, cycle.key)
    posting = review_gate.newest_posting(session, cycle.key)
    shown = posting if posting is not None and is_open(posting, on) else None
    return PublicNotice(
        commune=commune,
        policy=policy,
        cycle_label=cycles.label(cycle),
        step=STEP_LABELS[step] if step else "Đã xong cả sáu bước",
        counts=figures.progress(session, cycle),
        posting=shown,
        rows=_rows(session, shown) if shown else (),
    )


def is_open(posting: Posting, on: date) -> bool:
    """The list hangs on that day: within its window and not taken down."""
    return posting.starts_on <= on <= posting.ends_on and posting.taken_down_on is None


def _rows(session: Session, posting: Posting) -> tuple[PublicRow, ...]:
    """The frozen list of the posting, names cut down to what a neighbour recognises."""
    query = select(Document.data).where(Document.kind == "posting_notice", Document.subject == f"posting:{posting.key}")
    data = session.exec(query.order_by(col(Document.version).desc())).first()
    return tuple(PublicRow(masked(row["full_name"]), row["village"]) for row in (data or {}).get("rows", ()))


def masked(full_name: str) -> str:
    """ "Nguyễn Thị Hồng Bình" as "N. T. H. Bình"."""
    *others, given = full_name.split() or [""]
    return " ".join([*(f"{word[0]}." for word in others), given])
