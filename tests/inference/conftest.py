"""The engine's client in front of the fake engine, for every test of this package."""

from collections.abc import AsyncIterator

import pytest

from inference.engine import Engine
from tests.fakes.engine import FakeEngine


@pytest.fixture
async def fake() -> AsyncIterator[FakeEngine]:
    async with FakeEngine() as running:
        yield running


@pytest.fixture
async def engine(fake: FakeEngine) -> AsyncIterator[Engine]:
    """Patient: the fake shares this process, and a busy machine may stand still for seconds."""
    async with Engine(fake.base_url, fake.model, timeout_s=60) as opened:
        yield opened


@pytest.fixture
async def impatient_engine(fake: FakeEngine) -> AsyncIterator[Engine]:
    """Gives a silent engine up at once."""
    async with Engine(fake.base_url, fake.model, timeout_s=0.2) as opened:
        yield opened
