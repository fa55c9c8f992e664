"""`ansinh law …`: check law cases, list the parameters, try another law."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.records import commune_named, file_fault, records, stop

if TYPE_CHECKING:
    from rules.law_cases import LawCase
    from rules.parameters import LawBook, Parameter, Value
    from services.what_if import Effect

HOUSE = Path(__file__).resolve().parents[1]
law_app = typer.Typer(help="Tham số pháp lý và tình huống kiểm tra.", no_args_is_help=True)


@law_app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Tệp tình huống YAML, hoặc thư mục chứa các tệp ấy.")],
) -> None:
    """Kiểm tra các tình huống: luật có trả lời đúng như mong đợi không. Sai một là thoát với mã 1."""
    from rules.law_cases import LawCaseError

    try:
        cases = [case for file in _files(paths) for case in _read(file)]
        wrong = sum(_report(case) for case in cases)
    except LawCaseError as error:
        stop(f"Không đọc được {error}")
    if not cases:
        stop("Không có tình huống nào trong các tệp ấy (tệp phải có đuôi .yaml hoặc .yml).")
    typer.echo(f"{len(cases)} tình huống, {wrong} sai.")
    if wrong:
        raise typer.Exit(1)


@law_app.command()
def params(
    status: Annotated[str, typer.Option(help="Chỉ các giá trị CONFIRMED, ASSUMED hoặc UNKNOWN.")] = "",
    commune: Annotated[
        str, typer.Option(help="Theo đơn vị có mã này, kể cả giá trị đơn vị đã xác nhận; bỏ trống: theo tệp luật.")
    ] = "",
    words: Annotated[str, typer.Option("--find", help="Chỉ các tham số có chữ này trong mã hoặc tên.")] = "",
) -> None:
    """Các tham số pháp luật, kèm thời gian, phạm vi, trạng thái và căn cứ."""
    from rules.names import fold_name
    from rules.parameters import LawStatus

    wanted = status.upper()
    if wanted and wanted not in set(LawStatus):
        typer.echo(f"Không có trạng thái {status}: phải là CONFIRMED, ASSUMED hoặc UNKNOWN.", err=True)
        raise typer.Exit(1)
    book = _law_of(commune)
    count = 0
    for parameter in book.parameters:
        values = [value for value in book.values_of(parameter.key) if not wanted or value.status == wanted]
        if values and fold_name(words) in fold_name(f"{parameter.key} {parameter.description}"):
            _print(parameter, values)
            count += len(values)
    typer.echo(f"{count} giá trị.")
    _tell_gap(book)


def _law_of(commune: str) -> LawBook:
    """The law as shipped, or as the commune of that code applies it."""
    from rules.law_files import shipped_parameters
    from rules.parameters import LawBook
    from services import law

    if not commune:
        return LawBook(shipped_parameters())
    with records() as opened:
        return law.book_for(opened, commune_named(opened, commune))


def _yaml_of(path: Path) -> Any:
    from rules.strict_yaml import YamlFault, load_strict

    try:
        return load_strict(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        stop(f"Không đọc được {path}: {file_fault(error)}.")
    except YamlFault as error:
        stop(f"{path}: {error}.")


def _print(parameter: Parameter, values: Sequence[Value]) -> None:
    from rules.law_words import shown, unit_words
    from rules.parameters import scope_text

    typer.echo(f"{parameter.key} – {parameter.description} ({unit_words(parameter.unit)})")
    for value in values:
        until = f" đến {value.valid_to:%d/%m/%Y}" if value.valid_to else ""
        said = "; ".join(shown(value.unit, value.value))
        said = said if len(said) <= 80 else said[:79] + "…"
        scope = f" [{scope_text(value.scope)}]" if value.scope else ""
        whose = f", đơn vị xác nhận (số {value.version})" if value.version else ""
        typer.echo(f"  từ {value.valid_from:%d/%m/%Y}{until}{scope}: {said}  {value.status}  {value.reference}{whose}")


def _tell_gap(book: LawBook) -> None:
    """Say how much of the disease list is missing, wherever the parameters are listed."""
    from rules.diseases import ITEMS_KEY, disease_list

    known = disease_list(book, max(value.valid_from for value in book.values_of(ITEMS_KEY)))
    if known.gap:
        typer.echo(f"{known.title}: {known.gap}; nhập phụ lục bằng `ansinh law diseases BANG.xlsx`.")


@law_app.command(name="what-if")
def what_if(
    scenario: Annotated[Path, typer.Argument(help="Kịch bản YAML (docs/law-cases.md).")],
    commune: Annotated[str, typer.Option(help="Mã đơn vị; bỏ trống khi chỉ có một.")] = "",
) -> None:
    """Thử một cách quy định khác: ai vào, ai ra, thêm bớt bao nhiêu tiền, theo thôn và tháng. Không ghi gì."""
    from services import what_if as trial

    raw = _yaml_of(scenario)
    with records() as opened:
        wanted = trial.read_scenario(raw)
        effects = trial.run(opened, commune_id=commune_named(opened, commune), scenario=wanted)
    _show(wanted.name, effects)


def book_of(name: str, beside: Path | None = None) -> LawBook:
    """The law that a case names: ``shipped``, ``demo``, or a file with a set of values beside the case's own file.

    Raises LawCaseError when there is none.
    """
    from rules.law_cases import SHIPPED, LawCaseError
    from rules.law_files import shipped_parameters
    from rules.parameters import LawBook

    if name == SHIPPED:
        return LawBook(shipped_parameters())
    path = HOUSE / "demo" / "law.yaml" if name == "demo" else (beside or Path()) / name
    if not path.is_file():
        raise LawCaseError(f"không có bộ tham số {name}: dùng shipped, demo hoặc tên một tệp")
    return _set_book(path.resolve())


@cache
def _set_book(path: Path) -> LawBook:
    from rules.law_cases import LawCaseError
    from rules.law_files import shipped_parameters
    from rules.parameters import LawGap
    from rules.strict_yaml import load_strict
    from rules.trial_law import book_of_set

    try:
        return book_of_set(load_strict(path.read_text("utf-8")), shipped_parameters())
    except (LawGap, KeyError, TypeError, ValueError) as error:
        raise LawCaseError(f"{path.name}: không phải một bộ tham số ({error})") from error


def _files(paths: Sequence[Path]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.rglob("*.y*ml")) if path.is_dir() else [path])]


def _read(file: Path) -> list[LawCase]:
    from rules.law_cases import LawCaseError, read_cases

    try:
        return read_cases(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise LawCaseError(f"{file}: {file_fault(error)}") from error


def _report(case: LawCase) -> bool:
    """Print where the case fails; whether it does."""
    from rules.law_cases import book_for_case, check_case

    found = check_case(case, book_for_case(case, lambda name: book_of(name, Path(case.file).parent)))
    if found:
        typer.echo(f"SAI  {case.file}: {case.name} (ngày {case.on:%d/%m/%Y})")
    for difference in found:
        typer.echo(f"     {difference.what}: mong đợi {difference.expected or '–'}; nhận được {difference.got or '–'}")
    return bool(found)


def _show(name: str, effects: Sequence[Effect]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    from rules.money import format_dong
    from services.what_if import total

    figures = ("Người trước", "Người sau", "Vào", "Ra", "Chưa kết luận")
    table = Table(Column("Tháng", no_wrap=True), "Thôn", title=name)
    for heading in figures:
        table.add_column(heading, justify="right")
    table.add_column("Thêm (bớt) tiền", justify="right", no_wrap=True)
    for effect in effects:
        people = (effect.before.people, effect.after.people, effect.entering, effect.leaving, effect.after.undecided)
        table.add_row(str(effect.month), effect.village, *map(str, people), format_dong(effect.money))
    console = Console()
    console.print(table if effects else "Chưa có hồ sơ nào để thử.")
    sums = total(effects)
    money = sums.get("income", 0) + sums.get("bhyt", 0)
    console.print(
        f"Tổng thay đổi: {format_dong(money)} (thu nhập {format_dong(sums.get('income', 0))}, "
        f"BHYT {format_dong(sums.get('bhyt', 0))}). Không ghi gì vào hồ sơ."
    )
