"""What a workbook must be before anything opens it: an Excel file, readable, not locked, not a bomb.

Each refusal is one Vietnamese sentence a village head understands. Sizes are looked at before bytes are unpacked,
because a few kilobytes can unpack to gigabytes.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

MAX_UNPACKED = 200 * 1024 * 1024
_MAX_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_XLS_STREAMS = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
# A filled cell beyond column GZ or row 99.999: the reader would allot the whole rectangle up to it.
_FAR_CELL = re.compile(rb'\br="(?:(?:[H-Z][A-Z]|[A-Z]{3})\d+|[A-Z]+\d{6,})"[^>]*(?<!/)>')
_ODS_REPEATED_ROW = re.compile(
    rb'table:number-rows-repeated="\d{4,}"(?:(?!</table:table-row).)*?office:value', re.DOTALL
)
_ODS_REPEATED_CELL = re.compile(
    rb'<table:table-cell(?=[^>]*office:value-type)[^>]*table:number-columns-repeated="\d{3,}"'
)
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OTHER_KINDS = (
    (b"%PDF", "tệp PDF"),
    (b"\x89PNG", "ảnh"),
    (b"\xff\xd8\xff", "ảnh"),
    (b"GIF8", "ảnh"),
    (b"Rar!", "tệp nén"),
    (b"{\\rtf", "tệp văn bản RTF"),
)


class UnreadableFile(Exception):
    """The file is not taken; `reason` is one Vietnamese sentence to show as it stands, `code` a stable name.

    Codes: EMPTY, TOO_BIG, TOO_MANY_ROWS, PASSWORD, NOT_EXCEL, CORRUPT.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def too_many_rows(max_rows: int) -> UnreadableFile:
    """The refusal of a sheet with more rows (or far-off cells) than are read."""
    rows = f"{max_rows:,}".replace(",", ".")
    text = f"Trang tính quá lớn (hơn {rows} dòng hoặc có ô ở rất xa); hãy xóa phần thừa rồi gửi lại."
    return UnreadableFile("TOO_MANY_ROWS", text)


def corrupt() -> UnreadableFile:
    """The refusal of a file that claims to be Excel and cannot be opened."""
    return UnreadableFile("CORRUPT", "Tệp Excel bị hỏng, không mở được; hãy mở lại trên máy, lưu lại rồi gửi.")


def locked() -> UnreadableFile:
    """The refusal of a workbook that needs a password."""
    return UnreadableFile("PASSWORD", "Tệp Excel có mật khẩu; hãy bỏ mật khẩu, lưu lại rồi gửi.")


def check_container(data: bytes, *, max_bytes: int, max_rows: int) -> str:
    """The kind of workbook, "xlsx", "xls" or "ods". Raises `UnreadableFile` for anything else."""
    if not data:
        raise UnreadableFile("EMPTY", "Tệp trống, không có dữ liệu.")
    if len(data) > max_bytes:
        limit = max(1, max_bytes // (1024 * 1024))
        raise UnreadableFile("TOO_BIG", f"Tệp quá lớn (hơn {limit} MB); hãy chỉ gửi bảng danh sách, không kèm ảnh.")
    if data.startswith(_OLE):
        return _check_ole(data)
    if data.startswith(b"PK"):
        return _check_zip(data, max_rows)
    raise _not_excel(other_kind(data))


def other_kind(data: bytes) -> str | None:
    """What the file is by its first bytes, where it is a well-known kind that holds no table; else None."""
    return next((name for magic, name in _OTHER_KINDS if data.startswith(magic)), None)


def _not_excel(kind: str | None) -> UnreadableFile:
    what = f"Đây là {kind}, không phải bảng tính Excel" if kind else "Tệp này không phải bảng tính Excel"
    return UnreadableFile("NOT_EXCEL", f"{what}; hãy gửi tệp .xlsx, .xls hoặc .ods.")


def _check_ole(data: bytes) -> str:
    if _ENCRYPTED in data:
        raise locked()
    if not any(stream in data for stream in _XLS_STREAMS):
        raise _not_excel(None)
    return "xls"


def _check_zip(data: bytes, max_rows: int) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            kind = _kind_of_zip(archive)
            _check_sizes(archive)
            for part in _risky_parts(archive, kind):
                _check_part(part, kind, max_rows)
            return kind
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise corrupt() from None


def _kind_of_zip(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise UnreadableFile("NOT_EXCEL", "Tệp ở dạng .xlsb; hãy mở và lưu lại ở dạng .xlsx rồi gửi.")
    if "word/document.xml" in names:
        raise _not_excel("tệp Word")
    mimetype = archive.getinfo("mimetype") if "mimetype" in names else None
    if mimetype and mimetype.file_size < 200 and b"spreadsheet" in archive.read(mimetype):
        return "ods"
    raise _not_excel(None)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise locked()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFile("TOO_BIG", "Tệp quá lớn sau khi giải nén; hãy chỉ giữ lại bảng danh sách rồi gửi.")


def _risky_parts(archive: zipfile.ZipFile, kind: str) -> Iterator[bytes]:
    for part in archive.infolist():
        is_ods = kind == "ods" and part.filename in {"content.xml", "META-INF/manifest.xml"}
        if is_ods or _SHEET_PART.fullmatch(part.filename):
            yield _read_part(archive, part)


def _read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part's bytes, never more than it declared: the declared sizes were summed, a liar is refused."""
    with archive.open(part) as stream:
        content = stream.read(part.file_size + 1)
    if len(content) > part.file_size:
        raise corrupt()
    return content


def _check_part(content: bytes, kind: str, max_rows: int) -> None:
    if _DECLARATION.search(content[:4096]):
        raise corrupt()
    if kind == "ods" and b"encryption-data" in content[:1_000_000]:
        raise locked()
    far = (_ODS_REPEATED_ROW, _ODS_REPEATED_CELL) if kind == "ods" else (_FAR_CELL,)
    if any(pattern.search(content) for pattern in far):
        raise too_many_rows(max_rows)
