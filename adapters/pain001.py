"""Money out as ISO 20022: a pain.001.001.09 credit transfer initiation, of the same rows as the bank's workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET

from adapters.bank_file import TransferRow, checked_rows
from adapters.sheets import OutputError, WrittenFile, load_profile, written
from rules.identity import check_bank_account
from rules.names import strip_marks_upper

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MAX_ID, MAX_NAME, MAX_REMITTANCE = 35, 140, 140


@dataclass(frozen=True)
class Payer:
    """Who pays: the office's name, its account and the bank (NAPAS BIN) that keeps it."""

    name: str
    account_no: str
    bank_bin: str


def write_pain001(
    rows: Sequence[TransferRow], *, payer: Payer, list_ref: str, frozen_at: datetime, pay_on: date
) -> WrittenFile:
    """Return the message; `frozen_at` (aware) is when the list was prepared, so that a second export is byte-equal.

    Raises `OutputError` for a row no bank could take, an incomplete payer, or a moment without its zone.
    """
    checked = checked_rows(rows)
    _check_payer(payer, list_ref, frozen_at)
    total = sum(row.amount for row in rows)
    document = ET.Element("Document", xmlns=NAMESPACE)
    message = ET.SubElement(document, "CstmrCdtTrfInitn")
    header = _branch(message, "GrpHdr", MsgId=list_ref, CreDtTm=frozen_at.isoformat(timespec="seconds"))
    _leaves(header, NbOfTxs=str(len(rows)), CtrlSum=str(total))
    _branch(header, "InitgPty", Nm=_plain(payer.name))
    batch = _branch(message, "PmtInf", PmtInfId=list_ref, PmtMtd="TRF", NbOfTxs=str(len(rows)), CtrlSum=str(total))
    _branch(batch, "ReqdExctnDt", Dt=pay_on.isoformat())
    _branch(batch, "Dbtr", Nm=_plain(payer.name))
    _account(batch, "DbtrAcct", payer.account_no)
    _agent(batch, "DbtrAgt", payer.bank_bin)
    for row in checked:
        _transfer(batch, row)
    ET.indent(document)
    data = ET.tostring(document, encoding="UTF-8", xml_declaration=True) + b"\n"
    return written(f"pain.001-{list_ref}-{len(rows)}-{total}.xml", data, count=len(rows), total=total)


def _transfer(batch: ET.Element, row: dict[str, str | int]) -> None:
    """One credit transfer, its elements in the order of the schema."""
    one = ET.SubElement(batch, "CdtTrfTxInf")
    _branch(one, "PmtId", EndToEndId=str(row["end_to_end_id"]))
    amount = ET.SubElement(ET.SubElement(one, "Amt"), "InstdAmt", Ccy="VND")
    amount.text = str(row["amount"])
    _agent(one, "CdtrAgt", str(row["bank_bin"]))
    _branch(one, "Cdtr", Nm=str(row["holder"]))
    _account(one, "CdtrAcct", str(row["account_no"]))
    _branch(one, "Purp", Cd=load_profile("iso20022")["purpose"])
    _branch(one, "RmtInf", Ustrd=str(row["purpose"])[:MAX_REMITTANCE])


def _account(parent: ET.Element, name: str, number: str) -> None:
    """An account by its plain number: Việt Nam has no IBAN."""
    _branch(ET.SubElement(ET.SubElement(parent, name), "Id"), "Othr", Id=number)


def _agent(parent: ET.Element, name: str, bank_bin: str) -> None:
    institution = ET.SubElement(ET.SubElement(parent, name), "FinInstnId")
    _branch(institution, "ClrSysMmbId", MmbId=bank_bin)


def _branch(parent: ET.Element, name: str, **leaves: str) -> ET.Element:
    branch = ET.SubElement(parent, name)
    _leaves(branch, **leaves)
    return branch


def _leaves(parent: ET.Element, **leaves: str) -> None:
    for name, text in leaves.items():
        ET.SubElement(parent, name).text = text


def _plain(text: str) -> str:
    return " ".join(strip_marks_upper(text).split())[:MAX_NAME]


def _check_payer(payer: Payer, list_ref: str, frozen_at: datetime) -> None:
    problems = {
        "Thiếu tên đơn vị trả tiền.": not _plain(payer.name),
        "Số tài khoản của đơn vị trả tiền không hợp lệ.": check_bank_account(payer.account_no) is None,
        "Mã ngân hàng của đơn vị trả tiền phải có 6 chữ số.": not (
            len(payer.bank_bin) == 6 and payer.bank_bin.isdigit()
        ),
        "Mã lô trống hoặc dài quá 35 ký tự.": not 0 < len(list_ref) <= MAX_ID,
        "Thời điểm lập danh sách thiếu múi giờ.": frozen_at.tzinfo is None,
    }
    for problem, found in problems.items():
        if found:
            raise OutputError(problem)
