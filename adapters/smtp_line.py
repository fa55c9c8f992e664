"""One conversation with an SMTP server; yagmail holds account, connection and login, each mail is ours."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

import yagmail

from adapters.message import Outcome, State
from adapters.settings import Settings

MAX_PER_CONNECTION = 50
MAX_DROPS = 3


class SmtpLine:
    """One conversation with the server, reopened after a drop or 50 mails; given up when it cannot be opened."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: yagmail.SMTP | None = None
        self._carried = 0
        self._drops = 0
        self._given_up = ""

    def carry(self, message_id: str, mime: EmailMessage) -> Outcome:
        """Send one mail; whatever happens becomes an outcome."""
        if not self._is_open():
            return Outcome(message_id, State.TEMPORARY, self._given_up)
        assert self._client is not None  # noqa: S101 - said by _is_open; for the type checker
        try:
            refused = self._client.smtp.send_message(mime)
        except smtplib.SMTPRecipientsRefused as error:
            return self._answered(message_id, *next(iter(error.recipients.values())))
        except smtplib.SMTPSenderRefused as error:
            # the office's own address or login is at fault, not the recipient: the mail must not be written off
            return Outcome(message_id, State.TEMPORARY, _words(error.smtp_code, error.smtp_error))
        except smtplib.SMTPResponseException as error:
            return self._answered(message_id, error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            return Outcome(message_id, State.PERMANENT, str(error))
        except (smtplib.SMTPException, OSError) as error:
            return self._dropped(message_id, error)
        self._carried += 1
        self._drops = 0
        if refused:
            return self._answered(message_id, *next(iter(refused.values())))
        return Outcome(message_id, State.SENT, "Máy chủ thư đã nhận.")

    def hang_up(self) -> None:
        """Say goodbye to the server if it still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.close()
        except (smtplib.SMTPException, OSError):
            client.smtp.close()

    def _answered(self, message_id: str, code: int, words: bytes | str) -> Outcome:
        state = State.PERMANENT if code >= 500 else State.TEMPORARY
        return Outcome(message_id, state, _words(code, words))

    def _dropped(self, message_id: str, error: Exception) -> Outcome:
        self.hang_up()
        self._drops += 1
        if self._drops >= MAX_DROPS:
            self._given_up = "Máy chủ thư ngắt kết nối nhiều lần liên tiếp; sẽ gửi lại sau."
        return Outcome(message_id, State.TEMPORARY, f"Mất kết nối khi gửi: {error}"[:300], uncertain=True)

    def _is_open(self) -> bool:
        if self._given_up:
            return False
        if self._client is not None and (self._carried >= MAX_PER_CONNECTION or self._client.smtp.sock is None):
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
        except (smtplib.SMTPException, OSError) as error:
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
    except (smtplib.SMTPException, OSError):
        if client.smtp is not None:
            client.smtp.close()
        raise
    return client


def _words(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {said}"[:300]
