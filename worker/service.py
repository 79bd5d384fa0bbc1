"""A worker process: arq's worker, the sweeper, a heartbeat, metrics; restarted in itself when Redis comes back."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from uuid import UUID

import structlog
from arq.connections import ArqRedis
from arq.typing import WorkerCoroutine
from arq.worker import Function, Worker, func
from redis.exceptions import RedisError

from models.queries.intake import Job, JobKind
from worker.hands import Hands
from worker.parts import Parts
from worker.queue import FUNCTION_OF, QUEUE_NAME, deserialize, job_id, open_redis, serialize
from worker.stopping import obey_stop
from worker.sweeper import Sweeper

log = structlog.get_logger(__name__)

JOB_TIMEOUT_S = 3600
"""Leases decide, not arq: its time-out is only a last resort."""
POLL_DELAY_S = 0.05
RECONNECT_S = 1.0
QUEUE_S = 1.0
"""To queue what one sweep found; a Redis that is slower counts as down."""
ANSWER_S = 5.0
"""For each answer to arq, which starts anew after a loss: a short stall is cheaper to wait out."""
REFUSED_S = 30.0
"""A job that the queue has refused for so long may be marked as running by a worker that died (decision 0010)."""
HEARTBEAT_S = 2.0
SWEPT_S = 30.0
"""A worker whose last sweep is older is not well, whatever else runs: it finds no work any more."""


@dataclass(frozen=True)
class ServiceOptions:
    """How a worker process runs; `beat` is called every two seconds while it sweeps."""

    redis_url: str
    max_jobs: int
    beat: Callable[[], None]
    read_limit: int = 1000
    """At least twice the jobs of all workers together, or running jobs hide waiting ones."""


class Service:
    """Runs until cancelled; then gives every lease back."""

    def __init__(self, parts: Parts, options: ServiceOptions) -> None:
        self._options = options
        self._hands = Hands(parts, max_jobs=options.max_jobs)
        self._sweeper = Sweeper(parts.database, self._queue, partial(self._hands.take, aside=True))
        self._redis = open_redis(options.redis_url, answer_s=QUEUE_S)
        self._arq_redis = open_redis(options.redis_url, answer_s=ANSWER_S)
        self._refused_since_s: dict[Job, float] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._work(), name="arq")
                group.create_task(self._sweeper.run(), name="sweeper")
                group.create_task(self._beat(), name="heartbeat")
        finally:
            await self._hands.put_down()
            await self._redis.aclose()
            await self._arq_redis.aclose()

    async def _work(self) -> None:
        while True:
            try:
                await self._arq_worker(self._arq_redis).async_run()
            except (RedisError, OSError, TimeoutError) as error:
                obey_stop()
                log.warning("redis.lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)
            else:
                return  # arq swallows the cancellation that ends it: only that makes it come back without an error

    def _arq_worker(self, redis: ArqRedis) -> Worker:
        return Worker(
            [self._function(kind) for kind in JobKind],
            queue_name=QUEUE_NAME,
            redis_pool=redis,
            handle_signals=False,
            max_jobs=self._options.max_jobs,
            job_timeout=JOB_TIMEOUT_S,
            keep_result=0,
            max_tries=1,
            poll_delay=POLL_DELAY_S,
            queue_read_limit=self._options.read_limit,
            job_serializer=serialize,
            job_deserializer=deserialize,
            health_check_interval=60,
            log_results=False,
        )

    def _function(self, kind: JobKind) -> Function:
        async def run(_context: dict[Any, Any], subject_id: str) -> None:
            await self._hands.do(kind, UUID(subject_id))

        return func(
            cast("WorkerCoroutine", run), name=FUNCTION_OF[kind], keep_result=0, timeout=JOB_TIMEOUT_S, max_tries=1
        )

    async def _queue(self, jobs: list[Job]) -> None:
        """Queue jobs for whichever worker is free; do here what the queue does not take in time or refuses for long."""
        taken = 0
        refused: list[Job] = []
        try:
            async with asyncio.timeout(QUEUE_S):
                for job in jobs:
                    if not await self._is_queued(job):
                        refused.append(job)
                    taken += 1
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("queue.unreachable", error=type(error).__name__, count=len(jobs) - taken)
        for job in [*jobs[taken:], *self._refused_for_long(refused)]:
            self._hands.take(job)

    async def _is_queued(self, job: Job) -> bool:
        name, identity = FUNCTION_OF[job.kind], job_id(job.kind, job.subject_id, job.token)
        return await self._redis.enqueue_job(name, str(job.subject_id), _job_id=identity) is not None

    def _refused_for_long(self, refused: list[Job]) -> list[Job]:
        now_s = time.monotonic()
        self._refused_since_s = {job: self._refused_since_s.get(job, now_s) for job in refused}
        return [job for job, since_s in self._refused_since_s.items() if now_s - since_s >= REFUSED_S]

    async def _beat(self) -> None:
        while True:
            if self._sweeper.has_swept_within(SWEPT_S):
                self._options.beat()
            await asyncio.sleep(HEARTBEAT_S)
