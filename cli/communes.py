"""`ansinh commune …`: the communes of one installation; the first is founded in the pages, each further one here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.records import file_fault, records, stop

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from models.staff import Account

commune_app = typer.Typer(help="Các đơn vị của một máy chủ: liệt kê, mở thêm.", no_args_is_help=True)
AREAS = ("NONG_THON", "THANH_THI")


@commune_app.command("list")
def every() -> None:
    """Các đơn vị đã mở: mã, tên, số thôn."""
    from sqlalchemy import func
    from sqlmodel import col, select

    from models.places import Commune, Village

    with records() as opened:
        villages = select(func.count()).where(Village.commune_id == col(Commune.id)).scalar_subquery()
        found = opened.exec(select(Commune, villages).order_by(col(Commune.code))).all()
        for commune, count in found:
            typer.echo(f"{commune.code}  {commune.full_name}, {commune.province}: {count} thôn")
        typer.echo(f"{len(found)} đơn vị.")


@commune_app.command()
def add(
    code: Annotated[str, typer.Argument(help="Mã đơn vị hành chính cấp xã, ví dụ 11914.")],
    villages: Annotated[Path, typer.Option(help="Tệp chữ UTF-8: mỗi dòng tên một thôn, tổ dân phố.")],
    admin: Annotated[str, typer.Option(help="Tên đăng nhập của Quản trị; chưa có thì được tạo.")],
    full_name: Annotated[str, typer.Option(help="Họ tên, khi tạo Quản trị mới.")] = "",
    area: Annotated[str, typer.Option(help="Khu vực của các thôn: NONG_THON hoặc THANH_THI.")] = "NONG_THON",
    plan: Annotated[int, typer.Option(min=0, help="Số người dự kiến mỗi năm.")] = 0,
) -> None:
    """Mở thêm một đơn vị trên máy chủ này, với các thôn và người quản trị của nó."""
    from adapters.units import unit_of
    from models.places import Commune
    from services import offices
    from tasks import session

    unit = unit_of(code)
    if unit is None:
        stop(f"Không có xã, phường, đặc khu mã {code} (deploy/data/vn-administrative-units.csv).")
    if area not in AREAS:
        stop(f"--area phải là {' hoặc '.join(AREAS)}.")
    names = _names(villages)
    with records(write=True) as opened:
        now = session.now()
        account, password = offices.account_named(opened, admin.strip().lower()), ""
        if account is None:
            account, password = _new_admin(opened, admin, full_name, now)
        offices.open_commune(
            opened,
            commune=Commune(
                code=code, name=unit.own_name, kind=unit.kind_in_text, province=unit.province_name, plan_people=plan
            ),
            villages=[(name, area) for name in names],
            account=account,
            now=now,
        )
    typer.echo(f"Đã mở {unit.unit_name}, {unit.province_name}: {len(names)} thôn, Quản trị {account.username}.")
    if password:
        typer.echo(f"Mật khẩu lần đầu (chỉ hiện một lần, phải đổi khi đăng nhập): {password}")


def _new_admin(opened: Session, username: str, full_name: str, now: datetime) -> tuple[Account, str]:
    """The account with the password that is shown once."""
    from adapters.secrets import first_password, hash_password
    from services import offices

    if not full_name.strip():
        stop(f"Chưa có tài khoản {username}: ghi thêm --full-name HỌ TÊN để tạo.")
    password = first_password()
    person = offices.NewPerson(username.strip().lower(), full_name.strip(), "", hash_password(password))
    return offices.new_account(opened, person, now, password_is_given=True), password


def _names(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"Không đọc được {path}: {file_fault(error)}.")
    return [name for name in dict.fromkeys(" ".join(line.split()) for line in lines) if name]
