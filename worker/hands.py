"""The process's own hands: a job is done once at a time here, whether it came through Redis or around it."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from models.errors import UnavailableError
from models.queries.intake import Job, JobKind
from worker.effects import perform
from worker.journey import advance
from worker.parts import Parts

log = structlog.get_logger(__name__)

PUT_DOWN_S = 7.0
"""More than a mail in flight is given, less than the supervisor's grace."""
ASIDE = 2
"""Slots for leads past the engine, and as many for effects: an engine that hangs fills all the others."""

WORK: dict[JobKind, Callable[[Parts, UUID], Awaitable[None]]] = {JobKind.LEAD: advance, JobKind.EFFECT: perform}


class Hands:
    """Does jobs, at most `max_jobs` at once and a few aside; what is in hand already is not taken twice."""

    def __init__(self, parts: Parts, *, max_jobs: int) -> None:
        self._parts = parts
        self._slots = asyncio.Semaphore(max_jobs)
        self._slots_aside = {kind: asyncio.Semaphore(ASIDE) for kind in JobKind}
        self._in_hand: set[tuple[JobKind, UUID]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def do(self, kind: JobKind, subject_id: UUID, *, aside: bool = False) -> None:
        """Do one job to its end, in the slots aside or in the others; a lost database leaves it to the sweeper."""
        subject = (kind, subject_id)
        if subject in self._in_hand:
            return
        self._in_hand.add(subject)
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        try:
            async with self._slots_aside[kind] if aside else self._slots:
                await WORK[kind](self._parts, subject_id)
        except UnavailableError:
            log.warning("job.dropped", kind=kind, reason="database_down")
        finally:
            self._in_hand.discard(subject)
            if task is not None:
                self._tasks.discard(task)

    def take(self, job: Job, *, aside: bool = False) -> None:
        """Do a job in the background, around Redis."""
        if (job.kind, job.subject_id) in self._in_hand:
            return
        doing = self.do(job.kind, job.subject_id, aside=aside)
        task = asyncio.create_task(doing, name=f"{job.kind}:{job.subject_id}")
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    async def put_down(self) -> None:
        """Cancel every job in hand and wait until each has given its lease back, a mail in flight its time."""
        held = set(self._tasks)
        for task in held:
            task.cancel()
        if held:
            await asyncio.wait(held, timeout=PUT_DOWN_S)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("job.failed", error=type(task.exception()).__name__)
