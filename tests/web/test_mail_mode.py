"""Where mail goes stands on every page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rules.workflow import Role
from tests.web.conftest import World
from web.app import create_app

TEMPLATES = Path(__file__).parents[2] / "templates" / "web"
WITH_ITS_OWN_HEAD = {"home/public.html", "parts/problem.html"}
A_PART = re.compile(r'{%-? (?:include|import|from|extends) "web/([^"]+)"')


@pytest.mark.parametrize(
    ("mode", "is_real", "words"),
    [
        ("file", False, "Thư: ghi ra tệp, không gửi đi"),
        ("off", False, "Thư: tắt"),
        ("smtp", False, "Thư: chỉ gửi cho danh sách khách"),
        ("smtp", True, "Thư: gửi đến địa chỉ thật"),
    ],
)
def test_the_head_of_a_page_says_where_mail_goes(world: World, mode: str, is_real: bool, words: str) -> None:
    settings = world.settings.model_copy(update={"mail_mode": mode, "mail_to_real_addresses": is_real})
    here = replace(world, app=create_app(settings, world.engine, world.flows), settings=settings)
    assert words in here.role(Role.economy).get("/account").text


def test_every_page_has_that_head() -> None:
    written = {str(path.relative_to(TEMPLATES)): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    parts = {name for text in written.values() for name in A_PART.findall(text)}
    own = {name for name, text in written.items() if 'extends "web/parts/base.html"' not in text}
    assert own - parts == WITH_ITS_OWN_HEAD


def test_a_refusal_and_the_page_for_citizens_say_it_too(world: World) -> None:
    words = "Thư: ghi ra tệp, không gửi đi"
    assert words in world.role(Role.economy).get("/staff", status=403).text
    assert words in world.role(Role.economy).get("/khong-co-trang-nay", status=404).text
    settings = world.settings.model_copy(update={"mail_mode": "file", "public_page": True})
    here = replace(world, app=create_app(settings, world.engine, world.flows), settings=settings)
    assert words in here.browser().get("/public").text
