"""The audit chain: it verifies, breaks where an entry is touched, and the database refuses the touch."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.queries import audit, leads


async def _write_and_chain(database: Database, count: int) -> None:
    for number in range(count):
        async with database.begin() as session:
            await leads.audit(session, actor="worker", action="test.done", details={"number": number})
    async with database.begin() as session:
        assert await audit.chain(session) == count


async def test_a_chain_written_in_two_turns_verifies(database: Database) -> None:
    await _write_and_chain(database, 3)
    await _write_and_chain(database, 2)
    async with database.read() as session:
        assert await audit.verify(session) == audit.ChainReport(entries=5, unchained=0, broken_at=None)


async def test_what_is_over_the_limit_is_chained_in_the_next_turn(database: Database) -> None:
    async with database.begin() as session:
        for number in range(5):
            await leads.audit(session, actor="worker", action="test.done", details={"number": number})
    chained = []
    for _ in range(4):
        async with database.begin() as session:
            chained.append(await audit.chain(session, limit=2))
    assert chained == [2, 2, 1, 0]
    async with database.read() as session:
        assert await audit.verify(session) == audit.ChainReport(entries=5, unchained=0, broken_at=None)


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entry SET actor = 'nobody' WHERE chain_number = 2", "DELETE FROM audit_entry"]
)
async def test_the_database_refuses_to_change_or_remove_an_entry(database: Database, change: str) -> None:
    await _write_and_chain(database, 3)
    with pytest.raises(IntegrityError, match="never changed"):
        async with database.begin() as session:
            await session.execute(sa.text(change))


async def test_a_change_behind_the_database_s_back_breaks_the_chain_there(database: Database) -> None:
    await _write_and_chain(database, 3)
    async with database.begin() as session:
        await session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_keeps"))
        await session.execute(sa.text("UPDATE audit_entry SET details = '{\"number\": 9}' WHERE chain_number = 2"))
    async with database.read() as session:
        report = await audit.verify(session)
    assert report.broken_at is not None
    assert report.entries == 2
