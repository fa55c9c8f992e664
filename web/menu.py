"""The menu: one table of entries and the roles they are for."""

from __future__ import annotations

from dataclasses import dataclass

from rules.workflow import Role
from services.staff import Actor
from web.registry import PAGES, Page


@dataclass(frozen=True)
class Entry:
    """One menu entry; its roles are those of the page it leads to, but for ``not_for``, whom the page only sends on."""

    path: str
    label: str
    not_for: frozenset[Role] = frozenset()
    covers: tuple[str, ...] = ()
    """Beginnings of other addresses to which this entry leads."""


POSTERS = frozenset({Role.village_head, Role.front, Role.media})


ENTRIES = (
    Entry("/", "Việc cần làm"),
    Entry("/lists", "Danh sách thôn", covers=("/papers",)),
    Entry("/health", "Sức khỏe"),
    Entry("/eligibility", "Xét duyệt", not_for=POSTERS),
    Entry("/posting", "Niêm yết", not_for=frozenset({Role.economy, Role.culture, Role.chairman})),
    Entry("/cross-checks", "Đối chiếu trợ cấp"),
    Entry("/feedback", "Phản ánh"),
    Entry("/approval", "Phê duyệt"),
    Entry("/payment", "Chi trả"),
    Entry("/changes", "Biến động"),
    Entry("/insurance", "Thẻ BHYT"),
    Entry("/insurance/watch", "Theo dõi thẻ"),
    Entry("/budget", "Kinh phí"),
    Entry("/documents", "Văn bản", covers=("/register",)),
    Entry("/households", "Hộ nghèo"),
    Entry("/runs", "Tiến độ"),
    Entry("/law", "Căn cứ pháp lý"),
    Entry("/staff", "Tài khoản"),
    Entry("/villages", "Thôn"),
    Entry("/departments", "Phòng, ban"),
)


@dataclass(frozen=True)
class Item:
    """An entry as one person sees it."""

    path: str
    label: str
    current: bool


def page_of(path: str) -> Page:
    """The page behind an entry."""
    return next(page for page in PAGES if page.method == "GET" and page.path == path)


def items_for(actor: Actor, here: str) -> list[Item]:
    """The entries this person may open; the one that leads to ``here`` is marked."""
    held = {Role(mandate.role) for mandate in actor.mandates}
    mine = [entry for entry in ENTRIES if held & (page_of(entry.path).roles - entry.not_for)]
    nearest = max((_nearness(entry, here) for entry in mine), default=0)
    return [Item(entry.path, entry.label, 0 < nearest == _nearness(entry, here)) for entry in mine]


def _nearness(entry: Entry, here: str) -> int:
    """How much of the address the entry stands for, 0 when nothing; the first page stands for itself alone."""
    starts = [start for start in (entry.path, *entry.covers) if here == start or here.startswith(start + "/")]
    return max(map(len, starts), default=0)
