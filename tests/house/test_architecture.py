"""The picture in docs/architecture.md is the house as it stands."""

from graphlib import CycleError, TopologicalSorter

import pytest

from deploy import draw_architecture
from tests.house import source


def test_the_committed_picture_is_drawn_from_the_imports_of_today() -> None:
    page = source.read("docs/architecture.md")
    assert draw_architecture.page_with(draw_architecture.drawn(), page) == page, "run `make docs`"


def test_a_page_without_its_markers_is_refused_rather_than_overwritten() -> None:
    with pytest.raises(ValueError, match="markers"):
        draw_architecture.page_with("picture", "# a page somebody wrote by hand\n")


def test_no_rooms_import_each_other_in_a_circle() -> None:
    """A circle works or breaks by which of its rooms is entered first: every process must be able to begin anywhere."""
    rooms = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name
        for name in source.modules(*source.PRODUCT)
    }
    graph = {room: (source.imported_at_once(name) & set(rooms)) - {room} for room, name in rooms.items()}
    assert len(graph) > 300
    assert sum(map(len, graph.values())) > 1000, "the imports were not found"
    assert _circle(graph) == ""


def _circle(graph: dict[str, set[str]]) -> str:
    """The rooms of one circle in their order; "" when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " → ".join(error.args[1])
    return ""


def test_a_circle_of_rooms_would_be_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def test_every_staircase_of_the_picture_goes_down() -> None:
    order = list(draw_architecture.FLOORS)
    _, ways = draw_architecture.stairs()
    assert ways
    assert all(order.index(floor) < order.index(below) for floor, below in ways)
