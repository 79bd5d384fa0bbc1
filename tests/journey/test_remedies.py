"""A stage that fails for good: a person gets the lead, and hears of it."""

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from models.database import Database
from models.queries import leads
from models.queries.effects import effects_of
from models.sealing import Keyring
from models.states import LeadState
from tests.fakes.engine import RUBBISH
from tests.fakes.hubspot import FakeHubSpot
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.crm.hubspot import HubSpot, HubSpotAccount
from worker.failure import MAX_ATTEMPTS
from worker.journey import advance
from worker.transport import http_client


async def make_due(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now()"))


async def state_of(database: Database, lead_id: UUID) -> str:
    async with database.read() as session:
        return (await leads.lead(session, lead_id)).state


async def test_a_lead_that_a_remedy_puts_before_a_person_becomes_a_crm_task_as_well(box: Box, keyring: Keyring) -> None:
    async with FakeHubSpot() as crm, http_client() as client:
        parts = replace(box.parts, crm=HubSpot(HubSpotAccount(crm.token, base_url=crm.url), client))
        lead_id = await add_lead(parts.database, keyring, sample_lead("This is cold."))
        await advance(parts, lead_id)
        box.engine.answer = lambda _: RUBBISH
        await make_due(parts.database)
        await advance(parts, lead_id)
    assert await state_of(parts.database, lead_id) == LeadState.IN_REVIEW
    async with parts.database.read() as session:
        assert f"crm_task:{lead_id}:1" in {effect.idempotency_key for effect in await effects_of(session, lead_id)}


async def test_under_a_wrong_master_key_leads_wait_and_the_right_one_lets_them_go_on(
    box: Box, keyring: Keyring
) -> None:
    database = box.parts.database
    lead_id = await add_lead(database, keyring, sample_lead("I am hot for this."))
    locked_out = replace(box.parts, keyring=Keyring.from_master_key(bytes(32)))
    for _ in range(MAX_ATTEMPTS + 2):
        await advance(locked_out, lead_id)
        await make_due(database)
    assert await state_of(database, lead_id) == LeadState.RECEIVED
    await advance(box.parts, lead_id)
    assert await state_of(database, lead_id) == LeadState.SENT
    assert len(box.smtp.mails) == 1
