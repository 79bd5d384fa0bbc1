"""No 2xx without a committed row, whatever breaks on the way."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import redis

from gateway.app import create_app
from gateway.enqueue import open_queue
from gateway.parts import GatewayParts
from models.database import Database
from models.queries.intake import Job, JobKind, add_connection
from models.sealing import token_sha256
from models.tables.intake import InboundEvent, Lead, StagedJob
from tests.fixtures_parts import PostgresServer, ValkeyServer
from tests.gateway.conftest import PUBLIC_URL, TOKEN
from tests.gateway.rows import count

URL = "/webhooks/web-form"
AN_ID = UUID("0193c0de-0000-7000-8000-000000000001")
HEADERS = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that the test may kill."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
async def own_database(own_server: PostgresServer) -> AsyncIterator[Database]:
    from models.migrate import upgrade_async

    url = own_server.url(own_server.create_database())
    await upgrade_async(url)
    opened = Database.connect(url, pool_size=4)
    async with opened.begin() as session:
        await add_connection(
            session, source="web-form", name="form", campaign="green-mortgage", token_sha256=token_sha256(TOKEN)
        )
    yield opened
    await opened.close()


def _client(parts: GatewayParts) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(parts)), base_url=PUBLIC_URL, headers=HEADERS)


async def test_killed_database_is_503_and_every_acknowledged_lead_is_there(
    own_server: PostgresServer, own_database: Database, parts: GatewayParts
) -> None:
    acknowledged: list[str] = []
    statuses: set[int] = set()
    async with _client(replace(parts, database=own_database)) as sender:

        async def send(number: int) -> None:
            answer = await sender.post(URL, json={"email": f"lead{number}@example.org"})
            statuses.add(answer.status_code)
            if answer.status_code == 200:
                acknowledged.append(answer.json()["lead_id"])
            else:
                assert answer.headers["retry-after"] == "5"
                assert "leadkeep doctor" in answer.json()["hint"]

        await send(0)
        async with asyncio.TaskGroup() as group:
            for number in range(1, 40):
                group.create_task(send(number))
                await asyncio.sleep(0.005)
                if number == 15:
                    await asyncio.to_thread(own_server.kill)
        await asyncio.to_thread(own_server.start)
        await send(100)
    assert statuses == {200, 503}
    stored = await count(own_database, Lead)
    assert stored >= len(acknowledged) >= 2
    assert await count(own_database, StagedJob) == stored == await count(own_database, InboundEvent)


async def test_a_503_can_be_sent_again_and_is_stored_once(
    own_server: PostgresServer, own_database: Database, parts: GatewayParts
) -> None:
    async with _client(replace(parts, database=own_database)) as sender:
        await asyncio.to_thread(own_server.kill)
        assert (await sender.post(URL, json={"email": "a@example.org"})).status_code == 503
        await asyncio.to_thread(own_server.start)
        answers = [(await sender.post(URL, json={"email": "a@example.org"})).json()["status"] for _ in range(2)]
    assert answers == ["accepted", "duplicate"]
    assert await count(own_database, Lead) == 1


@pytest.mark.usefixtures("connection")
async def test_redis_down_costs_no_lead_and_the_job_stays_staged(
    parts: GatewayParts, database: Database, tmp_path: Path
) -> None:
    queue = open_queue(f"unix://{tmp_path}/nobody.sock")
    async with _client(replace(parts, wake=queue.wake, queue_answers=queue.answers)) as sender:
        answer = await sender.post(URL, json={"email": "a@example.org"})
        ready = await sender.get("/readyz")
    assert answer.status_code == 200
    assert await count(database, StagedJob) == 1
    assert ready.json() == {"ready": True, "degraded": True, "parts": {"database": "ok", "queue": "down"}}
    await queue.close()


async def test_redis_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        queue = open_queue(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        async with asyncio.timeout(30):
            await queue.wake(Job(JobKind.LEAD, AN_ID))
            assert not await queue.answers()
        await queue.close()


async def test_a_job_is_queued_once_as_json_with_ids_only(redis_url: str, valkey_server: ValkeyServer) -> None:
    queue = open_queue(redis_url)
    for _ in range(2):
        await queue.wake(Job(JobKind.LEAD, AN_ID))
    assert await queue.answers()
    await queue.close()
    with redis.Redis(unix_socket_path=str(valkey_server.queue.socket_path)) as client:
        assert client.zrange("leadkeep:queue", 0, -1) == [f"lead:{AN_ID}:0".encode()]
        job = client.get(f"arq:job:lead:{AN_ID}:0")
    assert isinstance(job, bytes)
    assert job.startswith(b'{"')
    assert b'"advance"' in job
    assert str(AN_ID).encode() in job


async def test_a_restarted_queue_is_used_again(own_queue: ValkeyServer) -> None:
    queue = open_queue(own_queue.url)
    assert await queue.answers()
    await asyncio.to_thread(own_queue.kill)
    assert not await queue.answers()
    await asyncio.to_thread(own_queue.start)
    assert await queue.answers()
    await queue.close()


@pytest.fixture
def own_queue() -> Iterator[ValkeyServer]:
    """A Valkey that the test may kill."""
    with ValkeyServer() as server:
        yield server
