"""A signed decision that comes back as PDF: whose signatures, whether they hold, and the text to compare with ours.

No address is asked for certificates or revocations: the office's own list of roots decides whom it trusts.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

# the libraries would write names of signers and of files into our log
for _name in ("pyhanko", "pyhanko_certvalidator", "pypdf"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_SIGNATURES_ONLY = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)


class SignedPdfError(ValueError):
    """The file cannot be read as a PDF; one Vietnamese sentence."""


@dataclass(frozen=True)
class Signature:
    """One digital signature. `intact`: what it covers was not altered, and its own seal holds.

    `whole`: nothing of the file lies outside it but later signatures. `trusted`: its certificate leads to a root of
    the office's list and was valid. `signed_at`: as the signer's machine stated it.
    """

    signer: str
    signed_at: datetime | None
    intact: bool
    whole: bool
    trusted: bool


@dataclass(frozen=True)
class SignedPdf:
    """What came back: its signatures in order (none: a scan), its text (empty: pictures only), its number of pages.

    Pages of the text are divided by form feeds.
    """

    signatures: tuple[Signature, ...]
    text: str
    pages: int

    @property
    def is_scan(self) -> bool:
        """Nobody signed it digitally: it stands on the paper it is a picture of."""
        return not self.signatures

    @property
    def holds(self) -> bool:
        """At least one signature, all of them intact over the whole file and trusted."""
        return bool(self.signatures) and all(one.intact and one.whole and one.trusted for one in self.signatures)


def read_signed_pdf(data: bytes, *, roots: Path | None, now: datetime) -> SignedPdf:
    """Return what a PDF carries. `roots`: a PEM file or a folder of them; without one no signature is trusted.

    Raises `SignedPdfError` for what is no PDF, is damaged, or is locked by a password.
    """
    if not data.lstrip()[:5] == b"%PDF-":
        raise SignedPdfError("Tệp tải lên không phải PDF.")
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted:
            raise SignedPdfError("Tệp PDF bị khóa bằng mật khẩu nên không đọc được.")
        found = reader.embedded_regular_signatures
        trusted = load_roots(roots)
        signatures = [_signature(one, trusted, now, is_last=one is found[-1]) for one in found]
        pages = PdfReader(io.BytesIO(data)).pages
        text = "\f".join(page.extract_text() for page in pages)
    except SignedPdfError:
        raise
    except Exception as error:
        raise SignedPdfError("Tệp PDF bị hỏng nên không đọc được.") from error
    return SignedPdf(tuple(signatures), text, len(pages))


def load_roots(place: Path | None) -> list[x509.Certificate]:
    """The certificates of a PEM file, or of every .pem, .crt and .cer in a folder; `SignedPdfError` for a bad one."""
    if place is None:
        return []
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    roots: list[x509.Certificate] = []
    for path in files:
        if place.is_dir() and path.suffix not in {".pem", ".crt", ".cer"}:
            continue
        try:
            roots += _certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SignedPdfError(f"Không đọc được chứng thư gốc {path.name}.") from error
    return roots


def _certificates(data: bytes) -> list[x509.Certificate]:
    if not pem.detect(data):
        return [x509.Certificate.load(data)]
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]


def _signature(one: Any, roots: Sequence[x509.Certificate], now: datetime, *, is_last: bool) -> Signature:
    signer = one.signer_cert.subject.native.get("common_name", "") if one.signer_cert is not None else ""
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=now)
    try:
        status = validate_pdf_signature(one, signer_validation_context=context)
    except (SignatureValidationError, PdfError, PdfReadError, ValueError):
        return Signature(str(signer), one.self_reported_timestamp, intact=False, whole=False, trusted=False)
    covers = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    followed = (
        not is_last
        and status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and status.modification_level in _SIGNATURES_ONLY
    )
    return Signature(
        signer=str(signer),
        signed_at=status.signer_reported_dt,
        intact=bool(status.intact and status.valid),
        whole=covers or followed,
        trusted=bool(status.trusted),
    )
