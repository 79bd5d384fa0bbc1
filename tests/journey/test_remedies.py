"""A stage that fails for good: a person gets the lead, and hears of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

import worker.journey
from models.clock import system_clock
from models.database import Database
from models.policy import Trigger
from models.queries import leads
from models.queries.effects import effects_of
from models.sealing import Keyring
from models.states import LeadState
from tests.fakes.engine import RUBBISH
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.smtp_server import GREYLISTED
from tests.fakes.wire import HANG, RESET
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.crm.hubspot import HubSpot, HubSpotAccount
from worker.failure import MAX_FAILURES
from worker.journey import advance
from worker.transport import http_client

FULL_DISK = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$
"""


async def make_due(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now()"))


async def state_of(database: Database, lead_id: UUID) -> str:
    async with database.read() as session:
        return (await leads.lead(session, lead_id)).state


async def quarantine_reason(database: Database) -> str:
    async with database.read() as session:
        return str(await session.scalar(sa.text("SELECT reason FROM quarantine")))


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
    for _ in range(MAX_FAILURES + 2):
        await advance(locked_out, lead_id)
        await make_due(database)
    assert await state_of(database, lead_id) == LeadState.RECEIVED
    await advance(box.parts, lead_id)
    assert await state_of(database, lead_id) == LeadState.SENT
    assert len(box.smtp.mails) == 1


async def test_a_holding_answer_that_may_not_be_given_any_more_leaves_the_lead_to_a_person(
    box: Box, keyring: Keyring
) -> None:
    box.engine.answer = lambda _: RESET
    (campaign,) = box.parts.campaigns.values()
    always = [disclosure.model_dump() | {"triggers": (Trigger.ALWAYS,)} for disclosure in campaign.disclosures]
    with_figures = box.with_campaign(disclosures=always).parts
    years_later = replace(with_figures, clock=lambda: system_clock() + timedelta(days=3650))
    lead_id = await add_lead(box.parts.database, keyring)
    await advance(years_later, lead_id)
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now(), state_since = now() - interval '1 year'"))
    await advance(years_later, lead_id)
    assert await state_of(box.parts.database, lead_id) == LeadState.QUARANTINED
    assert await quarantine_reason(box.parts.database) == "score_failed"


async def test_an_outage_of_the_database_is_waited_for_however_long_it_lasts(box: Box, keyring: Keyring) -> None:
    database = box.parts.database
    lead_id = await add_lead(database, keyring, sample_lead("I am hot for this."))
    async with database.begin() as session:
        await session.execute(sa.text(FULL_DISK))
        await session.execute(
            sa.text("CREATE TRIGGER disk_full BEFORE INSERT ON context_snapshot EXECUTE FUNCTION disk_full()")
        )
    for _ in range(MAX_FAILURES + 2):
        await advance(box.parts, lead_id)
        await make_due(database)
    assert await state_of(database, lead_id) == LeadState.RECEIVED
    async with database.begin() as session:
        await session.execute(sa.text("DROP TRIGGER disk_full ON context_snapshot"))
    await advance(box.parts, lead_id)
    assert await state_of(database, lead_id) == LeadState.SENT


async def test_a_failure_that_nobody_foresaw_is_counted_apart_from_waiting(box: Box, keyring: Keyring) -> None:
    database = box.parts.database
    lead_id = await add_lead(database, keyring)
    async with database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET attempts = 500"))
        await session.execute(sa.text("ALTER TABLE context_snapshot RENAME TO hidden"))
    for _ in range(MAX_FAILURES - 1):
        await advance(box.parts, lead_id)
        await make_due(database)
    assert await state_of(database, lead_id) == LeadState.RECEIVED
    await advance(box.parts, lead_id)
    assert await state_of(database, lead_id) == LeadState.QUARANTINED
    assert await quarantine_reason(database) == "context_failed"


async def test_what_was_approved_does_not_leave_after_a_quarantine(box: Box, keyring: Keyring) -> None:
    database = box.parts.database
    box.smtp.fail(GREYLISTED)
    lead_id = await add_lead(database, keyring, sample_lead("I am hot for this."))
    await advance(box.parts, lead_id)
    assert await state_of(database, lead_id) == LeadState.APPROVED
    async with database.begin() as session:
        await session.execute(sa.text("ALTER TABLE suppression RENAME TO hidden"))
    for _ in range(MAX_FAILURES):
        await make_due(database)
        await advance(box.parts, lead_id)
    assert await state_of(database, lead_id) == LeadState.QUARANTINED
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT state FROM delivery")) == "void"
    assert box.smtp.mails == []


async def test_a_stage_that_never_ends_is_given_up_and_tried_again(
    box: Box, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.journey, "STAGE_LIMIT_S", 2.0)
    box.engine.fail(HANG)
    lead_id = await add_lead(box.parts.database, keyring)
    await advance(box.parts, lead_id)
    async with box.parts.database.read() as session:
        assert (await leads.lead(session, lead_id)).attempts == 1
        failed = sa.text("SELECT details ->> 'error' FROM audit_entry WHERE action = 'stage.failed'")
        assert await session.scalar(failed) == "TimeoutError"
