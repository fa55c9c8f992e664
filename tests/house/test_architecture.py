"""The picture in docs/architecture.md is the house as it stands."""

import pytest

from deploy import draw_architecture
from tests.house import source


def test_the_committed_picture_is_drawn_from_the_imports_of_today() -> None:
    page = source.read("docs/architecture.md")
    assert draw_architecture.page_with(draw_architecture.drawn(), page) == page, "run `make docs`"


def test_a_page_without_its_markers_is_refused_rather_than_overwritten() -> None:
    with pytest.raises(ValueError, match="markers"):
        draw_architecture.page_with("picture", "# a page somebody wrote by hand\n")


def test_every_staircase_of_the_picture_goes_down() -> None:
    order = list(draw_architecture.FLOORS)
    _, ways = draw_architecture.stairs()
    assert ways
    assert all(order.index(floor) < order.index(below) for floor, below in ways)
