"""The fast path to a worker: queue what was committed, or leave it to the relay."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from models.queries.intake import Job
from worker.queue import FUNCTION_OF, job_id, open_redis

log = structlog.get_logger(__name__)

TIMEOUT_S = 1.0
"""A queue that is slower than this counts as down; the relay polls every second anyway."""


@dataclass(frozen=True)
class QueueDoor:
    """The queue as the gateway sees it; nothing is connected before the first use."""

    redis: ArqRedis

    async def wake(self, job: Job) -> None:
        """Queue a job by its ids; never raises: what a dead queue did not take, the relay finds."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self.redis.enqueue_job(
                    FUNCTION_OF[job.kind],
                    str(job.subject_id),
                    _job_id=job_id(job.kind, job.subject_id, job.token),
                )
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("queue.unreachable", kind=job.kind, subject_id=job.subject_id, error=type(error).__name__)

    async def answers(self) -> bool:
        """Tell whether the queue answers in time."""
        return await _in_time(self.redis.ping)

    async def close(self) -> None:
        """Close every connection."""
        await self.redis.aclose()


def open_queue(url: str) -> QueueDoor:
    """Describe the queue at `url`; it may be down now and come up later."""
    return QueueDoor(open_redis(url, answer_s=TIMEOUT_S))


async def _in_time(ping: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return bool(await ping())
    except (RedisError, OSError, TimeoutError):
        return False
