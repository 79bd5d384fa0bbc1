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
    async with Engine(fake.base_url, fake.model, timeout_s=1.0) as opened:
        yield opened
