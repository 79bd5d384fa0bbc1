"""Keeping a lead: renewed while the work lasts, never after it, and a lost lease is told from a stop."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from models.database import Database
from models.queries import leads
from models.queries.leads import Claim, LeaseLostError
from models.states import LeadState
from tests.journey_rows import add_lead
from worker.lease import kept_lease
from worker.parts import Parts

LONG_S = 50
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def parts(lonely_parts: Parts) -> Parts:
    """Parts that keep a short lease and do nothing else."""
    return replace(lonely_parts, lease_s=0.3)


async def claimed(parts: Parts) -> Claim:
    lead_id = await add_lead(parts.database, parts.keyring)
    async with parts.database.begin() as session:
        held = await leads.claim(session, lead_id, lease_s=parts.lease_s)
    assert held is not None
    return held


async def tell(database: Database, statement: str) -> None:
    async with database.begin() as session:
        await session.execute(sa.text(statement))


async def lease_left_s(database: Database, lead_id: UUID) -> float:
    async with database.read() as session:
        left = sa.text("SELECT extract(epoch FROM lease_until - now()) FROM lead WHERE id = :id")
        return float(await session.scalar(left, {"id": lead_id}))


async def until_renewed(database: Database, lead_id: UUID) -> None:
    """Let the lease run out on paper and wait until the keeper has renewed it."""
    await tell(database, "UPDATE lead SET lease_until = now() - interval '1 day'")
    async with asyncio.timeout(LONG_S):
        while await lease_left_s(database, lead_id) < -1000:
            await asyncio.sleep(0.05)


async def until_it_waits(database: Database) -> None:
    async with asyncio.timeout(LONG_S):
        while True:
            async with database.read() as session:
                if await session.scalar(sa.text(WAITING)):
                    return
            await asyncio.sleep(0.05)


async def test_work_whose_lead_another_worker_took_is_stopped(parts: Parts) -> None:
    held = await claimed(parts)

    async def work() -> None:
        async with kept_lease(parts, held):
            await tell(parts.database, "UPDATE lead SET token = token + 1")
            await asyncio.sleep(LONG_S)

    with pytest.raises(LeaseLostError):
        await work()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_worker_told_to_stop_is_not_told_that_its_lease_is_lost(parts: Parts) -> None:
    held = await claimed(parts)
    started = asyncio.Event()

    async def work() -> None:
        async with kept_lease(parts, held):
            started.set()
            await asyncio.sleep(LONG_S)

    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_stop_counts_for_more_than_a_lease_lost_at_the_same_time(parts: Parts) -> None:
    held = await claimed(parts)

    async def work() -> None:
        async with kept_lease(parts, held):
            await tell(parts.database, "UPDATE lead SET token = token + 1")
            try:
                await asyncio.sleep(LONG_S)
            except asyncio.CancelledError:
                task.cancel()
                raise

    task = asyncio.create_task(work())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_renewal_that_fails_for_any_reason_is_tried_again(parts: Parts) -> None:
    held = await claimed(parts)
    async with kept_lease(parts, held):
        await tell(parts.database, "ALTER TABLE lead RENAME TO hidden")
        await asyncio.sleep(parts.lease_s)
        await tell(parts.database, "ALTER TABLE hidden RENAME TO lead")
        await until_renewed(parts.database, held.lead_id)


@pytest.mark.parametrize("target", [None, LeadState.ENRICHED], ids=["postponed", "moved"])
async def test_a_renewal_that_waited_for_the_settling_takes_nothing_back(
    parts: Parts, target: LeadState | None
) -> None:
    held = await claimed(parts)
    async with kept_lease(parts, held):
        async with parts.database.begin() as session:
            if target is None:
                await leads.postpone(session, held, delay_s=0)
            else:
                await leads.move(session, held, target)
            await until_it_waits(parts.database)
        await asyncio.sleep(parts.lease_s)
    async with parts.database.begin() as session:
        assert await leads.claim(session, held.lead_id, lease_s=30) is not None


async def test_the_end_of_the_work_is_the_end_of_renewing(parts: Parts) -> None:
    held = await claimed(parts)
    async with kept_lease(parts, held):
        await until_renewed(parts.database, held.lead_id)
    await tell(parts.database, "UPDATE lead SET lease_until = now() - interval '1 day'")
    await asyncio.sleep(parts.lease_s)
    assert await lease_left_s(parts.database, held.lead_id) < -1000
