"""The relay and the sweeper: nothing that was committed stands still, whatever Redis forgets.

The relay queues staged jobs as soon as PostgreSQL notifies of them; the sweeper asks the database at least once a
second what is due and held by nobody. While Redis is down the same work is done in this process.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from models.database import Database
from models.errors import UnavailableError
from models.notifications import staged_signal
from models.queries import audit, effects, intake, leads
from models.queries.intake import Job

log = structlog.get_logger(__name__)

POLL_S = 1.0
RECONNECT_S = 1.0

Wake = Callable[[list[Job]], Awaitable[None]]


class Sweeper:
    """Finds work in the database and hands it to `wake`, until cancelled."""

    def __init__(self, database: Database, wake: Wake, *, poll_s: float = POLL_S) -> None:
        self._database = database
        self._wake = wake
        self._poll_s = poll_s

    async def run(self) -> None:
        """Listen and sweep; a lost database is waited for."""
        while True:
            try:
                async with staged_signal(self._database) as signal:
                    await self._listen(signal)
            except (UnavailableError, OSError) as error:
                log.warning("sweeper.database_lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    async def sweep(self) -> int:
        """Hand out everything that is staged or due once; the number of jobs handed out."""
        async with self._database.begin() as session:
            jobs = await intake.take_staged_jobs(session)
        async with self._database.read() as session:
            jobs += await leads.due_leads(session)
            jobs += await effects.due_effects(session)
        await self._wake(jobs)
        return len(jobs)

    async def _listen(self, signal: asyncio.Event) -> None:
        while True:
            signal.clear()
            await self.sweep()
            async with self._database.begin() as session:
                await audit.chain(session)
            try:
                async with asyncio.timeout(self._poll_s):
                    await signal.wait()
            except TimeoutError:
                continue
