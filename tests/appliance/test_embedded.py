"""One-off commands share the embedded database: whoever started it stops it, and never under another."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance import logs, postgres
from appliance.addresses import embedded_postgres
from appliance.embedded import database
from appliance.settings import Settings
from models.errors import InvalidInputError
from models.queries.server import server_facts

WAITING = "Waiting for another command that uses the database …\n"


@pytest.fixture
async def settings() -> AsyncIterator[Settings]:
    home = Path(tempfile.mkdtemp(prefix="lk-one-"))
    yield Settings(_env_file=None, var_dir=home / "var")
    logs.configure("info")
    shutil.rmtree(home)


class Command:
    """A command at the terminal: uses the database from `begin` until `end`, or until it fails."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ending = asyncio.Event()
        self.error: Exception | None = None
        self.url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._live())

    async def _live(self) -> None:
        async with database(self.settings) as url:
            self.url.set_result(url)
            await self.ending.wait()
            if self.error is not None:
                raise self.error

    async def is_served(self) -> bool:
        return (await server_facts(await self.url)).version > 0


@pytest.mark.parametrize("error", [None, InvalidInputError("no such campaign")])
async def test_command_that_started_the_database_stops_it_when_the_last_user_is_gone(
    settings: Settings, capsys: pytest.CaptureFixture[str], error: Exception | None
) -> None:
    first = Command(settings)
    assert await first.is_served()
    second = Command(settings)
    assert await second.is_served()
    first.error = error
    first.ending.set()
    await asyncio.sleep(1)
    assert (first.task.done(), await second.is_served()) == (False, True)
    second.ending.set()
    await asyncio.wait({first.task, second.task}, timeout=60)
    assert (first.task.exception(), second.task.exception()) == (error, None)
    assert capsys.readouterr().err == WAITING
    assert postgres.running_pid(embedded_postgres(settings)) is None


async def test_command_alone_does_not_wait(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        alone = Command(settings)
        assert await alone.is_served()
        alone.ending.set()
        await alone.task
    assert capsys.readouterr().err == ""
