"""What every answer carries, probes, metrics, host names, and the server that runs it all."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from appliance.roots.gateway import server_config
from gateway.app import create_app
from gateway.outbox import SinkOutbox
from gateway.parts import GatewayParts
from gateway.request_limit import RequestLimit
from models.database import Database
from models.sealing import Keyring
from tests.gateway.conftest import TOKEN
from tests.gateway.written_queue import WrittenQueue
from tests.journey_rows import add_lead

MAIL = b"Subject: =?utf-8?q?Mutuo_=E2=82=AC?=\r\nTo: a@example.org\r\n\r\nBuongiorno\r\n"
ENVELOPE = b'{"mail_from": "bank@example.org", "rcpt_tos": ["a@example.org"]}'


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/", "/login", "/healthz", "/nowhere", "/webhooks/web-form"):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self'"), path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers
        assert "server" not in headers


async def test_over_tls_browsers_are_told_to_stay_there(parts: GatewayParts) -> None:
    app = create_app(replace(parts, public_url="https://leads.bank.example"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://leads.bank.example") as client:
        assert "max-age" in (await client.get("/login")).headers["strict-transport-security"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "leads.bank.example"])
async def test_foreign_host_names_are_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/login", headers={"host": host})
    assert answer.status_code == 400
    assert "LEADKEEP_PUBLIC_URL" in answer.json()["hint"]


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1", "[::1]:8321", "LOCALHOST"])
async def test_loopback_names_are_ours(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/login", headers={"host": host})).status_code == 200


async def test_probes_answer_under_any_name(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await client.get(path, headers={"host": "gateway:8321"})).status_code == 200


async def test_unknown_routes_are_404_in_the_shape_that_was_asked_for(client: httpx.AsyncClient) -> None:
    problem = await client.get("/nowhere")
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    page = await client.get("/nowhere", headers={"accept": "text/html,*/*"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


async def test_wrong_method_is_405(client: httpx.AsyncClient) -> None:
    assert (await client.put("/healthz")).status_code == 405


async def test_no_page_of_the_interface_loads_scripts_from_elsewhere(client: httpx.AsyncClient) -> None:
    assert [(await client.get(path)).status_code for path in ("/docs", "/redoc")] == [404, 404]
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert "/webhooks/{source}" in paths
    assert not any(path.startswith(("/login", "/leads", "/review")) for path in paths)


async def test_ready_needs_a_migrated_database(parts: GatewayParts, empty_postgres_url: str) -> None:
    empty = Database.connect(empty_postgres_url, pool_size=1)
    app = create_app(replace(parts, database=empty))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=parts.public_url) as client:
        answer = await client.get("/readyz")
        assert (await client.get("/healthz")).status_code == 200
    await empty.close()
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == "not migrated"


async def test_ready_says_when_the_database_is_down(parts: GatewayParts, tmp_path: Path) -> None:
    nowhere = Database.connect(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    app = create_app(replace(parts, database=nowhere))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=parts.public_url) as client:
        answer = await client.get("/readyz")
        metrics = await client.get("/metrics")
    assert (answer.status_code, answer.json()["parts"]["database"]) == (503, "down")
    assert "leadkeep_database_up 0.0" in metrics.text
    assert "leadkeep_leads" not in metrics.text


async def test_a_lost_queue_leaves_us_ready_and_degraded(client: httpx.AsyncClient, queue: WrittenQueue) -> None:
    queue.is_up = False
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["degraded"]) == (200, True)


async def test_metrics_show_the_journey_and_no_addresses(
    client: httpx.AsyncClient, database: Database, keyring: Keyring
) -> None:
    lead_id = await add_lead(database, keyring)
    await client.get(f"/leads/{lead_id}?q=secret")
    text = (await client.get("/metrics")).text
    assert 'leadkeep_leads{state="received"} 1.0' in text
    assert 'leadkeep_leads{state="sent"} 0.0' in text
    assert 'leadkeep_oldest_waiting_seconds{state="received"}' in text
    assert "leadkeep_staged_jobs 1.0" in text
    assert "leadkeep_due_leads 1.0" in text
    assert 'leadkeep_effects{state="dead"} 0.0' in text
    assert 'leadkeep_deliveries{state="unknown"} 0.0' in text
    assert 'route="/metrics"' in (await client.get("/metrics")).text
    assert str(lead_id) not in text
    assert "secret" not in text


async def test_above_the_limit_requests_are_told_to_come_back() -> None:
    release = asyncio.Event()

    async def slow(scope: object, receive: object, send: object) -> None:  # noqa: ARG001
        await release.wait()

    limit = RequestLimit(slow, max_at_once=1)
    transport = httpx.ASGITransport(limit)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client, asyncio.TaskGroup() as group:
        held = group.create_task(limit({"type": "http", "path": "/"}, None, None))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        release.set()
        await held
    assert limit.at_once == 0


async def test_the_outbox_reads_what_the_sink_wrote(outbox_dir: Path) -> None:
    ids = [f"20261123T09300{n}.000001Z-0193c0de-0000-7000-8000-00000000000{n}" for n in (1, 2)]
    for mail_id in ids:
        (outbox_dir / f"{mail_id}.json").write_bytes(ENVELOPE)
        (outbox_dir / f"{mail_id}.eml").write_bytes(MAIL)
    (outbox_dir / "stray.eml").write_bytes(b"")
    outbox = SinkOutbox(outbox_dir)
    assert [mail.id for mail in await outbox.mails(limit=10)] == ids[::-1]
    mail = await outbox.mail(ids[0])
    assert mail is not None
    assert (mail.subject, mail.text, mail.recipients) == ("Mutuo €", "Buongiorno\n", ("a@example.org",))
    assert await outbox.mail("../../etc/passwd") is None
    assert await outbox.mail(ids[0].replace("1Z", "9Z")) is None


@asynccontextmanager
async def _served(parts: GatewayParts) -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(server_config(parts, trusted_proxies="127.0.0.1"))
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        await running


@pytest.mark.usefixtures("connection")
async def test_real_server_takes_a_lead_and_names_no_software(parts: GatewayParts) -> None:
    async with _served(parts) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as sender:
        answer = await sender.post(
            "/webhooks/web-form", json={"email": "a@example.org"}, headers={"authorization": f"Bearer {TOKEN}"}
        )
        assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
        assert "server" not in answer.headers


async def test_real_server_cuts_a_body_that_never_ends(parts: GatewayParts) -> None:
    async with _served(parts) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /webhooks/web-form HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode() + b"1000\r\n" + b" " * 4096 + b"\r\n" * 1)
        for _ in range(10):
            writer.write(b"1000\r\n" + b" " * 4096 + b"\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 413")
        writer.close()
