"""A worker process: arq's worker, the sweeper, a heartbeat, metrics; restarted in itself when Redis comes back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import structlog
from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.typing import WorkerCoroutine
from arq.worker import Function, Worker, func
from redis.exceptions import RedisError

from models.queries.intake import Job, JobKind
from worker.hands import Hands
from worker.parts import Parts
from worker.queue import FUNCTION_OF, QUEUE_NAME, deserialize, job_id, redis_settings, serialize
from worker.sweeper import Sweeper

log = structlog.get_logger(__name__)

JOB_TIMEOUT_S = 3600
"""Leases decide, not arq: its time-out is only a last resort."""
POLL_DELAY_S = 0.05
RECONNECT_S = 1.0
HEARTBEAT_S = 2.0


@dataclass(frozen=True)
class ServiceOptions:
    """How a worker process runs; `beat` is called every two seconds while it is alive and well."""

    redis_url: str
    max_jobs: int
    beat: Callable[[], None]
    read_limit: int = 1000
    """At least twice the jobs of all workers together, or running jobs hide waiting ones."""


class Service:
    """Runs until cancelled; then gives every lease back."""

    def __init__(self, parts: Parts, options: ServiceOptions) -> None:
        self._options = options
        self._settings: RedisSettings = redis_settings(options.redis_url)
        self._hands = Hands(parts, max_jobs=options.max_jobs)
        self._sweeper = Sweeper(parts.database, self._wake)
        self._redis: ArqRedis | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._work(), name="arq")
                group.create_task(self._sweeper.run(), name="sweeper")
                group.create_task(self._beat(), name="heartbeat")
        finally:
            await self._hands.put_down()

    async def _work(self) -> None:
        while True:
            try:
                self._redis = await create_pool(
                    self._settings,
                    job_serializer=serialize,
                    job_deserializer=deserialize,
                    default_queue_name=QUEUE_NAME,
                )
                await self._arq_worker(self._redis).async_run()
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("redis.lost", error=type(error).__name__)
                self._redis = None
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

    async def _wake(self, jobs: list[Job]) -> None:
        """Queue jobs for whichever worker is free; do them here while Redis is away."""
        redis = self._redis
        for position, job in enumerate(jobs):
            try:
                if redis is None:
                    raise RedisError
                name, identity = FUNCTION_OF[job.kind], job_id(job.kind, job.subject_id, job.token)
                await redis.enqueue_job(name, str(job.subject_id), _job_id=identity)
            except (RedisError, OSError, TimeoutError):
                for left in jobs[position:]:
                    self._hands.take(left)
                return

    async def _beat(self) -> None:
        while True:
            self._options.beat()
            await asyncio.sleep(HEARTBEAT_S)
