"""What the tests of the office begin with."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from tests.services.money import Desk, open_desk


@pytest.fixture
def desk(session: Session) -> Desk:
    """A commune whose cycle stands at the payments."""
    return open_desk(session)
