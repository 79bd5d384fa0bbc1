"""What is known of a mail is kept, whatever happens to its lead or to the database meanwhile."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from models.database import Database, Session
from models.errors import UnavailableError
from models.queries import deliveries, leads
from models.queries.deliveries import delivery_of
from models.sealing import Keyring
from models.states import LeadState
from models.tables.audit import AuditEntry
from models.tables.delivery import Delivery
from tests.fakes.smtp_server import (
    CONTENT_REFUSED,
    DISK_FULL,
    DROPPED_AFTER_ACCEPTANCE,
    GREYLISTED,
    NO_SUCH_USER,
    SmtpFault,
)
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.journey import advance


@dataclass(frozen=True)
class BlinkingDatabase(Database):
    """Goes away for the next transactions once `is_armed`: before they begin, or after they committed."""

    is_armed: Callable[[], bool]
    blinks: deque[str]

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Session]:
        blink = self.blinks.popleft() if self.blinks and self.is_armed() else ""
        if blink == "away":
            raise UnavailableError(blink)
        async with super().begin() as session:
            yield session
        if blink == "lost_answer":
            raise UnavailableError(blink)


async def outcome(box: Box, lead_id: UUID) -> tuple[str, str, int | None]:
    async with box.parts.database.read() as session:
        row = await leads.lead(session, lead_id)
        delivery = await delivery_of(session, row)
    assert delivery is not None
    return row.state, delivery.state, delivery.reply_code


async def hot_lead(box: Box, keyring: Keyring) -> UUID:
    return await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))


async def unsubscribe(database: Database, lead_id: UUID) -> None:
    async with database.begin() as session:
        row = await leads.lead(session, lead_id)
        await deliveries.suppress(session, row.email_index, reason="unsubscribed", lead_id=lead_id)
        await deliveries.stop_leads(session, row.email_index, actor="gateway")


async def handed_over(database: Database) -> None:
    """Wait until the send slot is taken."""
    while True:
        async with database.read() as session:
            if await session.scalar(sa.select(Delivery.id).where(Delivery.state == "data")):
                return
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        (SmtpFault("DATA"), "sent", 250),
        (CONTENT_REFUSED, "bounced", 554),
        (DISK_FULL, "void", None),
        (DROPPED_AFTER_ACCEPTANCE, "unknown", None),
    ],
    ids=["sent", "bounced", "void", "unknown"],
)
async def test_unsubscribing_while_the_mail_is_in_flight_keeps_what_became_of_it(
    box: Box, keyring: Keyring, fault: SmtpFault, state: str, code: int | None
) -> None:
    answer = asyncio.Event()
    box.smtp.fail(replace(fault, until=answer))
    lead_id = await hot_lead(box, keyring)
    sender = asyncio.create_task(advance(box.parts, lead_id))
    await handed_over(box.parts.database)
    await unsubscribe(box.parts.database, lead_id)
    answer.set()
    await sender
    assert await outcome(box, lead_id) == (LeadState.SUPPRESSED, state, code)
    async with box.parts.database.read() as session:
        settled = sa.select(AuditEntry.details).where(AuditEntry.action == "delivery.settled")
        (details,) = await session.scalars(settled)
    assert details["reply_code"] == code


async def test_a_slot_that_a_predecessor_settled_alone_ends_the_lead_without_a_second_mail(
    box: Box, keyring: Keyring
) -> None:
    box.smtp.fail(GREYLISTED)
    lead_id = await hot_lead(box, keyring)
    await advance(box.parts, lead_id)
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE delivery SET state = 'data'"))
        await session.execute(sa.text("UPDATE delivery SET state = 'sent', reply_code = 250"))
        await session.execute(sa.text("UPDATE lead SET due_at = now()"))
    await advance(box.parts, lead_id)
    assert await outcome(box, lead_id) == (LeadState.SENT, "sent", 250)
    assert box.smtp.mails == []


@pytest.mark.parametrize("blinks", [["away", "away"], ["lost_answer"], ["away", "lost_answer"]])
async def test_a_database_that_blinks_after_the_acceptance_costs_no_record(
    box: Box, keyring: Keyring, blinks: list[str]
) -> None:
    whole = box.parts.database
    blinking = BlinkingDatabase(whole.engine, whole._sessions, lambda: bool(box.smtp.mails), deque(blinks))
    lead_id = await hot_lead(box, keyring)
    await advance(replace(box.parts, database=blinking, lease_s=60), lead_id)
    assert not blinking.blinks
    assert await outcome(box, lead_id) == (LeadState.SENT, "sent", 250)
    assert len(box.smtp.mails) == 1


async def test_a_bounce_stops_the_other_leads_of_the_address_and_takes_their_approvals_back(
    box: Box, keyring: Keyring
) -> None:
    box.smtp.fail(GREYLISTED, NO_SUCH_USER)
    waiting, bounced = await hot_lead(box, keyring), await hot_lead(box, keyring)
    await advance(box.parts, waiting)
    assert await outcome(box, waiting) == (LeadState.APPROVED, "pending", None)
    await advance(box.parts, bounced)
    assert await outcome(box, bounced) == (LeadState.SUPPRESSED, "bounced", 550)
    assert await outcome(box, waiting) == (LeadState.SUPPRESSED, "void", None)
