"""A worker process beside a queue or a database that stands still."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

import worker.service
from models.database import Database
from models.migrate import upgrade_async
from models.queries import leads
from models.queries.intake import JobKind
from tests.fixtures_parts import PostgresServer, ValkeyServer
from tests.frozen import frozen
from tests.journey_rows import add_lead
from worker.parts import Parts
from worker.queue import FUNCTION_OF, job_id, open_redis
from worker.service import Service, ServiceOptions

LONG_S = 50


@pytest.fixture
def parts(lonely_parts: Parts) -> Parts:
    return lonely_parts


@pytest.fixture
def own_queue() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


@asynccontextmanager
async def serving(parts: Parts, redis_url: str) -> AsyncIterator[list[float]]:
    """Run a worker; the moments of its heartbeats."""
    beats: list[float] = []
    options = ServiceOptions(redis_url, max_jobs=2, beat=lambda: beats.append(asyncio.get_running_loop().time()))
    task = asyncio.create_task(Service(parts, options).run())
    try:
        yield beats
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_worked_on(database: Database, lead_id: UUID) -> None:
    async with asyncio.timeout(LONG_S):
        while True:
            async with database.read() as session:
                if (await leads.lead(session, lead_id)).attempts:
                    return
            await asyncio.sleep(0.05)


async def until_beaten(beats: list[float], count: int) -> None:
    async with asyncio.timeout(LONG_S):
        while len(beats) < count:
            await asyncio.sleep(0.05)


async def test_a_queue_that_never_answers_keeps_no_lead_waiting(parts: Parts, own_queue: ValkeyServer) -> None:
    with frozen(own_queue):
        async with serving(parts, own_queue.url):
            for _ in range(3):
                await until_worked_on(parts.database, await add_lead(parts.database, parts.keyring))


async def test_a_queue_that_goes_and_comes_back_ends_no_worker(
    parts: Parts, own_queue: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.service, "REFUSED_S", 0.2)
    async with serving(parts, own_queue.url):
        await asyncio.to_thread(own_queue.kill)
        await until_worked_on(parts.database, await add_lead(parts.database, parts.keyring))
        await asyncio.to_thread(own_queue.start)
        await until_worked_on(parts.database, await add_lead(parts.database, parts.keyring))


async def test_a_worker_that_finds_no_work_any_more_does_not_say_that_it_is_well(
    parts: Parts, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.service, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(worker.service, "SWEPT_S", 5.0)
    with PostgresServer() as server:
        url = server.url(server.create_database())
        await upgrade_async(url)
        database = Database.connect(url, pool_size=4, command_timeout_s=1)
        async with serving(replace(parts, database=database), redis_url) as beats:
            await until_beaten(beats, 3)
            with frozen(server):
                await asyncio.sleep(8)
                silent = len(beats)
                await asyncio.sleep(2)
                assert len(beats) == silent
            await until_beaten(beats, silent + 1)
        await database.close()


async def test_a_mark_of_a_dead_worker_is_worked_around(
    parts: Parts, own_queue: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.service, "REFUSED_S", 0.5)
    lead_id = await add_lead(parts.database, parts.keyring)
    async with open_redis(own_queue.url, answer_s=LONG_S) as client:
        job = job_id(JobKind.LEAD, lead_id)
        await client.enqueue_job(FUNCTION_OF[JobKind.LEAD], str(lead_id), _job_id=job)
        await client.set(f"arq:in-progress:{job}", b"1")
    async with serving(parts, own_queue.url):
        await until_worked_on(parts.database, lead_id)
    async with parts.database.read() as session:
        assert await session.scalar(sa.text("SELECT token FROM lead")) >= 1
