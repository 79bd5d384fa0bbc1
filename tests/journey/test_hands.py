"""One part that hangs takes no slot from work that does without it."""

import asyncio
from uuid import UUID

import sqlalchemy as sa

from models.database import Database
from models.queries import leads
from models.queries.intake import Job, JobKind
from models.sealing import Keyring
from models.states import LeadState
from tests.fakes.smtp_server import GREYLISTED
from tests.fakes.wire import HANG
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.hands import Hands
from worker.journey import advance

LONG_S = 50


async def until(database: Database, lead_id: UUID, state: LeadState) -> None:
    async with asyncio.timeout(LONG_S):
        while True:
            async with database.read() as session:
                if (await leads.lead(session, lead_id)).state == state:
                    return
            await asyncio.sleep(0.05)


async def test_an_approved_mail_leaves_while_an_engine_that_hangs_holds_every_other_slot(
    box: Box, keyring: Keyring
) -> None:
    database = box.parts.database
    box.smtp.fail(GREYLISTED)
    approved = await add_lead(database, keyring, sample_lead("I am hot for this."))
    await advance(box.parts, approved)
    box.engine.fail(HANG, HANG)
    hands = Hands(box.parts, max_jobs=1)
    for _ in range(2):
        hands.take(Job(JobKind.LEAD, await add_lead(database, keyring)))
    async with asyncio.timeout(LONG_S):
        while len(box.engine.completions) < 3:
            await asyncio.sleep(0.05)
    async with database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now() WHERE state = 'approved'"))
    hands.take(Job(JobKind.LEAD, approved), aside=True)
    await until(database, approved, LeadState.SENT)
    await hands.put_down()
    assert len(box.engine.completions) == 3, "one hangs, one waits for its slot, two were for the mail"
