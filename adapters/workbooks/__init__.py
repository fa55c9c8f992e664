"""The Excel door: returned workbooks in, request workbooks and marked copies out. Plain values on both sides."""

from adapters.workbooks.guards import UnreadableFile, other_kind
from adapters.workbooks.marking import write_marked_copy
from adapters.workbooks.reading import MAX_BYTES, MAX_ROWS, Cell, SheetData, read_workbook
from adapters.workbooks.request import TEMPLATE_VERSION, write_request_workbook

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "TEMPLATE_VERSION",
    "Cell",
    "SheetData",
    "UnreadableFile",
    "other_kind",
    "read_workbook",
    "write_marked_copy",
    "write_request_workbook",
]
