"""The local end of every mail while no SMTP server is configured: accepts all, delivers nothing, shows it at /outbox.

Each mail becomes `<utc-time>-<uuid>.eml`, byte for byte as received, with its envelope in a `.json` beside it. The mail
is written last and by rename, so whoever lists `*.eml` sees only whole mails.
"""

import asyncio
import json
import os
import signal
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from appliance import logs
from appliance.settings import load_settings
from models.clock import Clock, system_clock

log = structlog.get_logger(__name__)

SIZE_LIMIT_BYTES = 10 * 1024 * 1024
ACCEPTED = "250 2.0.0 Kept in the outbox"
FULL = "452 4.3.1 No room in the outbox"


class Received(Protocol):
    """What aiosmtpd hands over of one mail."""

    mail_from: str | None
    rcpt_tos: list[str]
    content: bytes | str | None


class Outbox:
    """A directory of received mails; aiosmtpd calls `handle_DATA` with each."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self.directory = directory
        self.clock = clock

    async def handle_DATA(self, server: object, session: object, envelope: Received) -> str:  # noqa: ARG002, N802
        """Store the mail durably, then accept it; a full disk is a temporary failure, so the sender tries again."""
        try:
            mail_id = await asyncio.to_thread(self._store, envelope)
        except OSError:
            log.exception("outbox.full")
            return FULL
        log.info("outbox.kept", mail_id=mail_id)
        return ACCEPTED

    def _store(self, envelope: Received) -> str:
        received_at = self.clock()
        name = f"{_stamp(received_at)}-{uuid.uuid4()}"
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        facts = {
            "mail_from": envelope.mail_from,
            "rcpt_tos": envelope.rcpt_tos,
            "received_at": received_at.isoformat(),
            "size_bytes": len(content),
        }
        _write(self.directory / f"{name}.json", json.dumps(facts).encode())
        _write(self.directory / f"{name}.eml", content)
        return name


async def serve(outbox: Outbox, *, host: str, port: int, stopped: Callable[[], asyncio.Future[None]]) -> None:
    """Listen until the future from `stopped` is done."""
    from aiosmtpd.smtp import SMTP

    outbox.directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def protocol() -> SMTP:
        return SMTP(outbox, hostname="localhost", data_size_limit=SIZE_LIMIT_BYTES, enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(protocol, host=host, port=port)
    async with server:
        log.info("outbox.listening", port=port)
        await stopped()


def main() -> None:
    """Run the sink as a child of the box."""
    settings = load_settings()
    logs.configure(settings.log_level)
    outbox = Outbox(settings.outbox_dir, system_clock)
    asyncio.run(serve(outbox, host="127.0.0.1", port=settings.smtp_sink_port, stopped=_until_signal))


def _until_signal() -> asyncio.Future[None]:
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    return stopped


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S.%fZ")


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


if __name__ == "__main__":
    main()
