"""Migrations: from empty to the newest, twice, and the same tables as the code declares."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from models.migrate import current_revision, newest_revision, upgrade_async
from models.tables.all import METADATA

IN_THE_DATABASE_ONLY = {"allowed_move", "alembic_version"}


async def test_an_empty_database_reaches_the_newest_revision_and_stays_there(empty_postgres_url: str) -> None:
    assert await current_revision(empty_postgres_url) is None
    for _ in range(2):
        await upgrade_async(empty_postgres_url)
        assert await current_revision(empty_postgres_url) == newest_revision()


async def test_the_migrated_tables_are_those_that_the_code_declares(postgres_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_name": _declared})
        return list(compare_metadata(context, METADATA))

    engine = create_async_engine(postgres_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def _declared(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name not in IN_THE_DATABASE_ONLY
