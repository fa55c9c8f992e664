"""One conversation with an SMTP server; yagmail holds account, connection and login, each mail is ours."""

from __future__ import annotations

import smtplib
import ssl

import yagmail

from adapters.message import Outcome, State
from adapters.settings import Settings

MAX_DROPS = 3
TAKEN, TAKEN_TO_FORWARD, CLOSING, REFUSALS = 250, 251, 421, range(500, 600)


class LineFell(Exception):
    """The line fell before the server had the mail's content: the mail can safely be handed over again."""


class SmtpLine:
    """One conversation with the server, reopened after a drop or many mails; given up when it cannot be opened."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: yagmail.SMTP | None = None
        self._carried = 0
        self._drops = 0
        self._given_up = ""

    @property
    def is_given_up(self) -> bool:
        """Nothing goes over this line any more."""
        return bool(self._given_up)

    def carry(self, message_id: str, to_address: str, content: bytes) -> Outcome:
        """Hand over one mail; whatever happens becomes an outcome.

        A line that fell, or that the server ended, before it had the content is opened once more for the same mail.
        """
        said = ""
        for _ in range(2):
            if not self._is_open():
                break
            try:
                return self._hand_over(message_id, to_address, content)
            except LineFell as fallen:
                said = str(fallen)
                self._drop()
        return Outcome(message_id, State.TEMPORARY, said or self._given_up)

    def hang_up(self) -> None:
        """Say goodbye to the server if it still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.close()
        except (smtplib.SMTPException, OSError):
            client.smtp.close()

    def _hand_over(self, message_id: str, to_address: str, content: bytes) -> Outcome:
        """MAIL, RCPT, DATA, until the server has the mail or refuses it. Raises LineFell before the content is out."""
        assert self._client is not None  # noqa: S101 - said by _is_open; for the type checker
        smtp = self._client.smtp
        try:
            code, words = smtp.mail(self._settings.mail_from, [f"size={len(content)}"] if smtp.has_extn("size") else [])
            if code != TAKEN:
                return self._sender_refused(message_id, code, words)
            code, words = smtp.rcpt(to_address)
            if code not in (TAKEN, TAKEN_TO_FORWARD):
                return self._refused(message_id, code, words)
        except OSError as error:
            raise LineFell(f"Mất kết nối khi gửi: {error}"[:300]) from error
        try:
            code, words = smtp.data(content)
        except smtplib.SMTPDataError as error:
            return self._refused(message_id, error.smtp_code, error.smtp_error)
        except OSError as error:
            self._drop()
            return Outcome(message_id, State.TEMPORARY, f"Mất kết nối khi gửi: {error}"[:300], uncertain=True)
        if code != TAKEN:
            return self._refused(message_id, code, words)
        self._carried += 1
        self._drops = 0
        return Outcome(message_id, State.SENT, _words(code, words))

    def _refused(self, message_id: str, code: int, words: bytes | str) -> Outcome:
        """Not this mail: never again for a 5xx, later for anything else. Raises LineFell when the server hangs up."""
        self._begin_anew(code, words)
        self._drops = 0
        return Outcome(message_id, State.PERMANENT if code in REFUSALS else State.TEMPORARY, _words(code, words))

    def _sender_refused(self, message_id: str, code: int, words: bytes | str) -> Outcome:
        """The office's own address or login is at fault, so no mail is written off, and no other is tried for now."""
        self._begin_anew(code, words)
        if code in REFUSALS:
            self._given_up = f"Máy chủ thư không nhận địa chỉ gửi: {_words(code, words)}"
        return Outcome(message_id, State.TEMPORARY, _words(code, words))

    def _begin_anew(self, code: int, words: bytes | str) -> None:
        """Let the server forget the mail it refused, so that the next one finds the line as new."""
        assert self._client is not None  # noqa: S101 - a server just answered; for the type checker
        if code == CLOSING:
            raise LineFell(_words(code, words))
        try:
            self._client.smtp.rset()
        except OSError:
            self.hang_up()

    def _drop(self) -> None:
        """Give the line up without waiting for a goodbye."""
        client, self._client = self._client, None
        if client is not None:
            client.smtp.close()
        self._drops += 1
        if self._drops >= MAX_DROPS:
            self._given_up = "Máy chủ thư ngắt kết nối nhiều lần liên tiếp; sẽ gửi lại sau."

    def _is_open(self) -> bool:
        if self._given_up:
            return False
        is_full = self._carried >= self._settings.smtp_mails_per_login
        if self._client is not None and (is_full or self._client.smtp.sock is None):
            self.hang_up()
        if self._client is None:
            self._dial()
        return self._client is not None

    def _dial(self) -> None:
        try:
            self._client = _connect(self._settings)
            self._carried = 0
        except smtplib.SMTPAuthenticationError as error:
            self._given_up = f"Máy chủ thư từ chối đăng nhập ({error.smtp_code}): kiểm tra tài khoản gửi thư."
        except OSError as error:
            self._given_up = f"Không kết nối được máy chủ thư: {error}"[:300]


def _connect(settings: Settings) -> yagmail.SMTP:
    """Open and sign in. yagmail would add @gmail.com to a login that is no address: such a login is done here."""
    user = settings.smtp_user
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    context = ssl.create_default_context(cafile=settings.smtp_ca_file)
    secured = settings.smtp_security
    client = yagmail.SMTP(
        user if "@" in user else settings.mail_from,
        password,
        host=settings.smtp_host,
        port=settings.smtp_port,
        smtp_ssl=secured == "ssl",
        smtp_starttls={"context": context} if secured == "starttls" else False,
        smtp_skip_login="@" not in user,
        soft_email_validation=False,
        timeout=settings.smtp_timeout_seconds,
        local_hostname=settings.mail_from.rpartition("@")[2],
        **({"context": context} if secured == "ssl" else {}),
    )
    client.set_logging(None)
    try:
        client.login()
        if user and "@" not in user:
            client.smtp.login(user, password)
        client.smtp.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError):
        if client.smtp is not None:
            client.smtp.close()
        raise
    return client


def _words(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {said}"[:300]
