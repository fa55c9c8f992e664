"""Six words and five floors: whoever knows them finds anything, and what the papers name is really there."""

import re

import pytest

from rules.workflow import Step
from tests.house import source

ADR = re.compile(r"docs/adr/(\d{4})-[a-z0-9-]+\.md")
ADR_PARTS = ("Context", "Decision", "Consequences", "Alternatives", "Enforced by")
COMMAND = re.compile(r"(?:`(?:\.venv/bin/)?|^    (?:[A-Z_]+=\S+ )?|^)ansinh ([a-z][a-z-]*)", re.MULTILINE)
SPOKEN = ("README.md", "CONTRIBUTING.md", *(name for name in source.files() if re.fullmatch(r"docs/[a-z-]+\.md", name)))


def test_the_six_words_are_the_steps_of_the_workflow_in_their_order() -> None:
    assert tuple(step.value for step in Step) == source.STEPS


@pytest.mark.parametrize("floor", ["models", "services", "tasks", "web/pages"])
def test_every_step_has_its_file_on_the_floor(floor: str) -> None:
    stands = set(source.files())
    missing = [
        step
        for step in source.STEPS
        if f"{floor}/{step}.py" not in stands and f"{floor}/{step}/__init__.py" not in stands
    ]
    assert not missing


def test_the_quarter_names_the_six_steps_in_their_order() -> None:
    flow = source.read("flows/quarterly_cycle.py")
    body = flow[flow.index("def quarterly_cycle") :]
    places = [re.search(rf"\b{step}\b", body) for step in source.STEPS]
    assert all(places)
    starts = [place.start() for place in places if place]
    assert starts == sorted(starts)


def test_every_make_command_that_is_spoken_of_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", source.read("Makefile"), re.MULTILINE))
    spoken = {word for name in SPOKEN for word in re.findall(r"`make ([a-z-]+)", source.read(name))}
    assert {"demo", "test", "start"} <= spoken
    assert spoken <= targets


def test_every_command_of_the_product_that_is_spoken_of_exists() -> None:
    from typer.main import get_command

    from cli.__main__ import app

    group = get_command(app)
    known = set(getattr(group, "commands", {}))
    spoken = {word for name in SPOKEN for word in COMMAND.findall(source.read(name))}
    assert {"advance", "backup", "restore"} <= spoken
    assert spoken <= known


def test_every_help_line_of_the_makefile_has_a_target_that_is_phony() -> None:
    makefile = source.read("Makefile")
    shown = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    phony = set(" ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split())
    assert shown <= phony


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    decisions = [found for name in source.files() if (found := ADR.fullmatch(name))]
    numbers = sorted(int(found[1]) for found in decisions)
    index = source.read("docs/adr/README.md")
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 11
    assert not [found[0] for found in decisions if f"({found[0].rsplit('/')[-1]})" not in index]


def test_every_decision_has_its_why_and_what_enforces_it() -> None:
    lacking = [
        f"{name}: {part}"
        for name in source.files()
        if ADR.fullmatch(name)
        for part in ADR_PARTS
        if f"\n## {part}\n" not in source.read(name)
    ]
    assert not lacking


def test_links_between_our_pages_lead_somewhere() -> None:
    pages = [name for name in source.files() if name.endswith(".md") and not name.startswith("web/static/")]
    lost = [
        f"{name}: {target}"
        for name in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", source.read(name))
        if not (source.ROOT / name).parent.joinpath(target).exists()
    ]
    assert not lost
