"""`ansinh law export`, `import` and `diseases`: the law as a file, in and out; what comes in only becomes proposals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.law import law_app
from cli.records import commune_named, day_of, file_fault, records, stop

if TYPE_CHECKING:
    from rules.diseases import Disease, DiseaseList

Commune = Annotated[str, typer.Option("--commune", help="Mã đơn vị; bỏ trống khi chỉ có một.")]


@law_app.command()
def export(
    commune: Commune = "",
    out: Annotated[Path | None, typer.Option(help="Ghi ra tệp này; bỏ trống thì in ra màn hình.")] = None,
) -> None:
    """Xuất các giá trị đã xác nhận của một đơn vị (YAML) để đơn vị khác nhập."""
    from services import law_exchange
    from services.staff import SYSTEM
    from tasks import session

    with records(write=True) as opened:
        place = commune_named(opened, commune)
        text = law_exchange.export(opened, commune_id=place, actor=SYSTEM, now=session.now())
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        stop(f"Không ghi được {out}: {file_fault(error)}.")


@law_app.command(name="import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="Tệp do `ansinh law export` hoặc trang Căn cứ pháp lý xuất ra.")],
    commune: Commune = "",
) -> None:
    """Nhập giá trị của đơn vị khác thành đề xuất; một cán bộ nhận, người thứ hai xác nhận thì mới áp dụng."""
    from services import law_exchange
    from services.staff import SYSTEM
    from tasks import session

    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"Không đọc được {file}: {file_fault(error)}.")
    with records(write=True) as opened:
        place = commune_named(opened, commune)
        found = law_exchange.bring_in(opened, commune_id=place, text=text, actor=SYSTEM, now=session.now())
        told = [f"{row.param_key} từ {row.valid_from:%d/%m/%Y}" for row in found.proposed]
    for line in told:
        typer.echo(f"đề xuất  {line}")
    typer.echo(f"Từ tệp của {found.whose}: {len(told)} đề xuất mới, {found.known} giá trị đã có từ trước.")
    if told:
        typer.echo("Chưa có gì được áp dụng: mở trang Căn cứ pháp lý, một cán bộ nhận, người thứ hai xác nhận.")


@law_app.command()
def diseases(
    file: Annotated[Path | None, typer.Argument(help="Bảng tính phụ lục; bỏ trống: chỉ in danh mục đang có.")] = None,
    commune: Commune = "",
    document: Annotated[str, typer.Option(help="Số, năm văn bản.")] = "50/2024/TT-BYT",
    issuer: Annotated[str, typer.Option(help="Cơ quan ban hành.")] = "Bộ Y tế",
    valid_from: Annotated[str, typer.Option("--from", help="Áp dụng từ ngày.")] = "01/03/2025",
) -> None:
    """Danh mục bệnh hiểm nghèo: đang có gì, còn thiếu gì; nhập phụ lục từ bảng tính thành đề xuất."""
    from rules.parameters import Reference
    from services import law_diseases
    from services.staff import SYSTEM
    from tasks import session

    start = day_of(valid_from)
    with records(write=file is not None) as opened:
        place = commune_named(opened, commune)
        known = law_diseases.current(opened, place, on=session.now().date())
        if file is None:
            _show(known)
            return
        row = law_diseases.propose(
            opened,
            commune_id=place,
            items=_items(file, known.total),
            reference=Reference(document, issuer, "Phụ lục"),
            valid_from=start,
            origin=f"Nhập từ bảng tính {file.name}",
            actor=SYSTEM,
            now=session.now(),
        )
        count = len(row.value)
    typer.echo(f"Đã ghi đề xuất danh mục {count}/{known.total} mục; một cán bộ nhận, người thứ hai xác nhận.")


def _items(file: Path, total: int) -> tuple[Disease, ...]:
    """The sheet's items; the first wrong cell ends the command, after all of them are named."""
    from adapters.workbooks import UnreadableFile, read_workbook
    from rules.disease_sheet import read_disease_sheet

    try:
        items, problems = read_disease_sheet(read_workbook(file.read_bytes()), total=total)
    except UnreadableFile as error:
        stop(error.reason)
    except OSError as error:
        stop(f"Không đọc được {file}: {file_fault(error)}.")
    for one in problems:
        typer.echo(f"{one.sheet} {one.cell}: {one.message_vi}", err=True)
    if problems:
        stop(f"{len(problems)} ô phải sửa; chưa đề xuất gì.")
    return items


def _show(known: DiseaseList) -> None:
    for item in known.items:
        typer.echo(f"{item.label}{f' – {item.severity}' if item.severity else ''}")
    typer.echo(f"{known.title} ({known.reference}): {len(known.items)}/{known.total} mục. {known.gap}".rstrip())
