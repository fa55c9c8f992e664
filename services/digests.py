"""One mail a day for those who chose it: what waited for them is told in one letter, and marked as told by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, select

from models.notices import Mail
from models.places import Commune
from models.staff import Account
from rules.workflow import ROLE_LABELS, MailState, Role
from services import notices
from services.store import get, insert_once


def gather(session: Session, *, commune_id: int, now: datetime) -> int:
    """Queue the day's digest of everybody for whom mails wait in the commune; returns how many.

    The key is person, commune and ISO date: a second round of the day leaves what came since to the next, and a day
    without a round loses nothing.
    """
    waiting = session.exec(
        select(Mail)
        .where(Mail.commune_id == commune_id, Mail.state == MailState.FOR_DIGEST)
        .order_by(col(Mail.account_id), col(Mail.id))
    ).all()
    commune = get(session, Commune, commune_id, "đơn vị")
    people = [list(mails) for _, mails in groupby(waiting, key=lambda mail: mail.account_id)]
    return sum(_gather(session, commune, mails, now) for mails in people)


def _gather(session: Session, commune: Commune, mails: Sequence[Mail], now: datetime) -> int:
    account = get(session, Account, mails[0].account_id or 0, "tài khoản")
    key = f"digest:{account.key}:{commune.key}:{now.date().isoformat()}"
    row = {
        "dedup_key": key,
        "commune_id": commune.key,
        "template": "daily_digest",
        "context": _context(commune, mails, now),
        "role": mails[-1].role,
        "to_address": account.email or mails[-1].to_address,
        "to_name": account.full_name,
        "message_id": notices.message_id(key),
        "next_try_at": now,
        "queued_at": now,
    }
    if not insert_once(session, Mail, [row]):
        return 0
    digest_id = session.exec(select(Mail.id).where(Mail.dedup_key == key)).one()
    for mail in mails:
        mail.state, mail.digest_id, mail.settled_at = MailState.IN_DIGEST, digest_id, now
        session.add(mail)
    session.flush()
    return 1


def _context(commune: Commune, mails: Sequence[Mail], now: datetime) -> dict[str, object]:
    return {
        "commune_name": commune.full_name,
        "cycle_label": f"ngày {now:%d/%m/%Y}",
        "path": "/",
        "counts": {"items": len(mails)},
        "demo": commune.is_demo,
        "recipient_title": ", ".join(dict.fromkeys(ROLE_LABELS[Role(mail.role)] for mail in mails)),
        "items": [{**mail.context, "template": mail.template} for mail in mails],
    }
