"""Fixtures that every package's tests share: a migrated database, a keyring, a campaign, a clock that stands still."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance import logs
from models.clock import Clock
from models.database import Database
from models.policy import Campaign
from models.sealing import Keyring

from .browser.chromium import header as pytest_report_header
from .fixtures_engine import real_engine
from .fixtures_parts import (
    empty_postgres_url,
    migrated_template,
    postgres_server,
    postgres_url,
    redis_url,
    valkey_server,
)
from .samples import sample_campaign

__all__ = [
    "empty_postgres_url",
    "migrated_template",
    "postgres_server",
    "postgres_url",
    "pytest_report_header",
    "real_engine",
    "redis_url",
    "valkey_server",
]

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def product_logs() -> None:
    """Log as the product does: structlog's own default shows every local variable, slowly."""
    logs.configure("info")


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """A fresh migrated database, seen through the product's own door."""
    opened = Database.connect(postgres_url, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.from_master_key(bytes(range(32)))


@pytest.fixture
def campaign() -> Campaign:
    return sample_campaign()


@pytest.fixture
def campaigns(campaign: Campaign) -> dict[str, Campaign]:
    return {campaign.slug: campaign}


@pytest.fixture
def clock() -> Clock:
    return lambda: NOW


@pytest.fixture
def outbox_dir(tmp_path: Path) -> Path:
    """The directory of a local mail sink, empty."""
    directory = tmp_path / "outbox"
    directory.mkdir()
    return directory
