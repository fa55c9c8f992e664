"""The village list of a quarter, from a returned workbook's cells to checked people. See `read_village_sheet`."""

from rules.village_sheet.columns import COLUMNS, HEADINGS, Column
from rules.village_sheet.model import CellProblem, Known, Sheet, SheetReading, VillageRow, cell_address
from rules.village_sheet.reader import read_village_sheet

__all__ = [
    "COLUMNS",
    "HEADINGS",
    "CellProblem",
    "Column",
    "Known",
    "Sheet",
    "SheetReading",
    "VillageRow",
    "cell_address",
    "read_village_sheet",
]
