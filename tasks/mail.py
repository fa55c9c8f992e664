"""Deliver the outbox: due mails in batches, one sign-in each, every mail's end in its own transaction."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.mailer import Mailer, make_mailer
from adapters.message import Message, Outcome, State
from adapters.rendering import LetterError, render_email
from adapters.settings import Settings, get_settings
from rules.workflow import MailState
from services import outbox
from services.outbox import Letter
from tasks import session

log = logging.getLogger("ansinh.tasks")

BATCH = 20
MAX_BATCHES = 500


def deliver_outbox(mailer: Mailer | None = None) -> dict[str, int]:
    """Send what is due; returns how many mails ended SENT, WITHHELD, FAILED, or stay QUEUED for a later attempt."""
    settings = get_settings()
    mailer = mailer or make_mailer(settings)
    counts: Counter[str] = Counter()
    for _ in range(MAX_BATCHES):
        letters = _take(settings)
        if not letters:
            break
        counts.update(_send(letters, mailer, settings))
    return dict(counts)


def _take(settings: Settings) -> list[Letter]:
    with session.transaction() as opened:
        return outbox.take_due(
            opened, now=session.now(), machine_now=session.machine_now(), hold=_hold(settings), limit=BATCH
        )


def _hold(settings: Settings) -> timedelta:
    """Longer than the slowest batch: a sender still at work is not overtaken."""
    slowest = BATCH * settings.smtp_timeout_seconds if settings.mail_mode == "smtp" else 0
    return max(session.lease(), timedelta(seconds=slowest))


def _send(letters: Sequence[Letter], mailer: Mailer, settings: Settings) -> Counter[str]:
    """Hand the batch over and record each mail by itself, so that a crash midway forgets no mail that went out."""
    written: dict[int, Message] = {}
    counts: Counter[str] = Counter()
    for letter in letters:
        try:
            written[letter.delivery_id] = _message(letter, settings)
        except LetterError as error:
            counts[_record(letter, Outcome(letter.message_id, State.PERMANENT, str(error)))] += 1
    outcomes = mailer.send_batch(list(written.values()))
    by_number = {letter.delivery_id: letter for letter in letters}
    for number, outcome in zip(written, outcomes, strict=True):
        counts[_record(by_number[number], outcome)] += 1
    return counts


def _message(letter: Letter, settings: Settings) -> Message:
    text = render_email(letter.template, _with_link(letter.context, settings))
    return Message(letter.message_id, letter.to_address, letter.to_name, text.subject, text.text, text.html)


def _with_link(context: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    return {**context, "link": settings.base_url + context.get("path", "/")}


def _record(letter: Letter, outcome: Outcome) -> MailState:
    with session.transaction() as opened:
        state = outbox.settle(
            opened,
            delivery_id=letter.delivery_id,
            outcome=outcome.state,
            server_words=outcome.detail,
            now=session.now(),
            is_temporary=outcome.state is State.TEMPORARY,
        )
    if state is MailState.FAILED:
        log.warning("mail %s could not be delivered", letter.mail_id)
    return state
