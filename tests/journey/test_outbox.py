"""The outbox of effects: one at a time for a person in the CRM, every failure counted, none of them for ever."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from models.clock import system_clock
from models.database import Database
from models.queries import effects
from models.queries.effects import EffectClaim, EffectKind, due_effects
from models.queries.erasure import erase
from models.sealing import Keyring
from models.tables.delivery import Effect
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.salesforce import FakeSalesforce
from tests.fakes.wire import Fault
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.crm.hubspot import HubSpot, HubSpotAccount
from worker.crm.protocol import ContactFields, Crm, CrmId
from worker.crm.salesforce import Salesforce
from worker.crm.salesforce_session import SalesforceAccount
from worker.effects import LEASE_S, MAX_EFFECT_ATTEMPTS, perform
from worker.transport import http_client


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as opened:
        yield opened


class BrokenCrm(HubSpot):
    """An adapter with a bug."""

    name = "broken"

    async def upsert_contact(self, contact: ContactFields) -> CrmId:
        raise KeyError(contact.email)


async def stage(database: Database, lead_id: UUID, kind: EffectKind) -> UUID:
    key = f"{kind}:{lead_id}"
    async with database.begin() as session:
        await effects.add_effect(session, lead_id, kind, key=key, payload={"score": 90})
        found = await session.scalar(sa.select(Effect.id).where(Effect.idempotency_key == key))
    assert found is not None
    return found


async def effect(database: Database, effect_id: UUID) -> Effect:
    async with database.read() as session:
        found = await session.get(Effect, effect_id)
    assert found is not None
    return found


async def claim(database: Database, effect_id: UUID) -> EffectClaim | None:
    async with database.begin() as session:
        return await effects.claim_effect(session, effect_id, lease_s=LEASE_S)


async def due(database: Database) -> set[UUID]:
    async with database.read() as session:
        return {job.subject_id for job in await due_effects(session)}


async def test_of_one_person_one_effect_is_in_hand_in_the_crm_and_the_chat_waits_for_none(
    database: Database, keyring: Keyring
) -> None:
    first, second = await add_lead(database, keyring), await add_lead(database, keyring)
    upsert = await stage(database, first, EffectKind.CRM_UPSERT)
    task, other = [await stage(database, lead_id, EffectKind.CRM_TASK) for lead_id in (first, second)]
    alert = await stage(database, first, EffectKind.SALES_NOTIFICATION)
    claimed = await claim(database, upsert)
    assert claimed is not None
    assert await due(database) == {alert}
    assert [await claim(database, waiting) for waiting in (task, other)] == [None, None]
    assert await claim(database, alert) is not None
    async with database.begin() as session:
        await effects.finish_effect(session, claimed, external_id="1")
    assert await claim(database, other) is not None
    assert await due(database) == set()


async def test_claims_at_the_same_moment_take_one(database: Database, keyring: Keyring) -> None:
    lead_ids = [await add_lead(database, keyring) for _ in range(3)]
    staged = [await stage(database, lead_id, EffectKind.CRM_UPSERT) for lead_id in lead_ids]
    async with asyncio.TaskGroup() as group:
        tries = [group.create_task(claim(database, effect_id)) for effect_id in staged]
    assert len([done for done in tries if done.result() is not None]) == 1


async def test_another_person_s_effects_wait_for_nobody(database: Database, keyring: Keyring) -> None:
    details = sample_lead()
    contact = details.contact.model_copy(update={"email": "anna@example.org"})
    marco = await add_lead(database, keyring, details)
    anna = await add_lead(database, keyring, details.model_copy(update={"contact": contact}))
    assert await claim(database, await stage(database, marco, EffectKind.CRM_UPSERT)) is not None
    assert await claim(database, await stage(database, anna, EffectKind.CRM_UPSERT)) is not None


async def test_effects_of_one_lead_that_are_due_together_make_one_salesforce_lead(
    box: Box, keyring: Keyring, client: httpx.AsyncClient
) -> None:
    async with FakeSalesforce() as org:
        account = SalesforceAccount(org.url, org.client_id, org.username, org.private_key_pem, login_url=org.url)
        parts = replace(box.parts, crm=Salesforce(account, client, system_clock))
        lead_id = await add_lead(parts.database, keyring)
        staged = [await stage(parts.database, lead_id, kind) for kind in effects.IN_THE_CRM]
        for _ in staged:
            async with asyncio.TaskGroup() as group:
                for effect_id in staged:
                    group.create_task(perform(parts, effect_id))
        assert [(await effect(parts.database, effect_id)).state for effect_id in staged] == ["done"] * 3
        assert len(org.records["Lead"]) == 1


async def test_an_erased_lead_s_effect_is_given_up_at_once(
    box: Box, keyring: Keyring, client: httpx.AsyncClient
) -> None:
    parts = replace(box.parts, crm=HubSpot(HubSpotAccount("pat"), client))
    lead_id = await add_lead(parts.database, keyring)
    effect_id = await stage(parts.database, lead_id, EffectKind.CRM_UPSERT)
    async with parts.database.begin() as session:
        await erase(session, lead_id, actor="operator")
    await perform(parts, effect_id)
    found = await effect(parts.database, effect_id)
    assert (found.state, found.error) == ("dead", "the lead was erased")


async def test_an_unforeseen_failure_is_counted_and_not_tried_for_ever(
    box: Box, keyring: Keyring, client: httpx.AsyncClient
) -> None:
    parts = replace(box.parts, crm=BrokenCrm(HubSpotAccount("pat"), client))
    effect_id = await stage(parts.database, await add_lead(parts.database, keyring), EffectKind.CRM_UPSERT)
    await perform(parts, effect_id)
    found = await effect(parts.database, effect_id)
    assert (found.state, found.attempts, found.error) == ("pending", 1, "KeyError")
    async with parts.database.begin() as session:
        last = sa.update(Effect).values(attempts=MAX_EFFECT_ATTEMPTS - 1, due_at=sa.func.now())
        await session.execute(last)
    await perform(parts, effect_id)
    assert (await effect(parts.database, effect_id)).state == "dead"


async def test_a_lead_whose_campaign_is_gone_still_reaches_the_crm(
    box: Box, keyring: Keyring, client: httpx.AsyncClient
) -> None:
    async with FakeHubSpot() as crm:
        parts = replace(box.parts, campaigns={}, crm=HubSpot(HubSpotAccount(crm.token, base_url=crm.url), client))
        effect_id = await stage(parts.database, await add_lead(parts.database, keyring), EffectKind.CRM_UPSERT)
        await perform(parts, effect_id)
        assert (await effect(parts.database, effect_id)).state == "done"


def _revoked(crm: FakeHubSpot) -> None:
    crm.token = "another"


def _failing_behind_a_proxy(crm: FakeHubSpot) -> None:
    crm.fault_for = lambda _: Fault(status=502, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("trouble", [_revoked, _failing_behind_a_proxy])
async def test_a_revoked_token_or_a_failing_proxy_kills_no_effect(
    box: Box, keyring: Keyring, client: httpx.AsyncClient, trouble: Callable[[FakeHubSpot], None]
) -> None:
    async with FakeHubSpot() as crm:
        hubspot: Crm = HubSpot(HubSpotAccount(crm.token, base_url=crm.url), client)
        effect_id = await stage(box.parts.database, await add_lead(box.parts.database, keyring), EffectKind.CRM_UPSERT)
        trouble(crm)
        await perform(replace(box.parts, crm=hubspot), effect_id)
        assert (await effect(box.parts.database, effect_id)).state == "pending"
