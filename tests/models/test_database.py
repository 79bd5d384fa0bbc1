"""The door to PostgreSQL: what cannot be served now may be tried again, what is wrong stays wrong."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from models.database import Database, sqlstate
from models.errors import UnavailableError
from models.notifications import staged_signal
from models.queries.server import server_facts
from tests.fixtures_parts import PostgresServer
from tests.frozen import frozen


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that the test may stop."""
    with PostgresServer() as server:
        yield server


async def _ask(database: Database, *statements: str) -> None:
    async with database.begin() as session:
        for statement in statements:
            await session.execute(sa.text(statement))


async def _raise(database: Database, code: str) -> None:
    await _ask(database, f"DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END $$")


@pytest.mark.parametrize(
    "code", ["08006", "25006", "40001", "40P01", "53100", "53200", "53300", "57014", "57P01", "57P03", "58030"]
)
async def test_what_the_server_cannot_do_now_may_be_tried_again(database: Database, code: str) -> None:
    with pytest.raises(UnavailableError) as caught:
        await _raise(database, code)
    assert caught.value.retryable
    assert sqlstate(caught.value.__cause__ or caught.value) == code


@pytest.mark.parametrize("code", ["22012", "23505", "42P01", "28P01", "P0001"])
async def test_what_is_wrong_with_the_question_is_not_called_an_outage(database: Database, code: str) -> None:
    with pytest.raises(DBAPIError):
        await _raise(database, code)


async def test_a_value_that_does_not_fit_its_type_is_our_own_mistake(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.begin() as session:
            await session.execute(sa.text("SELECT CAST(:number AS smallint)"), {"number": 2**40})


async def test_a_statement_that_takes_too_long_may_be_tried_again(database: Database) -> None:
    with pytest.raises(UnavailableError):
        await _ask(database, "SELECT set_config('statement_timeout', '50', true)", "SELECT pg_sleep(60)")
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT 1")) == 1


async def test_a_server_that_stands_still_is_given_up_and_used_again_when_it_goes_on(
    own_server: PostgresServer,
) -> None:
    database = Database.connect(own_server.url(own_server.create_database()), pool_size=2, command_timeout_s=1)
    await _ask(database, "SELECT 1")
    with frozen(own_server), pytest.raises(UnavailableError):
        await _ask(database, "SELECT 1")
    async with database.begin() as session:
        assert await session.scalar(sa.text("SELECT 2")) == 2
    await database.close()


async def test_listening_to_a_server_that_stands_still_ends(own_server: PostgresServer) -> None:
    database = Database.connect(own_server.url(own_server.create_database()), pool_size=2, command_timeout_s=1)

    async def listen() -> None:
        async with staged_signal(database):
            with frozen(own_server):
                await _ask(database, "SELECT 1")

    with pytest.raises(UnavailableError):
        await listen()
    async with staged_signal(database):
        pass
    await database.close()


async def test_a_server_that_is_gone_may_be_tried_again(own_server: PostgresServer) -> None:
    database = Database.connect(own_server.url(own_server.create_database()), pool_size=2)
    own_server.kill()
    with pytest.raises(UnavailableError):
        async with staged_signal(database):
            pass
    with pytest.raises(UnavailableError):
        async with database.read():
            pass
    await database.close()


async def test_a_start_says_what_the_server_refuses(own_server: PostgresServer) -> None:
    with pytest.raises(UnavailableError, match="no database of this name"):
        await server_facts(own_server.url("nothing_by_this_name"))
