"""`ansinh law …`: check law cases, list the parameters, try another law."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rules.law_cases import LawCase
    from rules.parameters import LawBook
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
    except (LawCaseError, OSError) as error:
        typer.echo(f"Không đọc được: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{len(cases)} tình huống, {wrong} sai.")
    if wrong or not cases:
        raise typer.Exit(1)


@law_app.command()
def params(
    status: Annotated[str, typer.Option(help="Chỉ các giá trị CONFIRMED, ASSUMED hoặc UNKNOWN.")] = "",
) -> None:
    """Các tham số trong tệp luật, kèm thời gian, phạm vi, trạng thái và căn cứ."""
    from rules.law_files import shipped_parameters
    from rules.parameters import LawStatus, scope_text

    wanted = status.upper()
    if wanted and wanted not in set(LawStatus):
        typer.echo("Trạng thái phải là CONFIRMED, ASSUMED hoặc UNKNOWN.", err=True)
        raise typer.Exit(1)
    count = 0
    for parameter in sorted(shipped_parameters(), key=lambda one: one.key):
        values = [value for value in parameter.values if not wanted or value.status == wanted]
        if values:
            typer.echo(f"{parameter.key} – {parameter.description} ({parameter.unit})")
        for value in values:
            until = f" đến {value.valid_to:%d/%m/%Y}" if value.valid_to else ""
            shown = "?" if value.value is None else _short(value.value)
            scope = f" [{scope_text(value.scope)}]" if value.scope else ""
            typer.echo(f"  từ {value.valid_from:%d/%m/%Y}{until}{scope}: {shown}  {value.status}  {value.reference}")
        count += len(values)
    typer.echo(f"{count} giá trị.")


@law_app.command(name="what-if")
def what_if(
    scenario: Annotated[Path, typer.Argument(help="Kịch bản YAML (docs/law-cases.md).")],
    commune: Annotated[str, typer.Option(help="Mã đơn vị; bỏ trống khi chỉ có một.")] = "",
) -> None:
    """Thử một cách quy định khác: ai vào, ai ra, thêm bớt bao nhiêu tiền, theo thôn và tháng. Không ghi gì."""
    import yaml

    from rules.strict_yaml import DuplicateKey, load_strict
    from services import what_if as trial
    from services.errors import Problem
    from tasks import session

    try:
        wanted = trial.read_scenario(load_strict(scenario.read_text("utf-8")))
        with session.transaction(write=False) as opened:
            effects = trial.run(opened, commune_id=_commune(opened, commune), scenario=wanted)
    except Problem as problem:
        typer.echo(problem.message, err=True)
        raise typer.Exit(1) from problem
    except (OSError, yaml.YAMLError, DuplicateKey, UnicodeDecodeError) as error:
        typer.echo(f"Không đọc được {scenario.name}: {error}", err=True)
        raise typer.Exit(1) from error
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
    return [file for path in paths for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]


def _read(file: Path) -> list[LawCase]:
    from rules.law_cases import LawCaseError, read_cases

    try:
        return read_cases(file.read_text("utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise LawCaseError(f"{file}: không phải tệp văn bản UTF-8") from error


def _report(case: LawCase) -> bool:
    """Print where the case fails; whether it does."""
    from rules.law_cases import book_for_case, check_case

    found = check_case(case, book_for_case(case, lambda name: book_of(name, Path(case.file).parent)))
    if found:
        typer.echo(f"SAI  {case.file}: {case.name} (ngày {case.on:%d/%m/%Y})")
    for difference in found:
        typer.echo(f"     {difference.what}: mong đợi {difference.expected or '–'}; nhận được {difference.got or '–'}")
    return bool(found)


def _short(value: Any) -> str:
    text = (
        ", ".join(str(word.get("code", word)) if isinstance(word, dict) else str(word) for word in value)
        if (isinstance(value, list))
        else str(value)
    )
    return text if len(text) <= 80 else text[:79] + "…"


def _commune(opened: Any, code: str) -> int:
    from sqlmodel import select

    from models.places import Commune
    from services.errors import not_found

    communes = [row for row in opened.exec(select(Commune)) if code in {"", row.code}]
    if len(communes) != 1:
        raise not_found("commune", "Không rõ đơn vị nào: ghi --commune và mã đơn vị.")
    return int(communes[0].key)


def _show(name: str, effects: Sequence[Effect]) -> None:
    from rich.console import Console
    from rich.table import Table

    from rules.money import format_dong
    from services.what_if import total

    table = Table(
        "Tháng", "Thôn", "Người trước", "Người sau", "Vào", "Ra", "Chưa kết luận", "Thêm (bớt) tiền", title=name
    )
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
