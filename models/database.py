"""The door to PostgreSQL: one engine a process, writing and reading sessions as distinct types."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import NewType

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models.errors import UnavailableError

Session = NewType("Session", AsyncSession)
"""A session in a transaction that commits when its block ends."""
ReadSession = NewType("ReadSession", AsyncSession)
"""A session in a read-only transaction."""

STATEMENT_TIMEOUT_MS = 15_000
COMMAND_TIMEOUT_S = 20.0
"""More than the server's own limit on a statement, so that only a server that stands still meets it."""
CANNOT_SERVE_NOW = ("08", "40", "53", "57", "58", "25006")
"""Beginnings of SQLSTATE (PostgreSQL documentation, appendix A): connection lost, rolled back (deadlock), out of
resources (disk, memory, connections), operator's intervention (shutdown, statement timeout), system error, and a
server that only reads (a standby)."""


@dataclass(frozen=True)
class Database:
    """The pool and its session makers."""

    engine: AsyncEngine
    _sessions: async_sessionmaker[AsyncSession]

    @classmethod
    def connect(cls, url: str, *, pool_size: int = 10, command_timeout_s: float = COMMAND_TIMEOUT_S) -> "Database":
        """Prepare a pool; nothing is connected yet. `url` is `postgresql+asyncpg://…`."""
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            pool_pre_ping=True,
            pool_timeout=10,
            hide_parameters=True,
            connect_args={
                "timeout": 10,
                "command_timeout": command_timeout_s,
                "server_settings": {
                    "application_name": "leadkeep",
                    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                    "synchronous_commit": "on",
                    "timezone": "UTC",
                },
            },
        )
        return cls(engine, async_sessionmaker(engine, expire_on_commit=False))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Session]:
        """Open a transaction; it commits when the block ends and rolls back when it raises."""
        with unavailable_when_lost():
            async with self._sessions.begin() as session:
                yield Session(session)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """Open a read-only transaction."""
        with unavailable_when_lost():
            async with self._sessions.begin() as session:
                await session.execute(text("SET TRANSACTION READ ONLY"))
                yield ReadSession(session)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@contextmanager
def unavailable_when_lost() -> Iterator[None]:
    """Turn a database that cannot serve now into the error that edges and workers know; other errors pass."""
    try:
        yield
    except (OSError, PoolTimeoutError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if not _cannot_serve_now(error):
            raise
        message = "the database does not answer"
        raise UnavailableError(message, hint="Try again; the operator can run `leadkeep doctor`.") from error


def sqlstate(error: BaseException) -> str:
    """Return the server's code for an error; empty when the error is not the server's."""
    cause = error.driver_exception if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", "") or "")


def _cannot_serve_now(error: Exception) -> bool:
    # SQLAlchemy's dialect for asyncpg has a type of its own for few errors: the code decides.
    cause = error.driver_exception if isinstance(error, DBAPIError) else error
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(cause, OSError | PoolTimeoutError):
        return True
    if isinstance(cause, asyncpg.InterfaceError):
        return not isinstance(cause, ValueError)  # which says that our own values do not fit
    return sqlstate(cause).startswith(CANNOT_SERVE_NOW)
