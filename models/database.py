"""The door to PostgreSQL: one engine a process, writing and reading sessions as distinct types."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NewType

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models.errors import UnavailableError

Session = NewType("Session", AsyncSession)
"""A session in a transaction that commits when its block ends."""
ReadSession = NewType("ReadSession", AsyncSession)
"""A session in a read-only transaction."""

STATEMENT_TIMEOUT_MS = 15_000


@dataclass(frozen=True)
class Database:
    """The pool and its session makers."""

    engine: AsyncEngine
    _sessions: async_sessionmaker[AsyncSession]

    @classmethod
    def connect(cls, url: str, *, pool_size: int = 10) -> "Database":
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
        with _unavailable():
            async with self._sessions.begin() as session:
                yield Session(session)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """Open a read-only transaction."""
        with _unavailable():
            async with self._sessions.begin() as session:
                await session.execute(text("SET TRANSACTION READ ONLY"))
                yield ReadSession(session)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


class _unavailable:  # noqa: N801 - used as a statement
    """Turn a lost database into the error that edges and workers know."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        lost = isinstance(error, OSError | OperationalError | InterfaceError | PoolTimeoutError)
        if lost or (isinstance(error, DBAPIError) and error.connection_invalidated):
            message = "the database does not answer"
            raise UnavailableError(message, hint="Try again; the operator can run `leadkeep doctor`.") from error
