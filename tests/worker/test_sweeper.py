"""The sweeper: what is staged is heard of at once, what is due is found, and a lost database is waited for."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from models.database import Database
from models.errors import UnavailableError
from models.migrate import upgrade_async
from models.queries import effects, leads
from models.queries.effects import EffectKind
from models.queries.intake import Job, JobKind
from models.sealing import Keyring
from models.states import LeadState
from tests.fixtures_parts import PostgresServer
from tests.journey_rows import add_lead
from worker.sweeper import Sweeper


@asynccontextmanager
async def sweeping(database: Database, poll_s: float) -> AsyncIterator[asyncio.Queue[Job]]:
    heard: asyncio.Queue[Job] = asyncio.Queue()

    async def queue(jobs: list[Job]) -> None:
        for job in jobs:
            heard.put_nowait(job)

    task = asyncio.create_task(Sweeper(database, queue, heard.put_nowait, poll_s=poll_s).run())
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_a_staged_lead_is_heard_of_long_before_the_next_poll(database: Database, keyring: Keyring) -> None:
    async with sweeping(database, poll_s=60) as heard:
        await asyncio.sleep(0.5)
        lead_id = await add_lead(database, keyring)
        async with asyncio.timeout(50):
            assert (await heard.get()).subject_id == lead_id


async def test_work_whose_job_was_lost_is_found_again_by_polling(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    async with sweeping(database, poll_s=0.1) as heard, asyncio.timeout(50):
        found = [await heard.get() for _ in range(3)]
    assert set(found) == {Job(JobKind.LEAD, lead_id, token=0)}


async def test_leads_past_the_engine_and_effects_do_not_queue_behind_those_that_wait_for_it(
    database: Database, keyring: Keyring
) -> None:
    queued, done = asyncio.Queue[Job](), asyncio.Queue[Job]()

    async def queue(jobs: list[Job]) -> None:
        for job in jobs:
            queued.put_nowait(job)

    waiting, drafted = await add_lead(database, keyring), await add_lead(database, keyring)
    for target in (LeadState.ENRICHED, LeadState.DRAFTED):
        async with database.begin() as session:
            claimed = await leads.claim(session, drafted, lease_s=30)
            assert claimed is not None
            await leads.move(session, claimed, target)
    async with database.begin() as session:
        await effects.add_effect(session, waiting, EffectKind.CRM_UPSERT, key="crm_upsert:1", payload={})
    sweeper = Sweeper(database, queue, done.put_nowait)
    assert not sweeper.has_swept_within(1e9)
    await sweeper.sweep()
    assert sweeper.has_swept_within(1e9)
    kinds = [done.get_nowait() for _ in range(done.qsize())]
    assert Job(JobKind.LEAD, drafted, token=2) in kinds
    assert [job.kind for job in kinds].count(JobKind.EFFECT) == 1
    from_queue = {queued.get_nowait() for _ in range(queued.qsize())}
    assert Job(JobKind.LEAD, waiting) in from_queue
    assert {job.kind for job in from_queue} == {JobKind.LEAD}


async def test_a_database_that_restarts_is_waited_for(keyring: Keyring) -> None:
    with PostgresServer() as server:
        url = server.url(server.create_database())
        await upgrade_async(url)
        database = Database.connect(url, pool_size=4)
        async with sweeping(database, poll_s=0.1) as heard, asyncio.timeout(50):
            first = await add_lead(database, keyring)
            assert (await heard.get()).subject_id == first
            await asyncio.to_thread(server.kill, signal.SIGINT)
            await asyncio.sleep(1.5)
            await asyncio.to_thread(server.start)
            second = await _when_it_answers(database, keyring)
            while (await heard.get()).subject_id != second:
                pass
        await database.close()


async def _when_it_answers(database: Database, keyring: Keyring) -> UUID:
    while True:
        try:
            return await add_lead(database, keyring)
        except UnavailableError:
            await asyncio.sleep(0.1)
