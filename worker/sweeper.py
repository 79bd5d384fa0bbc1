"""The relay and the sweeper: nothing that was committed stands still, whatever Redis forgets.

The relay queues staged jobs as soon as PostgreSQL notifies of them; the sweeper asks the database at least once a
second what is due and held by nobody. Leads on their way to the engine go through Redis, for whichever worker is free;
while it is down the same work is done in this process. Leads past the engine and effects are done here at once: work
that waits for a hanging engine fills the queue and all of its slots.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

import structlog

from models.database import Database
from models.errors import UnavailableError
from models.notifications import staged_signal
from models.queries import audit, effects, intake, leads
from models.queries.intake import Job, JobKind
from models.states import LeadState
from worker.stopping import obey_stop

log = structlog.get_logger(__name__)

POLL_S = 1.0
RECONNECT_S = 1.0
PAST_ENGINE = (LeadState.DRAFTED, LeadState.CHECKED, LeadState.APPROVED)
"""What moves on without the engine, and must not queue behind leads that wait for it."""
FOR_ENGINE = tuple(state for state in leads.WORKABLE if state not in PAST_ENGINE)

Queue = Callable[[list[Job]], Awaitable[None]]
Do = Callable[[Job], None]


class Sweeper:
    """Finds work in the database and hands it to `queue`, or to `do` where it must not wait, until cancelled."""

    def __init__(self, database: Database, queue: Queue, do: Do, *, poll_s: float = POLL_S) -> None:
        self._database = database
        self._queue = queue
        self._do = do
        self._poll_s = poll_s
        self._swept_at_s = -math.inf

    async def run(self) -> None:
        """Listen and sweep; a lost database is waited for."""
        while True:
            try:
                async with staged_signal(self._database) as signal:
                    await self._listen(signal)
            except (UnavailableError, OSError) as error:
                obey_stop()
                log.warning("sweeper.database_lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    def has_swept_within(self, seconds: float) -> bool:
        """Tell whether the last whole sweep is so recent."""
        return time.monotonic() - self._swept_at_s <= seconds

    async def sweep(self) -> None:
        """Hand out everything that is staged or due once."""
        async with self._database.begin() as session:
            staged = await intake.take_staged_jobs(session)
        async with self._database.read() as session:
            waiting = await leads.due_leads(session, states=FOR_ENGINE)
            urgent = await leads.due_leads(session, states=PAST_ENGINE)
            urgent += await effects.due_effects(session)
        for job in urgent:
            self._do(job)
        await self._queue([*(job for job in staged if job.kind is JobKind.LEAD), *waiting])
        self._swept_at_s = time.monotonic()

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
