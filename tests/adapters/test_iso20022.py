"""What a bank writes in pain.002 and camt.054 becomes the same rows as an Excel answer; half a file is refused."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.bank_answer import BankAnswerRow, read_bank_answer
from adapters.workbooks import UnreadableFile

PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


def report(*said: str, count: int | None = None, group: str = "PART") -> bytes:
    number = len(said) if count is None else count
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{PAIN}">'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>1</MsgId></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>DS-1</OrgnlMsgId><OrgnlNbOfTxs>{number}</OrgnlNbOfTxs><GrpSts>{group}</GrpSts>"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>{''.join(said)}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def said(code: str, status: str, reason: str = "", amount: str = "500000", currency: str = "VND") -> str:
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{code}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}<OrgnlTxRef>"
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt><Cdtr><Pty><Nm>NGUYEN VAN A</Nm></Pty></Cdtr>'
        "<CdtrAcct><Id><Othr><Id>0012300045</Id></Othr></Id></CdtrAcct></OrgnlTxRef></TxInfAndSts>"
    )


def test_a_status_report_says_paid_or_returned_with_the_reason_in_vietnamese() -> None:
    rows, problems = read_bank_answer(report(said("HT2607-0001", "ACSC"), said("HT2607-0002", "RJCT", "AC04")))
    assert problems == []
    assert rows == [
        BankAnswerRow(1, "HT2607-0001", "PAID", 500_000, "", "", "0012300045", "NGUYEN VAN A"),
        BankAnswerRow(2, "HT2607-0002", "RETURNED", 500_000, "Tài khoản đã đóng", "AC04", "0012300045", "NGUYEN VAN A"),
    ]


def test_what_is_not_final_or_not_whole_dong_is_a_problem_of_its_row() -> None:
    rows, problems = read_bank_answer(
        report(
            said("A", "PDNG"),
            said("B", "ACCP"),
            said("C", "ACSC", amount="500000.50"),
            said("D", "ACSC", currency="USD"),
            said("E", "ACSC", amount="500000.00"),
        )
    )
    assert [(row.end_to_end_id, row.amount) for row in rows] == [("E", 500_000)]
    assert [(one.row_number, one.reason) for one in problems] == [
        (1, "Trạng thái “PDNG” chưa phải kết quả cuối."),
        (2, "Trạng thái “ACCP” chưa phải kết quả cuối."),
        (3, "Số tiền không phải số nguyên đồng."),
        (4, "Số tiền không phải số nguyên đồng."),
    ]


def test_fewer_transactions_than_the_report_counts_are_told() -> None:
    rows, problems = read_bank_answer(report(said("HT2607-0001", "ACSC"), count=3))
    assert len(rows) == 1
    assert [one.reason for one in problems] == ["Tệp ghi 3 khoản nhưng chỉ có 1: tệp thiếu, hãy lấy lại."]


def test_a_batch_refused_as_a_whole_settles_nothing() -> None:
    rows, problems = read_bank_answer(report(count=2, group="RJCT"))
    assert rows == []
    assert problems[0].reason.startswith("Ngân hàng từ chối cả lô")


def test_a_notification_tells_money_that_left_from_money_that_came_back() -> None:
    def entry(side: str, details: str) -> str:
        return (
            f'<Ntry><Amt Ccy="VND">1000000</Amt><CdtDbtInd>{side}</CdtDbtInd><BookgDt><Dt>2026-07-14</Dt></BookgDt>'
            f"<NtryDtls>{details}</NtryDtls></Ntry>"
        )

    def details(code: str, back: str = "") -> str:
        return (
            f"<TxDtls><Refs><EndToEndId>{code}</EndToEndId></Refs>"
            f'<Amt Ccy="VND">500000</Amt><RltdPties><Cdtr><Pty><Nm>TRAN THI B</Nm></Pty></Cdtr>'
            f"<CdtrAcct><Id><Othr><Id>0099</Id></Othr></Id></CdtrAcct></RltdPties>{back}</TxDtls>"
        )

    back = "<RtrInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>Sai so TK</AddtlInf></RtrInf>"
    data = (
        f'<Document xmlns="{CAMT}"><BkToCstmrDbtCdtNtfctn><Ntfctn>'
        + entry("DBIT", details("HT2607-0001") + details("NOTPROVIDED"))
        + entry("CRDT", details("HT2607-0002", back))
        + "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )
    rows, problems = read_bank_answer(data.encode())
    assert problems == []
    day = date(2026, 7, 14)
    assert rows == [
        BankAnswerRow(1, "HT2607-0001", "PAID", 500_000, "", "", "0099", "TRAN THI B", day),
        BankAnswerRow(2, "", "PAID", 500_000, "", "", "0099", "TRAN THI B", day),
        BankAnswerRow(3, "HT2607-0002", "RETURNED", 500_000, "Sai so TK", "AC01", "0099", "TRAN THI B", day),
    ]


def notice(*entries: str, count: int | None = None) -> bytes:
    whole = f"<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries></TtlNtries></TxsSummry>" if count else ""
    return (
        f'<Document xmlns="{CAMT}"><BkToCstmrDbtCdtNtfctn><Ntfctn>{whole}{"".join(entries)}</Ntfctn>'
        "</BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def entry(*codes: str, status: str = "<Sts><Cd>BOOK</Cd></Sts>") -> str:
    charges = '<Chrgs><Rcrd><Amt Ccy="VND">1100</Amt></Rcrd></Chrgs>'
    parts = "".join(
        f'<TxDtls><Refs><EndToEndId>{code}</EndToEndId></Refs>{charges}<Amt Ccy="VND">500000</Amt></TxDtls>'
        for code in codes
    )
    return f'<Ntry><Amt Ccy="VND">1000000</Amt><CdtDbtInd>DBIT</CdtDbtInd>{status}<NtryDtls>{parts}</NtryDtls></Ntry>'


@pytest.mark.parametrize("status", ["<Sts><Cd>PDNG</Cd></Sts>", "<Sts>INFO</Sts>"])
def test_money_that_is_not_booked_yet_settles_nothing(status: str) -> None:
    rows, problems = read_bank_answer(notice(entry("HT2607-0001"), entry("HT2607-0002", status=status)))
    assert [(row.end_to_end_id, row.amount) for row in rows] == [("HT2607-0001", 500_000)]
    assert [(one.row_number, "chưa phải kết quả cuối" in one.reason) for one in problems] == [(2, True)]


def test_a_notice_with_fewer_entries_than_it_counts_is_told_on_a_row_of_its_own() -> None:
    rows, problems = read_bank_answer(notice(entry("A1", "A2", "A3"), count=2))
    assert [row.row_number for row in rows] == [1, 2, 3]
    assert [(one.row_number, one.reason) for one in problems] == [
        (4, "Tệp ghi 2 khoản nhưng chỉ có 1: tệp thiếu, hãy lấy lại.")
    ]
    assert read_bank_answer(notice(entry("A1", "A2", "A3"), count=1))[1] == []


@pytest.mark.parametrize(
    "data",
    [
        report(said("HT2607-0001", "ACSC"))[:-40],
        b"<Document><Other/></Document>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Document>&a;</Document>',
        "<Document/>".encode("utf-16"),
        b"<",
    ],
)
def test_half_a_file_or_another_file_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_bank_answer(data)


def test_a_statement_without_our_codes_is_read_by_account_amount_and_day() -> None:
    text = "Ngày giao dịch,Số tài khoản,Tên người hưởng,Số tiền,Trạng thái\n"
    text += "14/07/2026,0012300045,NGUYEN VAN A,500000,Thành công\n"
    rows, problems = read_bank_answer(text.encode())
    assert problems == []
    assert rows == [
        BankAnswerRow(2, "", "PAID", 500_000, "", "", "0012300045", "NGUYEN VAN A", date(2026, 7, 14)),
    ]


@pytest.mark.parametrize("status", ["ACCP", "PDNG", "ACSP", "RCVD", "ACSC", "ACCC", "RJCT", "CANC"])
def test_a_status_means_the_same_in_a_workbook_as_in_a_message(status: str) -> None:
    """Accepted by the bank is not paid: only a final status settles anything, whatever the file."""
    table = f"Mã giao dịch,Số tiền,Trạng thái\nHT2607-0001,500000,{status}\n".encode()
    by_table, table_problems = read_bank_answer(table)
    by_xml, xml_problems = read_bank_answer(report(said("HT2607-0001", status)))
    assert [row.result for row in by_table] == [row.result for row in by_xml]
    assert [one.reason for one in table_problems] == [one.reason for one in xml_problems]
    assert bool(by_table) == (status in {"ACSC", "ACCC", "RJCT", "CANC"})
