"""Bringing the database to the newest migration; forward only."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from models.database import unavailable_when_lost

Result = TypeVar("Result")

MIGRATION_LOCK = 7_203_001
"""Advisory lock: two processes that start together migrate one after the other."""


def alembic_config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(database_url: str) -> str:
    """Migrate to the newest revision and return it; safe to call at every start."""
    asyncio.run(upgrade_async(database_url))
    return newest_revision()


async def upgrade_async(database_url: str) -> None:
    """Migrate to the newest revision, from within a running event loop."""
    await _with_connection(database_url, _upgrade)


async def current_revision(database_url: str) -> str | None:
    """Return the database's revision; None when it is empty."""
    return await _with_connection(database_url, _current)


def newest_revision() -> str:
    """Return the newest revision that this release knows."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        message = "the release has no migrations"
        raise RuntimeError(message)
    return head


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _with_connection(database_url: str, work: Callable[[Connection], Result]) -> Result:
    """Work in one transaction, without the limit on a statement's time; raises UnavailableError when it is lost."""
    engine = create_async_engine(database_url, poolclass=NullPool, hide_parameters=True)
    try:
        with unavailable_when_lost():
            async with engine.begin() as connection:
                return await connection.run_sync(work)
    finally:
        await engine.dispose()
