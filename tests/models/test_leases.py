"""Leases and fencing: one claim wins, a stale token writes nothing, the table of moves is law."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.queries import leads
from models.queries.leads import Claim, LeaseLostError
from models.sealing import Keyring
from models.states import LeadState
from tests.journey_rows import add_lead


async def claim(database: Database, lead_id: UUID, lease_s: float = 30) -> Claim | None:
    async with database.begin() as session:
        return await leads.claim(session, lead_id, lease_s=lease_s)


async def test_of_many_claims_at_once_one_wins(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(claim(database, lead_id)) for _ in range(8)]
    assert sum(task.result() is not None for task in tasks) == 1


async def test_a_lead_whose_lease_ran_out_is_claimed_with_a_higher_token(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    first = await claim(database, lead_id, lease_s=0)
    second = await claim(database, lead_id)
    assert first is not None
    assert second is not None
    assert second.token == first.token + 1


async def test_a_stale_token_moves_nothing(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    stale = await claim(database, lead_id, lease_s=0)
    assert stale is not None
    await claim(database, lead_id)
    with pytest.raises(LeaseLostError):
        async with database.begin() as session:
            await leads.move(session, stale, LeadState.ENRICHED)
    async with database.read() as session:
        assert (await leads.lead(session, lead_id)).state == LeadState.RECEIVED


async def test_a_renewed_lease_keeps_others_away(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    held = await claim(database, lead_id, lease_s=0)
    assert held is not None
    async with database.begin() as session:
        await leads.renew(session, held, lease_s=30)
    assert await claim(database, lead_id) is None


async def test_a_postponed_lead_waits_its_time_and_remembers_the_attempt(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    held = await claim(database, lead_id)
    assert held is not None
    async with database.begin() as session:
        await leads.postpone(session, held, delay_s=60)
    assert await claim(database, lead_id) is None
    async with database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now()"))
    again = await claim(database, lead_id)
    assert again is not None
    assert again.attempts == 1


async def test_the_database_refuses_a_move_that_skips_a_stage(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    held = await claim(database, lead_id)
    assert held is not None
    with pytest.raises(IntegrityError, match="may not move from received to approved"):
        async with database.begin() as session:
            await leads.move(session, held, LeadState.APPROVED)


async def test_the_sweeper_finds_a_due_lead_until_it_is_claimed(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    async with database.read() as session:
        assert [job.subject_id for job in await leads.due_leads(session)] == [lead_id]
    await claim(database, lead_id)
    async with database.read() as session:
        assert await leads.due_leads(session) == []
