"""The gateway's composition root."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from appliance.addresses import addresses
from appliance.keys import read_master_key
from appliance.ports import listen, require_free
from appliance.settings import Settings
from gateway.app import create_app
from gateway.enqueue import open_queue
from gateway.language import lingua_detector
from gateway.parts import GatewayParts
from models.campaigns import load_campaigns
from models.clock import system_clock
from models.database import Database
from models.migrate import newest_revision
from models.queries.server import require_master_key
from models.sealing import Keyring

KEEP_ALIVE_S = 30
GRACE_S = 8
"""For requests in flight when told to stop; the supervisor gives a child less than 15 seconds."""
MAX_HEAD_BYTES = 16_384
BACKLOG = 512


@asynccontextmanager
async def gateway_parts(settings: Settings) -> AsyncIterator[GatewayParts]:
    """Build everything that the gateway works with, and close it; database and queue may be down meanwhile.

    Raises SealError under a wrong master key: what it sealed could not be read later.
    """
    where = addresses(settings)
    database = Database.connect(where.database_url)
    keyring = Keyring.from_master_key(read_master_key(settings.master_key_path))
    queue = open_queue(where.redis_url)
    try:
        await require_master_key(database, keyring)
        yield GatewayParts(
            database=database,
            keyring=keyring,
            campaigns=load_campaigns(settings.campaigns_dir),
            detect=lingua_detector(),
            wake=queue.wake,
            queue_answers=queue.answers,
            clock=system_clock,
            public_url=settings.base_url,
            revision=newest_revision(),
            body_limit_bytes=settings.body_limit_bytes,
            session_hours=settings.session_hours,
            outbox_dir=where.outbox_dir,
        )
    finally:
        await queue.close()
        await database.close()


async def serve(settings: Settings) -> None:
    """Listen until SIGTERM or SIGINT; requests in flight are finished."""
    with listening(settings.host, settings.port) as listeners:
        async with gateway_parts(settings) as parts:
            server = uvicorn.Server(server_config(parts, trusted_proxies=settings.trusted_proxies))
            await server.serve(sockets=listeners)


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Bind before anything is built, so that a taken port is said at once. Raises PortTakenError."""
    require_free(host, port, purpose="the gateway", variable="LEADKEEP_PORT")
    listeners = listen(host, port, backlog=BACKLOG)
    try:
        yield listeners
    finally:
        for listener in listeners:
            listener.close()


def server_config(parts: GatewayParts, *, trusted_proxies: str) -> uvicorn.Config:
    """Return the server's limits; h11 because it is the strictest parser of requests."""
    return uvicorn.Config(
        create_app(parts),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        backlog=BACKLOG,
    )
