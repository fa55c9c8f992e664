"""What every paper has alike, and people counted under a heading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.authority import Issuer

NO_RESOLUTION = "Nghị quyết số ……………"
"""Room to write it while the law names none."""


@dataclass(frozen=True)
class Head:
    """What NĐ 30/2020 puts around a paper's own words. Number and day stay None until the văn thư gives them.

    `body`: who issues it in running text ("Phòng Kinh tế"). `parent_line`: the superior body, printed above a
    department's own name. `authority_lines`: from `rules.authority`, empty where the signer is not known yet.
    `symbol`: without number, e.g. "TTr-KT". `resolution`: what the support stands on, as a paper cites it first.
    """

    body: str
    issuer_lines: tuple[str, ...]
    place: str
    symbol: str
    recipients: tuple[str, ...]
    parent_line: str = ""
    resolution: str = NO_RESOLUTION
    issuer: Issuer = Issuer.COLLECTIVE
    authority_lines: tuple[str, ...] = ()
    signer_name: str = ""
    number: int | None = None
    issued_on: date | None = None
    is_demo: bool = False
    is_assumed: bool = False


@dataclass(frozen=True)
class Tally:
    """People counted under a heading, and their money in đồng (a month's, unless the paper says otherwise)."""

    label: str
    people: int
    amount: int = 0
