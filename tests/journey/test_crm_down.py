"""A CRM that cannot be asked holds up no lead, and lets no policy write to a person who may have opted out there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from models.policy import EngineDownAnswer
from models.queries import journey, leads
from models.queries.effects import due_effects, effects_of
from models.sealing import Keyring
from models.states import LeadState
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.wire import RESET, Fault
from tests.journey.conftest import Box
from tests.journey.desk import approve
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.crm.hubspot import HubSpot, HubSpotAccount
from worker.effects import perform
from worker.journey import advance
from worker.transport import http_client


@pytest.fixture
async def crm() -> AsyncIterator[FakeHubSpot]:
    async with FakeHubSpot() as server:
        yield server


@pytest.fixture
async def wired(box: Box, crm: FakeHubSpot) -> AsyncIterator[Box]:
    async with http_client() as client:
        yield replace(box, parts=replace(box.parts, crm=HubSpot(HubSpotAccount(crm.token, base_url=crm.url), client)))


async def decided(box: Box, lead_id: UUID) -> tuple[str, list[str]]:
    async with box.parts.database.read() as session:
        row = await leads.lead(session, lead_id)
        draft = await journey.latest_draft(session, row)
        decision = draft and await journey.latest_decision(session, draft.id)
    assert decision
    return row.state, decision.reasons


async def make_due(box: Box) -> None:
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now() WHERE due_at IS NOT NULL"))
        await session.execute(sa.text("UPDATE effect SET due_at = now(), lease_until = 'epoch'"))


async def perform_all(box: Box) -> None:
    async with box.parts.database.read() as session:
        jobs = await due_effects(session)
    for job in jobs:
        await perform(box.parts, job.subject_id)


async def test_a_lead_whose_crm_is_down_waits_for_a_person_who_can_release_it(
    wired: Box, crm: FakeHubSpot, keyring: Keyring
) -> None:
    crm.fault_for = lambda _: Fault(status=503)
    lead_id = await add_lead(wired.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(wired.parts, lead_id)
    assert await decided(wired, lead_id) == (LeadState.IN_REVIEW, ["crm_unreachable"])
    assert wired.smtp.mails == []
    await approve(wired, lead_id)
    await advance(wired.parts, lead_id)
    assert len(wired.smtp.mails) == 1


async def test_no_holding_answer_leaves_while_the_crm_is_down(wired: Box, crm: FakeHubSpot, keyring: Keyring) -> None:
    crm.fault_for = lambda _: Fault(status=503)
    wired.engine.answer = lambda _: RESET
    (campaign,) = wired.parts.campaigns.values()
    impatient = campaign.engine_down.model_copy(update={"wait_minutes": 0, "then": EngineDownAnswer.HOLDING})
    lead_id = await add_lead(wired.parts.database, keyring)
    await advance(wired.with_campaign(engine_down=impatient).parts, lead_id)
    assert await decided(wired, lead_id) == (LeadState.IN_REVIEW, ["engine_down", "crm_unreachable"])
    assert wired.smtp.mails == []


async def test_a_crm_that_was_switched_off_meanwhile_is_not_waited_for(
    box: Box, wired: Box, crm: FakeHubSpot, keyring: Keyring
) -> None:
    crm.fault_for = lambda _: Fault(status=503)
    wired.engine.answer = lambda _: RESET
    lead_id = await add_lead(wired.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(wired.parts, lead_id)
    wired.engine.answer = wired.engine.default_answer
    await make_due(box)
    await advance(box.parts, lead_id)
    assert await decided(box, lead_id) == (LeadState.SENT, ["passed"])


async def test_what_a_crm_missed_is_caught_up_with(wired: Box, crm: FakeHubSpot, keyring: Keyring) -> None:
    crm.fault_for = lambda _: Fault(status=503)
    lead_id = await add_lead(wired.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(wired.parts, lead_id)
    await perform_all(wired)
    crm.fault_for = lambda _: None
    for _ in range(2):
        await make_due(wired)
        await perform_all(wired)
    async with wired.parts.database.read() as session:
        found = {effect.kind: effect.state for effect in await effects_of(session, lead_id)}
    assert found == {"crm_upsert": "done", "crm_task": "done"}


@pytest.mark.parametrize(
    "account",
    [HubSpotAccount("pat-eu1-…"), HubSpotAccount("pat", base_url="http://[::1"), HubSpotAccount("two\nlines")],
    ids=["letters", "address", "lines"],
)
async def test_a_crm_that_cannot_be_asked_at_all_quarantines_nobody(
    box: Box, keyring: Keyring, account: HubSpotAccount
) -> None:
    async with http_client() as client:
        broken = replace(box.parts, crm=HubSpot(account, client))
        lead_id = await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))
        await advance(broken, lead_id)
    assert await decided(box, lead_id) == (LeadState.IN_REVIEW, ["crm_unreachable"])
