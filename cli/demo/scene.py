"""One scene of the demonstration: when it is, who does what, and how to see that it is done already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, select

from adapters import clock
from adapters.filestore import make_filestore
from adapters.settings import get_settings
from cli.demo.world import World
from models.base import ZONE
from models.cycles import Cycle, CycleStep
from models.documents import Document, DocumentState
from rules.workflow import Step, StepState
from services.staff import Actor
from tasks.session import transaction

YEAR, QUARTER = 2026, 3
T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    """What an act works with: the world, one open transaction, the moment."""

    world: World
    session: Session
    now: datetime

    def actor(self, username: str) -> Actor:
        """The scripted person, today."""
        return self.world.actor(self.session, username, self.now.date())

    @property
    def cycle(self) -> Cycle | None:
        """The quarter's cycle, once it is open."""
        return self.session.exec(
            select(Cycle).where(Cycle.commune_id == self.world.commune_id, Cycle.year == YEAR, Cycle.quarter == QUARTER)
        ).first()

    @property
    def cycle_id(self) -> int:
        """Number of the open cycle."""
        cycle = self.cycle
        if cycle is None:
            raise RuntimeError("kỳ xét trình diễn chưa mở")
        return cycle.key

    def step(self, step: Step) -> CycleStep:
        """Where a step of the cycle stands."""
        query = select(CycleStep).where(CycleStep.cycle_id == self.cycle_id, CycleStep.step == step)
        return self.session.exec(query).one()

    def waits(self, step: Step) -> bool:
        """The machine did its part of the step and people are to act, or the step is over."""
        row = self.step(step)
        return row.state == StepState.DONE or (row.state == StepState.WAITING and not row.wanted)

    def file(self, kind: str, subject: str) -> bytes:
        """A written paper's bytes, as a person would download them."""
        query = select(Document).where(Document.kind == kind, Document.subject == subject)
        paper = self.session.exec(query.where(Document.state == DocumentState.WRITTEN)).one()
        if paper.file_sha256 is None:
            raise RuntimeError(f"{kind} of {subject} has no file")
        return make_filestore(get_settings()).load(paper.file_sha256)

    def is_written(self, kind: str, subject: str) -> bool:
        """Whether that paper is there to be downloaded."""
        query = select(Document).where(Document.kind == kind, Document.subject == subject)
        found = self.session.exec(query).all()
        return bool(found) and all(paper.state == DocumentState.WRITTEN for paper in found)


Question = Callable[[Stage], bool]


@dataclass(frozen=True)
class Scene:
    """``act`` is done once, in one transaction; ``until`` is what the engine must reach before the next scene."""

    at: datetime
    who: str
    what: str
    act: Callable[[Stage], None]
    done: Question
    until: Question


def look(world: World, question: Callable[[Stage], T]) -> T:
    """Ask the records something, now."""
    with transaction(write=False) as session:
        return question(Stage(world, session, clock.now()))


def play(world: World, scene: Scene) -> bool:
    """Let the act happen unless it did already. Returns whether it happened now."""
    with transaction() as session:
        stage = Stage(world, session, clock.now())
        if scene.done(stage):
            return False
        scene.act(stage)
        return True


def at(day: int, hour: int = 8, minute: int = 0, month: int = 7) -> datetime:
    """A moment of 2026 in Việt Nam."""
    return datetime(YEAR, month, day, hour, minute, tzinfo=ZONE)


def always(_stage: Stage) -> bool:
    """Nothing to wait for."""
    return True
