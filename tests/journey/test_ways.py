"""The three ways of a lead, end to end, each leaving its rows."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from uuid import UUID

import sqlalchemy as sa

from models.clock import system_clock
from models.database import Database
from models.policy import Language, SendingPolicy
from models.queries import journey, leads
from models.queries.deliveries import delivery_of
from models.sealing import Keyring
from models.states import LeadState
from tests.fakes.smtp_server import GREYLISTED
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.journey import advance


async def state_of(database: Database, lead_id: UUID) -> str:
    async with database.read() as session:
        return (await leads.lead(session, lead_id)).state


async def test_a_hot_lead_is_answered_with_exactly_the_approved_bytes(box: Box, keyring: Keyring) -> None:
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(box.parts, lead_id)
    async with box.parts.database.read() as session:
        row = await leads.lead(session, lead_id)
        delivery = await delivery_of(session, row)
        draft = await journey.latest_draft(session, row)
        assert draft is not None
        decision = await journey.latest_decision(session, draft.id)
    assert row.state == LeadState.SENT
    assert delivery is not None
    assert decision is not None
    (mail,) = box.smtp.mails
    assert hashlib.sha256(mail.content).hexdigest() == delivery.message_sha256 == decision.message_sha256
    assert mail.recipient == "marco.rossi@example.org"
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert parsed["Message-ID"] == delivery.message_id
    assert "Marco" in parsed.get_content()


async def test_a_cold_lead_enters_the_drip_and_nothing_is_sent(box: Box, keyring: Keyring) -> None:
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("This is cold."))
    await advance(box.parts, lead_id)
    async with box.parts.database.read() as session:
        row = await leads.lead(session, lead_id)
        route = await journey.latest_route(session, lead_id)
    assert row.state == LeadState.ENROLLED
    assert row.due_at is not None
    assert route is not None
    assert (route.way, route.segment) == ("drip", row.segment)
    assert box.smtp.mails == []


async def test_a_campaign_that_reviews_all_sends_nothing_by_itself(box: Box, keyring: Keyring) -> None:
    careful = box.with_campaign(sending_policy=SendingPolicy.REVIEW_ALL)
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(careful.parts, lead_id)
    assert await state_of(box.parts.database, lead_id) == LeadState.IN_REVIEW
    assert box.smtp.mails == []


async def test_an_italian_lead_waits_for_a_person_because_the_classifier_cannot_judge(
    box: Box, keyring: Keyring
) -> None:
    details = sample_lead("Buongiorno, vorrei un mutuo. hot", language=Language.IT)
    lead_id = await add_lead(box.parts.database, keyring, details)
    await advance(box.parts, lead_id)
    assert await state_of(box.parts.database, lead_id) == LeadState.IN_REVIEW
    assert box.smtp.mails == []


async def test_a_due_drip_step_is_drafted_checked_and_sent_and_the_next_one_waits(box: Box, keyring: Keyring) -> None:
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("This is cold."))
    await advance(box.parts, lead_id)
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now()"))
    await advance(box.parts, lead_id)
    async with box.parts.database.read() as session:
        row = await leads.lead(session, lead_id)
    assert row.step == 1
    assert row.state in {LeadState.ENROLLED, LeadState.SENT}
    assert len(box.smtp.mails) == 1


async def test_a_second_enquiry_of_the_same_person_is_seen_as_returning(box: Box, keyring: Keyring) -> None:
    await add_lead(box.parts.database, keyring)
    second = await add_lead(box.parts.database, keyring)
    await advance(box.parts, second)
    async with box.parts.database.read() as session:
        snapshot = await journey.latest_context(session, second)
    assert snapshot is not None
    assert snapshot.returning


async def test_a_suppressed_address_is_never_scored_nor_written_to(box: Box, keyring: Keyring) -> None:
    lead_id = await add_lead(box.parts.database, keyring)
    async with box.parts.database.begin() as session:
        await session.execute(
            sa.text("INSERT INTO suppression (email_index, reason) SELECT email_index, 'unsubscribed' FROM lead")
        )
    await advance(box.parts, lead_id)
    assert await state_of(box.parts.database, lead_id) == LeadState.SUPPRESSED
    assert box.engine.completions == []


async def test_an_approval_whose_facts_expired_before_the_send_is_taken_back(box: Box, keyring: Keyring) -> None:
    box.smtp.fail(GREYLISTED)
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(box.parts, lead_id)
    assert await state_of(box.parts.database, lead_id) == LeadState.APPROVED
    later = replace(box.parts, clock=lambda: system_clock() + timedelta(days=3650))
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now()"))
    await advance(later, lead_id)
    assert await state_of(box.parts.database, lead_id) == LeadState.IN_REVIEW
    assert box.smtp.mails == []
