"""Hearing that work was staged: PostgreSQL's LISTEN, turned into an asyncio event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from models.database import Database, unavailable_when_lost

CHANNEL = "leadkeep_staged"


@asynccontextmanager
async def staged_signal(database: Database) -> AsyncIterator[asyncio.Event]:
    """Hold one connection that listens; the event is set at each staged job and when the connection is lost.

    Raises UnavailableError.
    """
    signal = asyncio.Event()

    def wake(*_: Any) -> None:  # noqa: ANN401 - asyncpg's callback
        signal.set()

    with unavailable_when_lost():
        async with database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            listener = raw.driver_connection
            if listener is None:
                message = "the database connection closed before it could listen"
                raise ConnectionError(message)
            try:
                await listener.add_listener(CHANNEL, wake)
                listener.add_termination_listener(wake)
                yield signal
            finally:
                # Closed, not given back: to stop listening would be to wait for a server that may stand still.
                listener.remove_termination_listener(wake)
                listener.terminate()
                await connection.invalidate()
