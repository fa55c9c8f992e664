"""Print every kind of paper of a demonstration as pictures: `python -m deploy.render_papers DATA_FOLDER OUT_FOLDER`.

A person then looks at all of them. Small copies of first pages go to `docs/papers/`; `docs/papers.md` shows them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from sqlmodel import col, select

from adapters import pdf
from adapters.filestore import make_filestore
from adapters.letters import FORMS, write_letter
from adapters.settings import Settings, use_demo_folder
from models.base import canonical_json
from models.documents import Document, DocumentState
from tasks.session import transaction
from tests.adapters.letter_samples import SAMPLES

DOCS = Path(__file__).resolve().parent.parent / "docs"
SMALL_DPI, LARGE_DPI = 38, 90
SHOWN_PAGES = 2
MAX_BYTES = 60_000
console = Console()


@dataclass(frozen=True)
class Shown:
    """A kind of paper on the page: its name and the act that makes it due."""

    kind: str
    name: str
    due: str


SHOWN = (
    Shown("village_workbook", "Mẫu danh sách gửi thôn", "mở kỳ xét"),
    Shown("health_referral", "Phiếu chuyển Trạm Y tế", "chuyển người cần kết luận sức khỏe"),
    Shown("review_minutes", "Biên bản họp xét duyệt", "lập biên bản"),
    Shown("posting_notice", "Thông báo niêm yết và danh sách niêm yết", "niêm yết"),
    Shown("broadcast", "Bản tin phát thanh", "niêm yết"),
    Shown("submission_letter", "Tờ trình", "khóa danh sách trình Chủ tịch"),
    Shown("decision_draft", "Dự thảo quyết định phê duyệt", "khóa danh sách trình Chủ tịch"),
    Shown("decision", "Quyết định phê duyệt và danh sách kèm theo", "vào số, ngày của quyết định"),
    Shown("village_result", "Thông báo kết quả gửi thôn", "vào số, ngày của quyết định"),
    Shown("refusal_letter", "Văn bản trả lời người không được phê duyệt", "vào số, ngày của quyết định"),
    Shown("stop_decision", "Dự thảo quyết định thôi hưởng", "ghi nhận biến động"),
    Shown("adjust_decision", "Dự thảo quyết định điều chỉnh mức", "quyết định mới đổi mức của người đang hưởng"),
    Shown("payment_sheet", "Danh sách chi trả", "duyệt danh sách chi trả"),
    Shown("bank_file", "Tệp chuyển khoản", "duyệt danh sách chi trả"),
    Shown("cash_sheet", "Danh sách ký nhận tiền mặt", "duyệt danh sách chi trả"),
    Shown("treasury_list", "Danh sách thanh toán cho đối tượng thụ hưởng", "duyệt danh sách chi trả"),
    Shown("treasury_voucher", "Chứng từ chuyển khoản qua Kho bạc", "duyệt danh sách chi trả"),
    Shown("cash_voucher", "Chứng từ rút tiền mặt tại Kho bạc", "duyệt danh sách chi trả"),
    Shown("refund_voucher", "Giấy nộp trả kinh phí", "ghi nhận nộp trả"),
    Shown("insurance_letter", "Công văn gửi BHXH", "lập hồ sơ D03-TS"),
    Shown("d03ts", "Mẫu D03-TS", "lập hồ sơ D03-TS"),
    Shown("activity_report", "Báo cáo tháng, quý, 6 tháng, năm", "đóng tháng"),
    Shown("budget_need", "Dự toán kinh phí năm", "lập dự toán"),
    Shown("budget_sheet", "Bảng dự toán theo tháng, theo thôn", "lập dự toán"),
)


def render(data_folder: Path, out: Path) -> int:
    """Print the papers; returns 1 when something that is needed is missing, with one sentence that says what."""
    if missing := _missing():
        console.print(missing)
        return 1
    settings = use_demo_folder(data_folder, web_port=8600, prefect_port=4260).model_copy(
        update={"pdf_backend": "libreoffice"}
    )
    if problem := pdf.start_problem(settings):
        console.print(problem)
        return 1
    papers = dict(_papers(settings))
    texts = {kind: data.decode() for kind, (name, data) in papers.items() if name.endswith(".txt")}
    made = _pdfs(papers, settings)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for kind, data in track(list(made.items()), "In thành ảnh", console=console):
        (out / f"{kind}.pdf").write_bytes(data)
        _pictures(out / f"{kind}.pdf", out / kind, LARGE_DPI)
    _show(out, list(made), texts)
    console.print(f"{len(papers)} loại văn bản: ảnh ở {out}, trang {DOCS.name}/papers.md")
    return 0


def _missing() -> str:
    if pdf.program() is None:
        return "Không có LibreOffice: cài bằng apt-get install libreoffice-writer-nogui libreoffice-calc-nogui."
    if shutil.which("pdftoppm") is None:
        return "Không có pdftoppm: cài bằng apt-get install poppler-utils."
    return ""


def _papers(settings: Settings) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Kind → (file name, content): the first written paper of the demonstration, else the example of the tests."""
    store = make_filestore(settings)
    with transaction(write=False) as session:
        for shown in SHOWN:
            query = select(Document).where(Document.kind == shown.kind, Document.state == DocumentState.WRITTEN)
            paper = session.exec(query.order_by(col(Document.id))).first()
            if paper is not None and paper.file_sha256 is not None:
                yield shown.kind, (paper.file_name, store.load(paper.file_sha256))
            elif shown.kind in SAMPLES:
                said = json.loads(canonical_json(asdict(SAMPLES[shown.kind])))
                yield shown.kind, (f"{shown.kind}.docx", write_letter(FORMS[shown.kind], said))


def _pdfs(papers: dict[str, tuple[str, bytes]], settings: Settings) -> dict[str, bytes]:
    """Kind → PDF of the papers and, where LibreOffice has its Calc, of the workbooks."""
    letters = {kind: paper for kind, paper in papers.items() if paper[0].endswith(".docx")}
    made = dict(zip(letters, pdf.make_pdfs(list(letters.values()), settings), strict=True))
    books = {kind: paper for kind, paper in papers.items() if paper[0].endswith(".xlsx")}
    try:
        return made | dict(zip(books, pdf.make_pdfs(list(books.values()), settings), strict=True))
    except pdf.PdfError:
        console.print("Không in được các bảng tính: cài thêm libreoffice-calc-nogui.")
        return made


def _pictures(source: Path, target: Path, dpi: int, last: int = 0) -> list[Path]:
    pages = ["-l", str(last)] if last else []
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", *pages, str(source), str(target)], check=True)
    return sorted(target.parent.glob(f"{target.name}-*.png"))


WORKBOOKS = frozenset(
    {"village_workbook", "payment_sheet", "treasury_list", "bank_file", "cash_sheet", "d03ts", "budget_sheet"}
)
WITHOUT = {True: "Bảng tính Excel: xem trong thư mục kết quả của bản trình diễn.", False: "Bản trình diễn không có."}


def _show(out: Path, kinds: list[str], texts: dict[str, str]) -> None:
    """Write the small pictures and the page that shows them."""
    folder = DOCS / "papers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = [
        "# Văn bản",
        "",
        "Mỗi loại văn bản của bản trình diễn, in bằng `make papers`. Người và số liệu đều hư cấu. Mẫu ở "
        "`templates/documents/`, sửa được trong Word: mỗi loại dòng có một kiểu (Style) tên «An Sinh – …», sửa kiểu là "
        "sửa mọi dòng cùng loại; chữ trong ngoặc nhọn là chỗ máy điền.",
        "",
    ]
    for shown in SHOWN:
        lines += [f"## {shown.name}", "", f"Lập khi: {shown.due}.", ""]
        if shown.kind in texts:
            lines += ["```text", texts[shown.kind].rstrip(), "```", ""]
        elif shown.kind in kinds:
            small = _pictures(out / f"{shown.kind}.pdf", folder / shown.kind, SMALL_DPI, SHOWN_PAGES)
            lines += [" ".join(f"![{shown.name}]({folder.name}/{picture.name})" for picture in small), ""]
        else:
            lines += [WITHOUT[shown.kind in WORKBOOKS], ""]
    (DOCS / "papers.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    heavy = [picture.name for picture in folder.iterdir() if picture.stat().st_size > MAX_BYTES]
    if heavy:
        console.print(f"Ảnh lớn hơn {MAX_BYTES} byte: {', '.join(sorted(heavy))}")


if __name__ == "__main__":
    sys.exit(render(Path(sys.argv[1]), Path(sys.argv[2])))
