"""The sink accepts every mail over real SMTP and keeps it byte for byte, whole or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from appliance import mail_sink
from appliance.mail_sink import Outbox, serve

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
async def sink(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[tuple[Path, int]]:
    stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    outbox = Outbox(tmp_path / "outbox", lambda: NOW)
    serving = asyncio.create_task(serve(outbox, host="127.0.0.1", port=unused_tcp_port, stopped=lambda: stopped))
    async with asyncio.timeout(50):
        while not await _listens(unused_tcp_port):
            await asyncio.sleep(0.02)
    yield outbox.directory, unused_tcp_port
    stopped.set_result(None)
    await serving


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def send(port: int, message: bytes, recipient: str = "marco@example.com") -> str:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        _, reply = await client.sendmail("desk@example.com", [recipient], message)
        return reply


async def test_mail_is_kept_byte_for_byte_with_its_envelope(sink: tuple[Path, int]) -> None:
    directory, port = sink
    mail = b"Message-ID: <1@leadkeep>\r\nSubject: Ciao\r\n\r\n.dot first\r\nno line end at the end\r\n"
    await send(port, mail)
    (kept,) = directory.glob("*.eml")
    assert kept.read_bytes() == mail
    assert kept.name.startswith("20261123T093000.000000Z-")
    assert json.loads(kept.with_suffix(".json").read_text()) == {
        "mail_from": "desk@example.com",
        "rcpt_tos": ["marco@example.com"],
        "received_at": "2026-11-23T09:30:00+00:00",
        "size_bytes": len(mail),
    }


async def test_same_mail_twice_is_two_files_so_that_a_duplicate_can_be_counted(sink: tuple[Path, int]) -> None:
    directory, port = sink
    for _ in range(2):
        await send(port, b"Message-ID: <same@leadkeep>\r\n\r\nhello\r\n")
    assert len(list(directory.glob("*.eml"))) == 2


async def test_address_beyond_ascii_is_accepted(sink: tuple[Path, int]) -> None:
    directory, port = sink
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.com", "józef@example.com", "è"
    message.set_content("perché no")
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        await client.send_message(message)
    (kept,) = directory.glob("*.json")
    assert json.loads(kept.read_text())["rcpt_tos"] == ["józef@example.com"]


async def test_mail_that_cannot_be_kept_is_refused_for_now_and_leaves_no_half_file(sink: tuple[Path, int]) -> None:
    directory, port = sink
    directory.rename(directory.with_name("elsewhere"))
    with pytest.raises(aiosmtplib.SMTPDataError) as caught:
        await send(port, b"Message-ID: <1@leadkeep>\r\n\r\nhello\r\n")
    assert caught.value.code == int(mail_sink.FULL[:3])
    assert list(directory.with_name("elsewhere").iterdir()) == []
