"""SIGKILL of a worker in each stage: the lead still ends, and one mail leaves, or none that nobody knows of.

A table that the stage writes is locked, so that the worker is caught in the middle of that very stage.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import redis.asyncio as redis
import sqlalchemy as sa

from models.database import Database
from models.queries import audit
from models.sealing import Keyring
from models.states import LeadState
from tests.fakes.smtp_server import SmtpFault
from tests.faults.conftest import LONGEST_S, World, until_ended
from tests.fixtures_parts import ValkeyServer
from tests.frozen import frozen
from tests.journey_rows import add_lead
from tests.samples import sample_lead

TABLE_OF_STAGE = {
    "context": "context_snapshot",
    "score": "score",
    "route": "route",
    "draft": "draft",
    "check": "verdict",
    "decide": "decision",
    "send": "delivery",
}
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:table AS regclass)"


@asynccontextmanager
async def locked(database: Database, table: str) -> AsyncIterator[None]:
    """Let everybody read the table and nobody write it."""
    async with database.engine.begin() as connection:
        await connection.execute(sa.text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))
        yield


async def until_blocked(database: Database, table: str) -> None:
    async with asyncio.timeout(LONGEST_S):
        while True:
            async with database.read() as session:
                if await session.scalar(sa.text(BLOCKED), {"table": table}):
                    return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("stage", TABLE_OF_STAGE)
async def test_a_worker_killed_in_a_stage_loses_nothing_and_doubles_nothing(
    world: World, keyring: Keyring, stage: str
) -> None:
    lead_id = await add_lead(world.database, keyring, sample_lead("I am hot for this."))
    async with locked(world.database, TABLE_OF_STAGE[stage]):
        victim = world.start()
        await until_blocked(world.database, TABLE_OF_STAGE[stage])
        victim.kill()
        victim.join()
    world.start()
    assert await until_ended(world.database, lead_id) == LeadState.SENT
    assert len(world.smtp.mails) == 1
    async with world.database.begin() as session:
        await audit.chain(session)
    async with world.database.read() as session:
        assert (await audit.verify(session)).broken_at is None


async def test_a_worker_killed_between_data_and_its_reply_leaves_the_lead_to_a_person(
    world: World, keyring: Keyring
) -> None:
    world.smtp.fail(SmtpFault("DATA", delay_s=30, stored=True))
    lead_id = await add_lead(world.database, keyring, sample_lead("I am hot for this."))
    victim = world.start()
    async with asyncio.timeout(LONGEST_S):
        while not world.smtp.mails:
            await asyncio.sleep(0.05)
    victim.kill()
    victim.join()
    world.start()
    assert await until_ended(world.database, lead_id) == LeadState.QUARANTINED
    assert len(world.smtp.mails) == 1


async def test_a_worker_killed_between_taking_a_job_and_claiming_its_lead_blocks_nobody(
    world: World, keyring: Keyring, redis_url: str
) -> None:
    lead_id = await add_lead(world.database, keyring, sample_lead("I am hot for this."))
    async with locked(world.database, "lead"):
        victim = world.start()
        await until_blocked(world.database, "lead")
        victim.kill()
        victim.join()
    async with redis.from_url(redis_url) as client:
        assert await client.exists(f"arq:in-progress:lead:{lead_id}:0"), "the dead worker's mark outlives it"
    world.start()
    assert await until_ended(world.database, lead_id) == LeadState.SENT
    assert len(world.smtp.mails) == 1


async def test_redis_forgetting_everything_delays_nobody(world: World, keyring: Keyring, redis_url: str) -> None:
    world.start()
    lead_ids = []
    async with redis.from_url(redis_url) as client:
        for number in range(6):
            lead_ids.append(await add_lead(world.database, keyring, sample_lead(f"I am hot for this, {number}.")))
            await client.flushall()
    states = [await until_ended(world.database, lead_id) for lead_id in lead_ids]
    assert set(states) == {LeadState.SENT}
    assert len(world.smtp.mails) == len(lead_ids)


async def test_redis_standing_still_delays_nobody(world: World, keyring: Keyring, valkey_server: ValkeyServer) -> None:
    world.start()
    before = await add_lead(world.database, keyring, sample_lead("I am hot for this."))
    assert await until_ended(world.database, before) == LeadState.SENT
    with frozen(valkey_server):
        lead_ids = [
            await add_lead(world.database, keyring, sample_lead(f"I am hot for this, {number}.")) for number in range(3)
        ]
        states = [await until_ended(world.database, lead_id) for lead_id in lead_ids]
    assert set(states) == {LeadState.SENT}
    after = await add_lead(world.database, keyring, sample_lead("I am hot for this, too."))
    assert await until_ended(world.database, after) == LeadState.SENT
    assert len(world.smtp.mails) == 5
