"""Pictures of every page at desk, tablet and phone width, from the demonstration's data: ``make screenshots``.

With ``--handbook`` it takes the pictures of the printed handbook instead.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from adapters.settings import get_settings
from cli.demo.world import PASSWORD
from tests import shared
from tests.conftest import BROWSERS
from tests.web import walk_pages
from tests.web.conftest import SilentEngine
from tests.web.walk import ARGUMENTS, DESK, PATIENCE, PHONE, serving, sign_in
from web.app import create_app

FOLDER = shared.HOUSE / "var" / "screenshots"
TABLET = {"width": 834, "height": 1112}
SIZES = {"1280": DESK, "834": TABLET, "360": PHONE}


def main() -> int:
    """Play the demonstration in a folder of its own, take the pictures, say where they are."""
    chromium = os.environ.get("ANSINH_TEST_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        sys.stderr.write("Không có Chromium: cài bằng apt-get install chromium\n")
        return 1
    if "--handbook" in sys.argv:
        from tests.web import walk_handbook

        sys.stdout.write(f"{walk_handbook.take(chromium)} ảnh cho sổ tay\n")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shared.play(folder)
        os.environ.update(walk_pages.demonstration_settings(folder))
        get_settings.cache_clear()
        sys.stdout.write(f"{_take(chromium)} ảnh trong {FOLDER.relative_to(shared.HOUSE)}\n")
    return 0


def _take(chromium: str) -> int:
    taken = 0
    app = create_app(get_settings(), flows=SilentEngine())
    with serving(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for width, size in SIZES.items():
            for username, also in walk_pages.PEOPLE.items():
                page = browser.new_context(viewport=size, locale="vi-VN").new_page()  # type: ignore[arg-type]
                page.set_default_timeout(PATIENCE)
                taken += _of_person(page, address, username, also, FOLDER / width)
                page.context.close()
        browser.close()
    app.state.engine.dispose()
    return taken


def _of_person(page: Page, address: str, username: str, also: tuple[str, ...], folder: Path) -> int:
    """One picture of each page this person reaches, named after the person and the page's address."""
    sign_in(page, address, username, PASSWORD)
    taken = 0
    for pattern in walk_pages.tour(page, address, also=also):
        words = re.sub(r"\{\w+:int\}", "one", pattern).strip("/").replace("/", "-") or "home"
        page.screenshot(path=folder / f"{username}-{words}.png", full_page=True)
        taken += 1
    return taken


if __name__ == "__main__":
    sys.exit(main())
