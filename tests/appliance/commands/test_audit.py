"""`leadkeep audit` holds for an untouched chain and fails with the entry's number for a touched one."""

import asyncio
import json

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from appliance.cli import app
from models.database import Database
from models.queries import audit, leads


async def _write(url: str, *, tamper: bool) -> None:
    database = Database.connect(url, pool_size=1)
    async with database.begin() as session:
        for number in range(3):
            await leads.audit(session, actor="worker", action="test.done", details={"number": number})
    async with database.begin() as session:
        await audit.chain(session)
        if tamper:
            await session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_keeps"))
            await session.execute(sa.text("UPDATE audit_entry SET actor = 'nobody' WHERE chain_number = 2"))
    await database.close()


@pytest.mark.parametrize(("tamper", "status", "broken_at"), [(False, 0, None), (True, 1, 2)])
def test_the_exit_status_tells_whether_the_chain_holds(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, tamper: bool, status: int, broken_at: int | None
) -> None:
    monkeypatch.setenv("LEADKEEP_DATABASE_URL", postgres_url)
    asyncio.run(_write(postgres_url, tamper=tamper))
    result = CliRunner().invoke(app, ["audit", "--json"])
    assert result.exit_code == status
    assert json.loads(result.stdout)["broken_at"] == broken_at
