"""A real HTTP server on a free loopback port, in the test's own event loop, that can be told to misbehave."""

import asyncio
import json
import socket
import struct
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Self

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState


@dataclass(frozen=True)
class Recorded:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request. With `after` the effect happens first; only the answer is lost or replaced."""

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    delay_s: float = 0.0
    reset: bool = False
    hang: bool = False
    after: bool = False


RESET = Fault(reset=True)
HANG = Fault(hang=True)
GARBAGE = Fault(status=200, body=b"<html>\xff\x00 not what you asked for", headers={"Content-Type": "text/html"})
LOST_ANSWER = Fault(reset=True, after=True)


def huge(size: int = 10_000_000) -> Fault:
    return Fault(status=200, body=b'{"id":"' + b"x" * size, headers={"Content-Type": "application/json"})


class WireFake(ABC):
    """Base of every fake service: `async with Fake() as fake`, then `fake.url`, `fake.requests`, `fake.fail(…)`."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Recorded] = []
        self.faults: deque[Fault | None] = deque()
        """Consumed in order, one for each request; None lets one request pass."""
        self.fault_for: Callable[[Recorded], Fault | None] = lambda _: None
        """Asked when the queue is empty."""
        self._transports: dict[int, asyncio.Transport] = {}
        self._closing = asyncio.Event()
        self._server: asyncio.Server | None = None

    @abstractmethod
    async def respond(self, request: Recorded) -> "Response | Fault":
        """Answer as the real service does, or go wrong by the fake's own choice."""

    def fail(self, *faults: Fault | None) -> None:
        self.faults.extend(faults)

    async def __aenter__(self) -> Self:
        self._closing = asyncio.Event()
        await self._listen(port=0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close the port and every connection at once, as a killed service does."""
        self._closing.set()
        if self._server is not None:
            self._server.close()
        for transport in list(self._transports.values()):
            transport.abort()
        self._transports.clear()
        await asyncio.sleep(0)

    async def restart(self) -> None:
        """Serve again at the same address, with the same memory."""
        self._closing = asyncio.Event()
        await self._listen(port=int(self.url.rpartition(":")[2]))

    async def _listen(self, port: int) -> None:
        transports = self._transports

        class Protocol(H11Protocol):
            def connection_made(self, transport: Any) -> None:
                super().connection_made(transport)
                transports[transport.get_extra_info("peername")[1]] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.transport.get_extra_info("peername")[1], None)
                super().connection_lost(exc)

        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http=Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )
        config.load()
        state = ServerState()
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Protocol(config=config, server_state=state, app_state={}), "127.0.0.1", port
        )
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        recorded = Recorded(
            request.method, request.url.path, dict(request.query_params), dict(request.headers), await request.body()
        )
        self.requests.append(recorded)
        outcome = await self._outcome(recorded)
        response = await self._inflict(outcome, scope["client"][1]) if isinstance(outcome, Fault) else outcome
        if response is not None:
            await response(scope, receive, send)

    async def _outcome(self, recorded: Recorded) -> Response | Fault:
        fault = self.faults.popleft() if self.faults else self.fault_for(recorded)
        if fault is None:
            return await self.respond(recorded)
        if fault == Fault(delay_s=fault.delay_s):
            await asyncio.sleep(fault.delay_s)
            return await self.respond(recorded)
        if fault.after:
            await self.respond(recorded)
        return fault

    async def _inflict(self, fault: Fault, client_port: int) -> Response | None:
        await asyncio.sleep(fault.delay_s)
        if fault.hang:
            await self._closing.wait()
        if fault.reset or fault.hang:
            await self._reset(client_port)
            return None
        return Response(fault.body, fault.status, dict(fault.headers))

    async def _reset(self, client_port: int) -> None:
        """Answer with RST instead of an orderly close."""
        transport = self._transports.pop(client_port, None)
        if transport is not None:
            linger = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            transport.abort()
        await asyncio.sleep(0.01)


def json_answer(body: object, status: int = HTTPStatus.OK) -> Response:
    return JSONResponse(body, status)
