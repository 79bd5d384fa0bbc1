"""A worker's parts that reach nobody outside: no campaign, no engine, no mail server, no CRM."""

from collections.abc import AsyncIterator

import pytest

from inference.engine import Engine
from models.approval import Links
from models.clock import system_clock
from models.database import Database
from models.sealing import Keyring
from worker.mail_server import mail_server_of
from worker.parts import Parts


@pytest.fixture
async def lonely_parts(database: Database, keyring: Keyring) -> AsyncIterator[Parts]:
    """Without a campaign, a lead that was worked on has one attempt more, and waits."""
    async with Engine("http://127.0.0.1:9/v1", "none") as engine:
        yield Parts(
            database=database,
            keyring=keyring,
            campaigns={},
            engine=engine,
            judge=None,
            mail_server=mail_server_of("smtp://127.0.0.1:9"),
            links=Links("http://127.0.0.1:8321", keyring),
            clock=system_clock,
        )
