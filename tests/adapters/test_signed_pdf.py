"""Signed PDFs: a good signature is seen, an altered file, an unknown issuer and a plain scan are told apart."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pypdf import PdfWriter

from adapters.signed_pdf import SignedPdfError, load_roots, read_signed_pdf

NOW = datetime.now(UTC)
SIGNER = "Chủ Tịch Hư Cấu"


def certificate(name: str, folder: Path) -> tuple[Path, Path]:
    """A self-made certificate with its key: paths of the PKCS#12 file and of the PEM root."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage: dict[str, Any] = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, key_cert_sign=True, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    bundle, root = folder / f"{name}.p12", folder / f"{name}.pem"
    secret = serialization.BestAvailableEncryption(b"hu-cau")
    bundle.write_bytes(pkcs12.serialize_key_and_certificates(b"ky", key, made, None, secret))
    root.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return bundle, root


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The signer's bundle, the root that fits it, and somebody else's root."""
    folder = tmp_path_factory.mktemp("keys")
    bundle, root = certificate(SIGNER, folder)
    return bundle, root, certificate("Người Khác", folder)[1]


def blank_pdf() -> bytes:
    made = PdfWriter()
    made.add_blank_page(width=595, height=842)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def sign(data: bytes, bundle: Path, field: str = "Ky1") -> bytes:
    signer = signers.SimpleSigner.load_pkcs12(str(bundle), passphrase=b"hu-cau")  # type: ignore[no-untyped-call]
    assert signer is not None
    meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), meta, signer=signer)
    return signed.getvalue()


def test_a_good_signature_says_who_and_when_over_the_whole_file(keys: tuple[Path, Path, Path]) -> None:
    bundle, root, _ = keys
    read = read_signed_pdf(sign(blank_pdf(), bundle), roots=root, now=NOW)
    (signature,) = read.signatures
    assert (signature.signer, signature.intact, signature.whole, signature.trusted) == (SIGNER, True, True, True)
    assert signature.signed_at is not None
    assert read.holds
    assert not read.is_scan


def test_two_signatures_one_after_the_other_both_hold(keys: tuple[Path, Path, Path]) -> None:
    bundle, root, _ = keys
    read = read_signed_pdf(sign(sign(blank_pdf(), bundle), bundle, "Ky2"), roots=root, now=NOW)
    assert len(read.signatures) == 2
    assert read.holds


def test_an_issuer_that_the_office_does_not_trust_is_not_trusted(keys: tuple[Path, Path, Path]) -> None:
    bundle, _, other = keys
    signed = sign(blank_pdf(), bundle)
    for roots in (None, other):
        read = read_signed_pdf(signed, roots=roots, now=NOW)
        assert (read.signatures[0].intact, read.signatures[0].trusted, read.holds) == (True, False, False)


def test_a_file_altered_after_signing_does_not_hold(keys: tuple[Path, Path, Path]) -> None:
    bundle, root, _ = keys
    signed = sign(blank_pdf(), bundle)
    altered = signed.replace(b"/MediaBox [ 0.0 0.0 595 842 ]", b"/MediaBox [ 0.0 0.0 595 999 ]")
    altered = altered if altered != signed else signed.replace(b"842", b"843", 1)
    assert altered != signed
    assert not read_signed_pdf(altered, roots=root, now=NOW).holds


def test_what_is_added_after_the_signature_lie_outside_it(keys: tuple[Path, Path, Path]) -> None:
    bundle, root, _ = keys
    writer = IncrementalPdfFileWriter(io.BytesIO(sign(blank_pdf(), bundle)))
    writer.root["/Lang"] = writer.add_object(pdf_string("vi"))
    writer.update_root()  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    read = read_signed_pdf(out.getvalue(), roots=root, now=NOW)
    assert not read.signatures[0].whole
    assert not read.holds


def test_a_scan_has_no_signature_and_says_so() -> None:
    read = read_signed_pdf(blank_pdf(), roots=None, now=NOW)
    assert read.is_scan
    assert not read.holds
    assert (read.text.strip(), read.pages) == ("", 1)


@pytest.mark.parametrize(
    ("data", "word"), [(b"", "không phải PDF"), (b"PK\x03\x04", "không phải PDF"), (b"%PDF-1.7\nrac", "hỏng")]
)
def test_what_is_no_pdf_is_refused_in_one_sentence(data: bytes, word: str) -> None:
    with pytest.raises(SignedPdfError, match=word):
        read_signed_pdf(data, roots=None, now=NOW)


def test_a_locked_file_is_refused() -> None:
    made = PdfWriter()
    made.add_blank_page(width=595, height=842)
    made.encrypt("mat-khau", algorithm="AES-256")
    out = io.BytesIO()
    made.write(out)
    with pytest.raises(SignedPdfError, match="mật khẩu"):
        read_signed_pdf(out.getvalue(), roots=None, now=NOW)


def test_roots_come_from_a_file_or_a_folder_and_a_bad_one_is_named(
    keys: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, root, _ = keys
    assert len(load_roots(root)) == 1
    assert len(load_roots(root.parent)) == 2
    (tmp_path / "hong.pem").write_text("khong phai chung thu")
    with pytest.raises(SignedPdfError, match=r"hong\.pem"):
        load_roots(tmp_path)
