"""Deliver the outbox: due mails one after the other over one sign-in, every mail's end in its own transaction."""

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
ANSWERS_A_MAIL = 8
"""How many answers of the server one mail may wait for at most, a new sign-in included."""


def deliver_outbox(mailer: Mailer | None = None) -> dict[str, int]:
    """Send what is due; returns how many mails ended SENT, WITHHELD, FAILED, or stay QUEUED for a later attempt.

    While the server cannot be reached the rest stays as it is, for the next run.
    """
    settings = get_settings()
    mailer = mailer or make_mailer(settings)
    counts: Counter[str] = Counter()
    try:
        for _ in range(MAX_BATCHES):
            letters = [] if mailer.is_down else _take(settings)
            if not letters:
                break
            counts.update(_send(letters, mailer, settings))
    finally:
        mailer.close()
    return dict(counts)


def _take(settings: Settings) -> list[Letter]:
    with session.transaction() as opened:
        return outbox.take_due(
            opened, now=session.now(), machine_now=session.machine_now(), hold=_hold(settings), limit=BATCH
        )


def _hold(settings: Settings) -> timedelta:
    """How long the batch is ours: time to send it, and for its last mail to be as slow as can be."""
    return session.lease() + _slowest(settings)


def _slowest(settings: Settings) -> timedelta:
    """How long one mail may take: each answer as late as the time limit allows, on a first line and on a second."""
    if settings.mail_mode != "smtp":
        return timedelta()
    return timedelta(seconds=2 * ANSWERS_A_MAIL * settings.smtp_timeout_seconds)


def _send(letters: Sequence[Letter], mailer: Mailer, settings: Settings) -> Counter[str]:
    """Hand over mail by mail and record each before the next, so that a crash leaves one in doubt at most.

    What could not be begun while the batch was surely ours, or after the line went down, is given back untried.
    """
    counts: Counter[str] = Counter()
    until = letters[0].held_until - _slowest(settings)
    for place, letter in enumerate(letters):
        if mailer.is_down or session.machine_now() >= until:
            _give_back(letters[place:])
            break
        try:
            outcome = mailer.send(_message(letter, settings))
        except LetterError as error:
            outcome = Outcome(letter.message_id, State.PERMANENT, str(error))
        counts[_record(letter, outcome)] += 1
    return counts


def _give_back(letters: Sequence[Letter]) -> None:
    with session.transaction() as opened:
        outbox.give_back(opened, letters)


def _message(letter: Letter, settings: Settings) -> Message:
    text = render_email(letter.template, _with_link(letter.context, settings))
    return Message(
        letter.message_id, letter.to_address, letter.to_name, text.subject, text.text, text.html, letter.reply_to
    )


def _with_link(context: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    linked = {**context, "link": settings.base_url + context.get("path", "/")}
    if "items" in context:
        linked["items"] = [_with_link(item, settings) for item in context["items"]]
    return linked


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
