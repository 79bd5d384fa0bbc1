"""A real SMTP server (aiosmtpd) in the test's own event loop that stores mail and can be told to misbehave."""

import asyncio
import socket
import ssl
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Mail:
    """One accepted message: exactly the bytes that came after DATA, dot-stuffing undone."""

    envelope_from: str
    recipient: str
    content: bytes
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class SmtpFault:
    """What goes wrong with one mail: a reply instead of 250, a wait, or a dropped connection at one stage.

    `reply` at stage DATA leaves the message unstored unless `stored`; `drop` resets the connection instead of replying.
    """

    stage: str
    reply: str = ""
    delay_s: float = 0.0
    drop: bool = False
    stored: bool = False
    until: asyncio.Event | None = None
    """Nothing is answered before it is set."""


GREYLISTED = SmtpFault("RCPT", reply="450 4.7.1 Greylisted, try again later")
NO_SUCH_USER = SmtpFault("RCPT", reply="550 5.1.1 <lead@example.com>: no such user")
RELAY_DENIED = SmtpFault("RCPT", reply="554 5.7.1 <lead@example.com>: Relay access denied")
CONTENT_REFUSED = SmtpFault("DATA", reply="554 5.7.1 Message refused")
DISK_FULL = SmtpFault("DATA", reply="452 4.3.1 Insufficient system storage")
DROPPED_AFTER_ACCEPTANCE = SmtpFault("DATA", drop=True, stored=True)
DROPPED_BEFORE_ACCEPTANCE = SmtpFault("DATA", drop=True)
GARBAGE_REPLY = SmtpFault("DATA", reply="Ä?!", stored=True)


class FakeSmtp:
    """`async with FakeSmtp() as server`; then `server.url`, `server.mails`, `server.fail(…)`."""

    def __init__(
        self,
        *,
        tls_context: ssl.SSLContext | None = None,
        starttls: bool = False,
        password: str = "",
        extensions: bool = True,
    ) -> None:
        self.mails: list[Mail] = []
        self.attempts = 0
        """Connections so far."""
        self.quits = 0
        """How many of them ended with QUIT."""
        self.faults: deque[SmtpFault | None] = deque()
        self.fault_for: Callable[[Mail], SmtpFault | None] = lambda _: None
        """Asked at RCPT, with empty content, when the queue is empty."""
        self.url = ""
        self._tls_context = tls_context
        self._starttls = starttls
        self._password = password
        self._extensions = extensions
        self._server: asyncio.Server | None = None
        self._sessions: set[SMTP] = set()
        self._closing = asyncio.Event()

    def fail(self, *faults: SmtpFault | None) -> None:
        """Queue what goes wrong with the next mails, one each; None lets one pass."""
        self.faults.extend(faults)

    async def __aenter__(self) -> Self:
        implicit = self._tls_context if not self._starttls else None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", 0, ssl=implicit)
        scheme = "smtps" if implicit else "smtp+starttls" if self._starttls else "smtp"
        user = f"leadkeep:{self._password}@" if self._password else ""
        host = "localhost" if self._tls_context else "127.0.0.1"
        self.url = f"{scheme}://{user}{host}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        if self._server is not None:
            self._server.close()
        for session in list(self._sessions):
            if session.transport is not None:
                session.transport.abort()
        await asyncio.sleep(0.01)

    def _protocol(self) -> SMTP:
        self.attempts += 1
        fault = self.faults.popleft() if self.faults else None
        session = SMTP(
            _Handler(self, fault),
            hostname="mx.example.com",
            enable_SMTPUTF8=self._extensions,
            decode_data=not self._extensions,
            tls_context=self._tls_context if self._starttls else None,
            require_starttls=self._starttls,
            authenticator=self._authenticate if self._password else None,
            auth_require_tls=self._tls_context is not None and self._starttls,
            loop=asyncio.get_running_loop(),
        )
        self._sessions.add(session)
        return session

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        wanted = LoginPassword(b"leadkeep", self._password.encode())
        return AuthResult(success=data == wanted, handled=False)


class _Handler:
    """aiosmtpd's hooks for one connection."""

    def __init__(self, server: FakeSmtp, fault: SmtpFault | None) -> None:
        self._server = server
        self._fault = fault

    async def handle_MAIL(self, server: SMTP, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._reply("MAIL", server, "250 OK")

    async def handle_RCPT(self, server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        if self._fault is None:
            self._fault = self._server.fault_for(Mail(envelope.mail_from, address, b""))
        reply = await self._reply("RCPT", server, "250 OK")
        if not reply.startswith("2"):
            envelope.rcpt_tos.remove(address)
        return reply

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self._fault if self._fault and self._fault.stage == "DATA" else None
        if fault is None or fault.stored or not (fault.reply or fault.drop):
            (recipient,) = envelope.rcpt_tos
            content = envelope.content if isinstance(envelope.content, bytes) else envelope.content.encode()
            self._server.mails.append(Mail(envelope.mail_from, recipient, content, tuple(envelope.mail_options)))
        return await self._reply("DATA", server, f"250 2.0.0 OK: queued as {len(self._server.mails)}")

    async def handle_QUIT(self, server: SMTP, _session: Any, _envelope: Any) -> str:  # noqa: N802
        self._server.quits += 1
        return await self._reply("QUIT", server, "221 Bye")

    async def _reply(self, stage: str, server: SMTP, usual: str) -> str:
        fault = self._fault
        if fault is None or fault.stage != stage:
            return usual
        if fault.delay_s:
            await self._wait(fault.delay_s)
        if fault.until is not None:
            await fault.until.wait()
        if fault.drop and server.transport is not None:
            linger = struct.pack("ii", 1, 0)
            server.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            server.transport.abort()
        return fault.reply or usual

    async def _wait(self, delay_s: float) -> None:
        """Sleep, but not beyond the server's end."""
        try:
            async with asyncio.timeout(delay_s):
                await self._server._closing.wait()
        except TimeoutError:
            return
