"""The columns of the village list: what the request workbook prints and what returned headings may say.

Serves the sheet thôn return each quarter. A column is found by what its heading says, accents and case ignored,
wherever it stands.
"""

from dataclasses import dataclass

from rules.names import fold_name


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field, the heading we print, other headings people write (folded), and its nature.

    `required`: the sheet cannot be read without it. `text`: printed as text, never as a number. `width`: letters.
    """

    field: str
    heading: str
    synonyms: tuple[str, ...]
    width: int = 14
    required: bool = False
    text: bool = False


COLUMNS = (
    Column("order", "STT", ("stt", "so thu tu", "tt"), 5),
    Column("household_code", "Mã hộ / số GCN", ("ma ho", "so gcn", "so giay chung nhan", "ma ho ngheo"), 10, text=True),
    Column("head_name", "Họ tên chủ hộ", ("chu ho", "ho va ten chu ho", "ten chu ho"), 15),
    Column(
        "full_name",
        "Họ tên người đề nghị",
        (
            "ho ten",
            "ho va ten",
            "ho ten nguoi de nghi ho tro",
            "ho va ten nguoi de nghi",
            "ho va ten thanh vien",
            "ho ten thanh vien",
            "nguoi de nghi",
            "ten nguoi de nghi",
            "ho ten doi tuong",
            "ho va ten doi tuong",
        ),
        16,
        required=True,
    ),
    Column(
        "birth_date",
        "Ngày sinh",
        ("ngay thang nam sinh", "nam sinh", "ngay sinh nam sinh", "sinh ngay", "ngay thang nam sinh ngay"),
        11,
        required=True,
        text=True,
    ),
    Column("sex", "Giới tính", ("gioi", "nam nu", "phai"), 7, required=True),
    Column(
        "citizen_id",
        "Số định danh",
        (
            "so dinh danh ca nhan",
            "cccd",
            "so cccd",
            "can cuoc",
            "so can cuoc",
            "can cuoc cong dan",
            "so can cuoc cong dan",
            "so cccd dinh danh",
            "ma dinh danh",
            "so ddcn",
            "ddcn",
            "so dinh danh cccd",
            "cmnd cccd",
            "so cmnd cccd",
        ),
        14,
        required=True,
        text=True,
    ),
    Column("old_id", "Số CMND cũ", ("cmnd", "so cmnd", "cmnd cu", "so chung minh nhan dan"), 11, text=True),
    Column(
        "relation", "Quan hệ với chủ hộ", ("quan he", "quan he chu ho", "moi quan he voi chu ho", "qh voi chu ho"), 9
    ),
    Column("village_name", "Thôn", ("ten thon", "thon xom", "thon to dan pho", "to dan pho", "dia chi thon"), 14),
    Column("residence", "Cư trú", ("noi cu tru", "tinh trang cu tru", "thuong tru tam tru", "dang ky cu tru"), 9),
    Column(
        "household_status",
        "Diện hộ",
        ("loai ho", "dien", "ho ngheo can ngheo", "phan loai ho", "thuoc dien ho", "doi tuong ho"),
        11,
        required=True,
    ),
    Column(
        "status_decision_no",
        "Số quyết định công nhận",
        (
            "so quyet dinh",
            "so qd",
            "so qd cong nhan",
            "quyet dinh cong nhan so",
            "quyet dinh so",
            "quyet dinh cong nhan",
            "qd cong nhan",
        ),
        13,
        text=True,
    ),
    Column(
        "status_decision_date",
        "Ngày quyết định",
        (
            "ngay quyet dinh cong nhan",
            "ngay qd",
            "ngay qd cong nhan",
            "quyet dinh cong nhan ngay",
            "ngay cong nhan",
            "ngay thoat ngheo",
            "quyet dinh ngay",
        ),
        11,
        text=True,
    ),
    Column("group_text", "Nhóm đối tượng (Điều 3)", ("nhom doi tuong", "doi tuong", "nhom", "nhom dt"), 22),
    Column("medical_papers", "Giấy tờ y tế kèm theo", ("giay to y te", "ho so y te", "giay to kem theo"), 16),
    Column("disability", "Mức độ khuyết tật", ("khuyet tat", "muc khuyet tat", "dang khuyet tat"), 11),
    Column("circumstances", "Hoàn cảnh khác", ("hoan canh", "hoan canh dac biet", "dac diem khac"), 18),
    Column(
        "income",
        "Thu nhập ổn định hằng tháng",
        ("thu nhap on dinh", "thu nhap", "luong luong huu", "co luong luong huu", "nguon thu nhap"),
        14,
    ),
    Column(
        "other_allowance",
        "Đang hưởng trợ cấp khác",
        (
            "tro cap khac",
            "dang huong tro cap",
            "che do dang huong",
            "tro cap dang huong",
            "huong btxh",
            "dang huong btxh",
        ),
        16,
    ),
    Column(
        "bhyt_object",
        "Có thẻ BHYT / mã đối tượng",
        ("the bhyt", "ma doi tuong bhyt", "bhyt", "ma the bhyt", "co the bhyt", "doi tuong bhyt"),
        10,
    ),
    Column(
        "facility",
        "Nơi KCB ban đầu",
        ("noi dang ky kcb ban dau", "noi kcb", "noi kham chua benh ban dau", "kcb ban dau"),
        12,
    ),
    Column(
        "pay_method",
        "Hình thức nhận",
        ("hinh thuc nhan tien", "hinh thuc chi tra", "cach nhan tien", "hinh thuc"),
        11,
        required=True,
    ),
    Column(
        "account_no",
        "Số tài khoản",
        ("so tk", "stk", "tai khoan", "tai khoan ngan hang so tk", "tai khoan so"),
        16,
        text=True,
    ),
    Column("bank_name", "Ngân hàng", ("ten ngan hang", "mo tai ngan hang", "tai ngan hang"), 13),
    Column("account_holder", "Chủ tài khoản", ("ten chu tai khoan", "chu tk", "ten chu tk"), 18),
    Column("phone", "Điện thoại", ("so dien thoai", "sdt", "dien thoai lien he", "dt", "so dt"), 11, text=True),
    Column("note", "Ghi chú", ("ghi chu khac",), 14),
)
HEADINGS = {column.field: column.heading for column in COLUMNS}
REQUIRED = tuple(column.field for column in COLUMNS if column.required)
# Two columns under one heading: the year of birth stands under the person's sex.
BIRTH_MALE, BIRTH_FEMALE = "birth_male", "birth_female"
_BIRTH_HEADINGS = ("ngay thang nam sinh", "ngay sinh", "nam sinh")
_DECISION_HEADINGS = ("quyet dinh", "quyet dinh cong nhan", "qd", "qd cong nhan", "quyet dinh thoat ngheo")


def label_key(text: str) -> str:
    """A heading as it is compared: no accents, letters and digits, single spaces, no remarks in brackets."""
    outside = fold_name(text).split("(")[0] or fold_name(text)
    return " ".join("".join(char if char.isalnum() else " " for char in outside).split())


def _field_by_label() -> dict[str, str]:
    labels: dict[str, str] = {}
    for column in COLUMNS:
        for label in (label_key(column.heading), *column.synonyms):
            labels.setdefault(label, column.field)
    for heading in _BIRTH_HEADINGS:
        labels[f"{heading} nam"] = BIRTH_MALE
        labels[f"{heading} nu"] = BIRTH_FEMALE
    for heading in _DECISION_HEADINGS:
        labels[f"{heading} so"] = "status_decision_no"
        labels[f"{heading} ngay"] = "status_decision_date"
    return labels


FIELD_BY_LABEL = _field_by_label()
