"""At most one mail for each (lead, step), whatever the mail server does."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa

from models.queries import leads
from models.queries.deliveries import delivery_of
from models.sealing import Keyring
from models.states import LeadState
from tests.fakes.smtp_server import (
    CONTENT_REFUSED,
    DISK_FULL,
    DROPPED_AFTER_ACCEPTANCE,
    DROPPED_BEFORE_ACCEPTANCE,
    GARBAGE_REPLY,
    GREYLISTED,
    NO_SUCH_USER,
    SmtpFault,
)
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.journey import advance


async def outcome(box: Box, lead_id: UUID) -> tuple[str, str]:
    async with box.parts.database.read() as session:
        row = await leads.lead(session, lead_id)
        delivery = await delivery_of(session, row)
    assert delivery is not None
    return row.state, delivery.state


async def hot_lead(box: Box, keyring: Keyring) -> UUID:
    return await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))


async def again(box: Box, lead_id: UUID) -> None:
    """What the sweeper does once the lead is due again."""
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now(), lease_until = 'epoch' WHERE due_at IS NOT NULL"))
    await advance(box.parts, lead_id)


@pytest.mark.parametrize("fault", [GREYLISTED, DISK_FULL], ids=["before_data", "after_data"])
async def test_a_clear_not_now_is_tried_again_until_it_is_sent_once(
    box: Box, keyring: Keyring, fault: SmtpFault
) -> None:
    box.smtp.fail(fault)
    lead_id = await hot_lead(box, keyring)
    await advance(box.parts, lead_id)
    assert await outcome(box, lead_id) == (LeadState.APPROVED, "pending")
    await again(box, lead_id)
    assert await outcome(box, lead_id) == (LeadState.SENT, "sent")
    assert len(box.smtp.mails) == 1


@pytest.mark.parametrize(
    "fault",
    [DROPPED_AFTER_ACCEPTANCE, DROPPED_BEFORE_ACCEPTANCE, GARBAGE_REPLY],
    ids=["lost_reply", "lost_message", "garbage"],
)
async def test_an_unknown_outcome_is_quarantined_and_never_resent(box: Box, keyring: Keyring, fault: SmtpFault) -> None:
    box.smtp.fail(fault)
    lead_id = await hot_lead(box, keyring)
    await advance(box.parts, lead_id)
    await again(box, lead_id)
    assert await outcome(box, lead_id) == (LeadState.QUARANTINED, "unknown")
    assert len(box.smtp.mails) <= 1
    assert box.smtp.attempts == 1


async def test_a_refused_content_is_a_person_s_business_and_not_the_address_s_fault(box: Box, keyring: Keyring) -> None:
    box.smtp.fail(CONTENT_REFUSED)
    lead_id = await hot_lead(box, keyring)
    await advance(box.parts, lead_id)
    assert await outcome(box, lead_id) == (LeadState.QUARANTINED, "bounced")
    async with box.parts.database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM suppression")) == 0


async def test_a_refused_recipient_is_a_bounce_and_the_address_is_suppressed(box: Box, keyring: Keyring) -> None:
    box.smtp.fail(NO_SUCH_USER)
    lead_id = await hot_lead(box, keyring)
    await advance(box.parts, lead_id)
    assert await outcome(box, lead_id) == (LeadState.SUPPRESSED, "bounced")
    async with box.parts.database.read() as session:
        assert await session.scalar(sa.text("SELECT reason FROM suppression")) == "bounced"


async def test_a_worker_that_wakes_after_its_lease_sends_nothing(box: Box, keyring: Keyring) -> None:
    """Its successor quarantines nothing either: the slot was not taken yet."""
    lead_id = await hot_lead(box, keyring)
    box.smtp.fail(SmtpFault("RCPT", delay_s=1.5))
    sleeper = asyncio.create_task(advance(box.parts, lead_id))
    await asyncio.sleep(0.7)
    while not box.smtp.attempts:
        await asyncio.sleep(0.05)
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET lease_until = 'epoch'"))
    await advance(box.parts, lead_id)
    await sleeper
    assert await outcome(box, lead_id) == (LeadState.SENT, "sent")
    assert len(box.smtp.mails) == 1


async def test_a_slot_found_taken_is_quarantined(box: Box, keyring: Keyring) -> None:
    """The predecessor died between DATA and its reply."""
    lead_id = await hot_lead(box, keyring)
    box.smtp.fail(GREYLISTED)
    await advance(box.parts, lead_id)
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE delivery SET state = 'data', data_at = now()"))
    await again(box, lead_id)
    assert await outcome(box, lead_id) == (LeadState.QUARANTINED, "unknown")
    assert box.smtp.mails == []
