"""An erased lead can be read by nobody, ends its journey, and leaves the audit chain whole."""

import pytest
import sqlalchemy as sa

from models.database import Database
from models.errors import ErasedError
from models.opened import open_lead
from models.queries import audit, erasure, leads
from models.queries.leads import LeaseLostError
from models.sealing import Keyring
from models.states import LeadState
from tests.journey_rows import add_lead
from tests.samples import sample_lead


async def test_an_erased_lead_can_be_opened_by_nobody(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    index = keyring.email_index(sample_lead().contact.email)
    async with database.read() as session:
        assert await erasure.leads_of(session, index) == [lead_id]
    async with database.begin() as session:
        await erasure.erase(session, lead_id, actor="cli")
    async with database.read() as session:
        row = await leads.lead(session, lead_id)
        assert row.state == LeadState.ERASED
        with pytest.raises(ErasedError):
            await open_lead(session, keyring, row)
        assert await erasure.leads_of(session, index) == []


async def test_a_worker_that_held_the_lead_writes_nothing_more(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    async with database.begin() as session:
        claimed = await leads.claim(session, lead_id, lease_s=60)
    assert claimed is not None
    async with database.begin() as session:
        await erasure.erase(session, lead_id, actor="cli")
    with pytest.raises(LeaseLostError):
        async with database.begin() as session:
            await leads.move(session, claimed, LeadState.ENRICHED)
    async with database.begin() as session:
        assert await leads.claim(session, lead_id, lease_s=60) is None


async def test_erasing_is_in_the_audit_and_the_chain_stays_whole(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    async with database.begin() as session:
        await audit.chain(session)
    async with database.begin() as session:
        await erasure.erase(session, lead_id, actor="cli")
    async with database.begin() as session:
        await audit.chain(session)
    async with database.read() as session:
        report = await audit.verify(session)
        actions = (await session.execute(sa.text("SELECT action FROM audit_entry"))).scalars().all()
    assert (report.broken_at, report.unchained) == (None, 0)
    assert "lead.erased" in actions


async def test_a_second_erasure_says_so(database: Database, keyring: Keyring) -> None:
    lead_id = await add_lead(database, keyring)
    async with database.begin() as session:
        await erasure.erase(session, lead_id, actor="cli")
    with pytest.raises(ErasedError, match="before"):
        async with database.begin() as session:
            await erasure.erase(session, lead_id, actor="cli")
