"""A gateway over the test's own database, with a queue that writes down what it was told."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from gateway.language import DetectLanguage, lingua_detector
from gateway.parts import GatewayParts
from models.clock import Clock
from models.database import Database
from models.migrate import newest_revision
from models.policy import Campaign
from models.queries.intake import add_connection
from models.sealing import Keyring, token_sha256
from tests.gateway.written_queue import WrittenQueue

TOKEN = "token-of-the-form"
PUBLIC_URL = "http://127.0.0.1:8321"


@pytest.fixture(scope="session")
def detect() -> DetectLanguage:
    return lingua_detector()


@pytest.fixture
def queue() -> WrittenQueue:
    return WrittenQueue()


@pytest.fixture
def parts(
    database: Database,
    keyring: Keyring,
    campaigns: dict[str, Campaign],
    detect: DetectLanguage,
    queue: WrittenQueue,
    clock: Clock,
    outbox_dir: Path,
) -> GatewayParts:
    return GatewayParts(
        database=database,
        keyring=keyring,
        campaigns=campaigns,
        detect=detect,
        wake=queue.wake,
        queue_answers=queue.answers,
        clock=clock,
        public_url=PUBLIC_URL,
        revision=newest_revision(),
        body_limit_bytes=20_000,
        outbox_dir=outbox_dir,
    )


@pytest.fixture
async def connection(database: Database) -> str:
    """A web form's connection; its token."""
    async with database.begin() as session:
        await add_connection(
            session, source="web-form", name="form", campaign="green-mortgage", token_sha256=token_sha256(TOKEN)
        )
    return TOKEN


@pytest.fixture
async def client(parts: GatewayParts) -> AsyncIterator[httpx.AsyncClient]:
    """A browser or sender that reaches the gateway."""
    transport = httpx.ASGITransport(create_app(parts))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as opened:
        yield opened


@pytest.fixture
async def sender(client: httpx.AsyncClient, connection: str) -> httpx.AsyncClient:
    """A sender with a known token."""
    client.headers["authorization"] = f"Bearer {connection}"
    return client
