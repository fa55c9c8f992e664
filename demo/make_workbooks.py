"""Make the demonstration workbooks from `demo/people.yaml`, each as another village head would really send it.

    python -m demo.make_workbooks        writes demo/villages/*.xlsx and demo/assistance/*.xlsx

Every person is invented. A second run writes the same bytes.
"""

from typing import Any

from demo.layouts import LAYOUTS
from demo.workbook import HERE, Book, load_people, village_records

ASSISTANCE_FILE = "danh-sach-bao-tro-thang-06-2026.xlsx"


def make_all() -> dict[str, bytes]:
    """Every file by its path under `demo/`."""
    people = load_people()
    files = {
        f"villages/{village['code']}.xlsx": LAYOUTS[village["layout"]](
            people, village, village_records(people, village)
        )
        for village in people["villages"]
        if village["layout"] in LAYOUTS
    }
    return {**files, f"assistance/{ASSISTANCE_FILE}": assistance_workbook(people)}


def assistance_workbook(people: dict[str, Any]) -> bytes:
    """The payment list of social assistance, June 2026: some of the village lists' people, and others."""
    members = [{**member, "village": home["village"]} for home in people["households"] for member in home["members"]]
    listed = [{**member, **member["assistance"]} for member in members if "assistance" in member]
    names = {village["code"]: village["name"] for village in people["villages"]}
    rows = [
        {
            "full_name": person["name"],
            "birth_date": person["born"],
            "citizen_id": "" if person.get("number_missing") else person["citizen_id"],
            "village": names[person["village"]],
            "kind": person["kind"],
            "amount": f"{person['amount']:,}".replace(",", "."),
        }
        for person in [*listed, *people["assistance_only"]]
    ]
    rows.sort(key=lambda row: row["citizen_id"])
    book = Book()
    sheet = book.book.add_worksheet("Tháng 06.2026")
    titles = ["PHÒNG VĂN HÓA - XÃ HỘI", "DANH SÁCH CHI TRẢ TRỢ GIÚP XÃ HỘI THÁNG 06/2026", people["mark"]]
    heads = [
        ("order", "STT"), ("full_name", "Họ tên"), ("birth_date", "Ngày sinh"), ("citizen_id", "Số định danh"),
        ("village", "Thôn"), ("kind", "Loại trợ cấp"), ("amount", "Mức hưởng"),
    ]  # fmt: skip
    end = book.table(sheet, book.titles(sheet, titles, merged_to=6), heads, rows, book.text)
    sheet.write_string(end, 1, f"Cộng: {len(rows)} người", book.bold)
    return book.bytes()


def main() -> None:
    """Write every workbook and say which."""
    for name, data in make_all().items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        print(path.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
