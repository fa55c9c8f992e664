"""The clock: Viet Nam's time, or the demonstration clock when one is set; never a guess."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters import clock
from adapters.settings import get_settings


@pytest.fixture
def demo_clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "clock"
    monkeypatch.setenv("ANSINH_DEMO_CLOCK", str(path))
    get_settings.cache_clear()
    yield path
    get_settings.cache_clear()


def test_the_real_clock_is_aware_and_in_viet_nam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_DEMO_CLOCK", "")
    get_settings.cache_clear()
    try:
        moment = clock.now()
        assert moment.utcoffset() == timedelta(hours=7)
        assert abs(moment - datetime.now(UTC)) < timedelta(seconds=5)
        assert not clock.is_demo_clock()
    finally:
        get_settings.cache_clear()


def test_the_demonstration_clock_tells_the_moment_written_in_it(demo_clock: Path) -> None:
    clock.set_demo_clock(demo_clock, datetime(2026, 7, 31, 20, 30, tzinfo=UTC))
    assert clock.now().isoformat() == "2026-08-01T03:30:00+07:00"
    assert clock.today().isoformat() == "2026-08-01"
    assert clock.is_demo_clock()
    assert not list(demo_clock.parent.glob(".clock-*"))


@pytest.mark.parametrize("written", [None, "hôm qua", "2026-07-01T08:00:00"])
def test_a_broken_demonstration_clock_is_refused_not_replaced_by_real_time(
    demo_clock: Path, written: str | None
) -> None:
    if written is not None:
        demo_clock.write_text(written, encoding="utf-8")
    with pytest.raises(clock.ClockError):
        clock.now()


def test_a_moment_without_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="múi giờ"):
        clock.set_demo_clock(tmp_path / "clock", datetime(2026, 7, 1))  # noqa: DTZ001 - the mistake under test
