"""The pictures of the handbook: one of each page, taken on the demonstration as it stands when the page matters most.

Run by ``make screenshots``; the pictures are kept in ``web/static/handbook/``.
"""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from adapters.settings import get_settings
from cli.demo import command, play
from cli.demo.world import PASSWORD
from tests import shared
from tests.web import walk_pages
from tests.web.conftest import SilentEngine
from tests.web.walk import ARGUMENTS, PATIENCE, serving, sign_in
from web import handbook
from web.app import create_app

DESK = {"width": 1040, "height": 720}
PHONE = {"width": 360, "height": 720}
LARGEST = 150_000
"""A picture shows the page's own part, not the head that all pages share, down to the window's height."""


@dataclass(frozen=True)
class Shot:
    """A page of the registry, the address of an example, and who looks at it."""

    page: str
    path: str
    who: str


LISTS, HEALTH, POSTED, SUBMITTED = "TM06.xlsx", "đề nghị một người", "nhận một ý kiến", "trình Chủ tịch"
SHOTS: dict[str, tuple[Shot, ...]] = {
    LISTS: (
        Shot("/", "/", "truongthon08"),
        Shot("/lists", "/lists", "kinhte1"),
        Shot("/lists/{list_id:int}", "/lists/8", "truongthon08"),
        Shot("/lists/{list_id:int}/form", "/lists/8/form", "truongthon08"),
        Shot("/lists/{list_id:int}/files/{file_id:int}", "/lists/5/files/5", "truongthon05"),
        Shot("/papers/{person_id:int}", "/papers/6", "truongthon01"),
        Shot("/account", "/account", "truongthon01"),
    ),
    HEALTH: (
        Shot("/health", "/health", "yte"),
        Shot("/health/{health_case_id:int}", "/health/1", "yte"),
        Shot("/papers", "/papers", "truongthon01"),
    ),
    POSTED: (
        Shot("/eligibility", "/eligibility", "kinhte1"),
        Shot("/eligibility/cases/{case_id:int}", "/eligibility/cases/5", "kinhte1"),
        Shot("/cross-checks", "/cross-checks", "vanhoa"),
        Shot("/feedback", "/feedback", "mattran"),
        Shot("/posting", "/posting", "truongthon01"),
    ),
    SUBMITTED: (Shot("/approval", "/approval", "chutich"),),
    "": (
        Shot("/payment", "/payment", "kinhte1"),
        Shot("/payment/{list_id:int}", "/payment/1", "kinhte1"),
        Shot("/payment/{list_id:int}/differences", "/payment/2/differences", "kinhte1"),
        Shot("/payment/open", "/payment/open", "kinhte1"),
        Shot("/payment/{list_id:int}/answers/{answer_id:int}", "/payment/1/answers/1", "kinhte1"),
        Shot("/payment/transfers/{transfer_id:int}", "/payment/transfers/11", "kinhte1"),
        Shot("/changes", "/changes", "kinhte1"),
        Shot("/changes/people", "/changes/people", "truongthon01"),
        Shot("/changes/events/{event_id:int}", "/changes/events/1", "kinhte2"),
        Shot("/households", "/households", "kinhte1"),
        Shot("/insurance", "/insurance", "bhxh"),
        Shot("/documents", "/documents", "kinhte1"),
        Shot("/runs", "/runs", "quantri"),
        Shot("/runs/cycles/{cycle_id:int}", "/runs/cycles/1", "kinhte1"),
        Shot("/law", "/law", "kinhte1"),
        Shot("/staff", "/staff", "quantri"),
        Shot("/villages", "/villages", "quantri"),
    ),
}
"""After which scene of the demonstration ("" for the last) which pages are pictured."""


def play_until(folder: Path, scene: str) -> None:
    """The demonstration without its engine up to and with the first scene whose words hold ``scene``."""
    script = [sys.executable, "-W", "ignore", "-m", "tests.web.walk_handbook", str(folder), scene]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANSINH_")}
    done = subprocess.run(script, cwd=shared.HOUSE, env=clean, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr)[-2000:])


def _play(folder: Path, scene: str) -> None:
    whole = play.scenes()
    last = next((place for place, one in enumerate(whole) if scene and scene in one.what), len(whole) - 1)
    play.scenes = lambda: copy.copy(whole[: last + 1])
    command.demo(leave=True, by_hand=True, folder=folder)


def take(browser_path: str) -> int:
    """Take every picture of the handbook; returns how many. A picture that is too large to keep is an error."""
    handbook.PICTURES.mkdir(exist_ok=True)
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        for scene, shots in SHOTS.items():
            with tempfile.TemporaryDirectory() as name:
                play_until(Path(name), scene)
                taken += _of_scene(browser, Path(name), shots)
        browser.close()
    return taken


def _of_scene(browser: Browser, folder: Path, shots: tuple[Shot, ...]) -> int:
    os.environ.update(walk_pages.demonstration_settings(folder))
    get_settings.cache_clear()
    app = create_app(get_settings(), flows=SilentEngine())
    with serving(app) as address:
        for shot in shots:
            size = PHONE if shot.who.startswith("truongthon") else DESK
            page = browser.new_context(viewport=size, locale="vi-VN").new_page()  # type: ignore[arg-type]
            page.set_default_timeout(PATIENCE)
            sign_in(page, address, shot.who, PASSWORD)
            page.goto(address + shot.path)
            picture = handbook.PICTURES / handbook.picture_name(shot.page)
            area = page.locator("main").bounding_box()
            assert area is not None, shot.path
            clip = {**area, "height": min(area["height"], size["height"])}
            page.screenshot(path=picture, full_page=True, clip=clip)  # type: ignore[arg-type]
            if picture.stat().st_size > LARGEST:
                raise RuntimeError(f"{picture.name}: {picture.stat().st_size} bytes")
            page.context.close()
    app.state.engine.dispose()
    return len(shots)


if __name__ == "__main__":
    _play(Path(sys.argv[1]), sys.argv[2])
