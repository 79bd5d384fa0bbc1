"""What other systems hear: the CRM and sales, once, recognisably, and never more than they may know."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from models.database import Database
from models.policy import EngineDownAnswer, SendingPolicy
from models.queries.effects import due_effects, effects_of
from models.sealing import Keyring
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.slack import FakeSlack
from tests.fakes.wire import LOST_ANSWER, RESET, Fault
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.crm.hubspot import HubSpot, HubSpotAccount
from worker.effects import perform
from worker.journey import advance
from worker.notify.slack import Slack, SlackChannel
from worker.transport import http_client

EMAIL = "marco.rossi@example.org"


@dataclass(frozen=True)
class Office:
    """The box with a CRM and a chat."""

    box: Box
    crm: FakeHubSpot
    chat: FakeSlack

    async def run(self, lead_id: UUID, *, rounds: int = 1) -> None:
        """Take the lead as far as it goes, then perform what is due, so many times over."""
        await advance(self.box.parts, lead_id)
        for _ in range(rounds):
            async with self.box.parts.database.begin() as session:
                await session.execute(sa.text("UPDATE effect SET due_at = now(), lease_until = 'epoch'"))
            async with self.box.parts.database.read() as session:
                jobs = await due_effects(session)
            for job in jobs:
                await perform(self.box.parts, job.subject_id)


@pytest.fixture
async def office(box: Box) -> AsyncIterator[Office]:
    async with FakeHubSpot() as crm, FakeSlack() as chat, http_client() as client:
        parts = replace(
            box.parts,
            crm=HubSpot(HubSpotAccount(crm.token, base_url=crm.url), client),
            notifier=Slack(SlackChannel(chat.webhook_url), client),
        )
        yield Office(replace(box, parts=parts), crm, chat)


async def states(database: Database, lead_id: UUID) -> dict[str, str]:
    async with database.read() as session:
        return {effect.kind: effect.state for effect in await effects_of(session, lead_id)}


async def test_a_hot_lead_reaches_the_crm_and_sales_without_its_words(office: Office, keyring: Keyring) -> None:
    lead_id = await add_lead(office.box.parts.database, keyring, sample_lead("I am hot for this, call me."))
    await office.run(lead_id)
    assert await states(office.box.parts.database, lead_id) == {
        "crm_upsert": "done",
        "sales_notification": "done",
        "crm_activity": "done",
    }
    (alert,) = [request.body.decode() for request in office.chat.requests]
    assert str(lead_id) in alert
    assert not any(word in alert for word in ("Marco", "Rossi", EMAIL, "call me"))
    assert len(office.crm.memory.contacts) == 1
    assert len(office.crm.memory.notes) == 1


async def test_a_draft_for_review_becomes_one_task_however_often_it_is_tried(office: Office, keyring: Keyring) -> None:
    careful = replace(office, box=office.box.with_campaign(sending_policy=SendingPolicy.REVIEW_ALL))
    office.crm.fail(None, None, None, LOST_ANSWER, LOST_ANSWER)
    lead_id = await add_lead(office.box.parts.database, keyring, sample_lead("I am hot for this."))
    await careful.run(lead_id, rounds=4)
    (task,) = office.crm.memory.tasks
    assert task.properties["hs_task_subject"] == "AI draft to review"
    assert f"/review/{lead_id}" in task.properties["hs_task_body"]
    assert (await states(office.box.parts.database, lead_id))["crm_task"] == "done"


async def test_a_holding_answer_that_left_is_a_promise_that_sales_hear_of(office: Office, keyring: Keyring) -> None:
    office.box.engine.answer = lambda _: RESET
    (campaign,) = office.box.parts.campaigns.values()
    impatient = campaign.engine_down.model_copy(update={"wait_minutes": 0, "then": EngineDownAnswer.HOLDING})
    waiting = replace(office, box=office.box.with_campaign(engine_down=impatient))
    lead_id = await add_lead(office.box.parts.database, keyring)
    await waiting.run(lead_id, rounds=2)
    assert len(office.box.smtp.mails) == 1
    assert set((await states(office.box.parts.database, lead_id)).values()) == {"done"}
    (task,) = office.crm.memory.tasks
    assert task.properties["hs_task_subject"] == "Lead to answer in person"
    assert f"/leads/{lead_id}" in task.properties["hs_task_body"]
    (posted,) = office.chat.messages
    assert posted["text"] == "A lead was promised an answer in person: green-mortgage"


async def test_a_known_contact_is_returning_and_an_opted_out_one_is_left_alone(
    office: Office, keyring: Keyring
) -> None:
    office.crm.add_contact(email=EMAIL, firstname="Marco", hs_email_optout="true")
    lead_id = await add_lead(office.box.parts.database, keyring)
    await office.run(lead_id)
    assert office.box.smtp.mails == []
    async with office.box.parts.database.read() as session:
        assert await session.scalar(sa.text("SELECT reason FROM suppression")) == "crm"
        assert await session.scalar(sa.text('SELECT "returning" FROM context_snapshot'))


async def test_a_permanent_refusal_is_a_dead_letter_that_names_the_service(office: Office, keyring: Keyring) -> None:
    office.chat.fault_for = lambda _: Fault(status=404, body=b"no_service")
    lead_id = await add_lead(office.box.parts.database, keyring, sample_lead("I am hot for this."))
    await office.run(lead_id)
    assert (await states(office.box.parts.database, lead_id))["sales_notification"] == "dead"
