"""The commune's own account: where the money leaves from, the codes on its vouchers, and the layout its bank takes."""

from __future__ import annotations

from fastapi import Response

from adapters.bank_profiles import bank_profiles
from models.payer import PAYER_KIND_LABELS, PayerKind
from rules.lookups import banks
from rules.workflow import Role
from services import payer_accounts
from services.payer_accounts import NewPayerAccount
from web.registry import Scope, get, post
from web.visit import Visit

KEEPERS = (Role.economy, Role.admin)
CODES = (
    ("unit_code", "Mã đơn vị quan hệ ngân sách"),
    ("chapter_code", "Mã chương"),
    ("sector_code", "Mã ngành kinh tế"),
    ("item_code", "Mã nội dung kinh tế"),
    ("source_code", "Mã nguồn"),
    ("programme_code", "Mã chương trình mục tiêu"),
)


@get("/payment/account", roles=KEEPERS, scope=Scope.COMMUNE, hidden="mở từ trang Chi trả và trang Tài khoản")
def account_page(visit: Visit) -> Response:
    """What is in use, and the form that replaces it."""
    account = payer_accounts.current(visit.db, visit.commune.key)
    return visit.render(
        "payment/account.html",
        title="Tài khoản chi của đơn vị",
        account=account,
        kinds=list(PAYER_KIND_LABELS.items()),
        banks=[(bank.bin, bank.name) for bank in banks()],
        layouts=[(code, layout.name) for code, layout in bank_profiles(visit.settings.data_dir).items() if code],
        neutral=bank_profiles()[""].name,
        codes=CODES,
    )


@post("/payment/account", roles=KEEPERS, scope=Scope.COMMUNE, redisplay=account_page)
def change_account(visit: Visit) -> Response:
    """Record another account; the one before stays with the papers it paid."""
    form = visit.form
    new = NewPayerAccount(
        kind=form.word("kind", PayerKind, need="Chọn loại tài khoản."),
        holder=form.text("holder", need="Ghi tên đơn vị như ngân hàng, Kho bạc ghi.", most=120),
        account_no=form.text("account_no", need="Ghi số tài khoản.", most=40),
        place_name=form.text("place_name", need="Ghi nơi mở tài khoản.", most=120),
        bank_bin=form.choice("bank_bin", [bank.bin for bank in banks()]),
        bank_profile=form.choice("bank_profile", bank_profiles(visit.settings.data_dir)),
        **{name: form.text(name, most=40) for name, _ in CODES},
    )
    form.check()
    payer_accounts.change(visit.db, commune_id=visit.commune.key, new=new, actor=visit.actor, now=visit.now)
    return visit.redirect(
        "/payment/account", "Đã ghi. Danh sách đã duyệt mà chưa chuyển được lập lại tệp theo tài khoản này."
    )
