"""Every page that a role can reach by following links, one example of each, and what axe-core says of it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page
from starlette.routing import compile_path

from web.pages import load_all
from web.registry import PAGES

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
GRAVE = {"serious", "critical"}
PEOPLE: dict[str, tuple[str, ...]] = {
    "kinhte1": ("/approval/1", "/feedback/1", "/payment/1/answers/1", "/law?q=NQ04"),
    "vanhoa": (),
    "yte": ("/health/1",),
    "chutich": (),
    "bhxh": (),
    "truyenthanh": (),
    "mattran": (),
    "quantri": (),
    "truongthon01": ("/papers",),
}
"""One person of each role, and pages to which no link leads once the work is done, or not from a list's first page."""


def demonstration_settings(folder: Path) -> dict[str, str]:
    """The environment in which a process sees that demonstration's data."""
    return {
        "ANSINH_MODE": "demo",
        "ANSINH_DATA_DIR": str(folder),
        "ANSINH_DATABASE_URL": f"sqlite:///{folder / 'ansinh.db'}",
        "ANSINH_DEMO_CLOCK": str(folder / "clock"),
    }


def pattern_of(path: str) -> str | None:
    """The registered page behind a path; None for files and foreign addresses."""
    for pattern, expression in _patterns():
        if expression.fullmatch(path):
            return pattern
    return None


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    load_all()
    return [(page.path, compile_path(page.path)[0]) for page in PAGES if page.method == "GET"]


def tour(page: Page, address: str, *, also: Sequence[str] = (), known: Container[str] = ()) -> Iterator[str]:
    """Follow links from the first page until one example of every page was opened; gives each page's pattern.

    ``also`` are addresses to begin with besides the first page; no page that is ``known`` is opened, but the first.
    """
    seen: set[str] = set()
    waiting = ["/", *also]
    while waiting:
        path = waiting.pop(0)
        pattern = pattern_of(urlsplit(path).path)
        if pattern is None or pattern in seen or (pattern != "/" and pattern in known):
            continue
        seen.add(pattern)
        try:
            page.goto(address + path)
        except Error as refused:
            if "Download is starting" in str(refused):
                continue
            raise
        yield pattern
        waiting += page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")


def grave_issues(page: Page) -> list[str]:
    """Serious and critical issues of WCAG 2.1 A and AA on the page as it stands, one line each."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)", RULES
    )
    place = urlsplit(page.url).path
    return [
        f"{place}: {issue['id']} ({issue['impact']}) {node['html'][:160]}"
        for issue in found
        if issue["impact"] in GRAVE
        for node in issue["nodes"][:3]
    ]
