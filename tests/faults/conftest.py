"""The outside world of a worker process: engine and SMTP in the test's loop, database and queue as real servers."""

import asyncio
import base64
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import UUID

import pytest

from models.database import Database
from models.queries import leads
from models.sealing import Keyring
from models.states import TERMINAL, LeadState
from tests.fakes.engine import FakeEngine
from tests.fakes.smtp_server import FakeSmtp
from tests.faults.worker_process import fork_server, start_worker

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"
LEASE_S = 2
LONGEST_S = 90


@dataclass(frozen=True)
class World:
    """What a worker process meets, and how to start one."""

    database: Database
    engine: FakeEngine
    smtp: FakeSmtp
    start: Callable[[], BaseProcess]


async def until_ended(database: Database, lead_id: UUID) -> str:
    """Return the state in which a lead ends, or the one it is in when that takes too long."""
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        async with database.read() as session:
            state = (await leads.lead(session, lead_id)).state
        if LeadState(state) in TERMINAL:
            return state
        await asyncio.sleep(0.1)
    return state


@pytest.fixture(scope="session")
def forks() -> ForkServerContext:
    return fork_server()


@pytest.fixture
def workers(forks: ForkServerContext) -> Iterator[Callable[[dict[str, str]], BaseProcess]]:
    """Start workers; whatever still lives at the end of the test is killed."""
    started: list[BaseProcess] = []

    def start(environment: dict[str, str]) -> BaseProcess:
        started.append(start_worker(forks, environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.join()


@pytest.fixture
async def world(
    database: Database,
    postgres_url: str,
    redis_url: str,
    tmp_path: Path,
    workers: Callable[[dict[str, str]], BaseProcess],
) -> AsyncIterator[World]:
    key_file = tmp_path / "master.key"
    key_file.touch(mode=0o600)
    key_file.write_text(base64.b64encode(bytes(range(32))).decode())
    async with FakeEngine() as engine, FakeSmtp() as smtp:
        environment = {
            "LEADKEEP_VAR_DIR": str(tmp_path / "var"),
            "LEADKEEP_DATABASE_URL": postgres_url,
            "LEADKEEP_REDIS_URL": redis_url,
            "LEADKEEP_ENGINE_URL": engine.base_url,
            "LEADKEEP_ENGINE_MODEL": engine.model,
            "LEADKEEP_SMTP_URL": smtp.url,
            "LEADKEEP_MASTER_KEY_FILE": str(key_file),
            "LEADKEEP_CAMPAIGNS_DIR": str(CAMPAIGNS),
            "LEADKEEP_LEASE_S": str(LEASE_S),
            "LEADKEEP_LOG_LEVEL": "warning",
            "PATH": os.environ["PATH"],
        }
        yield World(database, engine, smtp, lambda: workers(environment))


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.from_master_key(bytes(range(32)))
