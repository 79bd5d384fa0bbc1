"""Delivery over real SMTP: what each moment of failure means, and that the bytes leave as they were approved."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from models.errors import InvalidInputError
from tests.fakes.smtp_server import (
    CONTENT_REFUSED,
    DISK_FULL,
    DROPPED_AFTER_ACCEPTANCE,
    DROPPED_BEFORE_ACCEPTANCE,
    GARBAGE_REPLY,
    GREYLISTED,
    NO_SUCH_USER,
    FakeSmtp,
    SmtpFault,
)
from tests.worker.smtp_attempt import LEAD, MESSAGE, PATIENT, SENDER, Slot, send
from worker.mail_server import MailServer, mail_server_of
from worker.smtp import Accepted, Refused, RetryLater, SmtpReply, Unknown, deliver, probe


@pytest.fixture
async def server() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp() as running:
        yield running


@pytest.fixture
def mail_server(server: FakeSmtp) -> MailServer:
    return mail_server_of(server.url, timeouts=PATIENT)


@pytest.fixture
def slot() -> Slot:
    return Slot()


async def test_the_bytes_that_arrive_are_the_bytes_that_were_approved(
    server: FakeSmtp, mail_server: MailServer, slot: Slot
) -> None:
    assert isinstance(await send(mail_server, slot), Accepted)
    (mail,) = server.mails
    assert hashlib.sha256(mail.content).hexdigest() == hashlib.sha256(MESSAGE).hexdigest()
    assert (mail.envelope_from, mail.recipient) == (SENDER, LEAD)


async def test_a_message_of_the_email_package_arrives_unchanged(
    server: FakeSmtp, mail_server: MailServer, slot: Slot
) -> None:
    written = EmailMessage(policy=SMTP)
    written["Subject"] = "La tua richiesta è arrivata"
    written.set_content("Perché no?\n.\n" + "x" * 3000, charset="utf-8", cte="quoted-printable")
    await send(mail_server, slot, message=written.as_bytes())
    assert server.mails[0].content == written.as_bytes()


async def test_the_slot_is_committed_between_recipient_and_data(server: FakeSmtp, mail_server: MailServer) -> None:
    seen: list[int] = []

    async def commit() -> None:
        seen.append(len(server.mails))

    await deliver(mail_server, SENDER, LEAD, message=MESSAGE, before_data=commit)
    assert seen == [0]
    assert len(server.mails) == 1


async def test_a_lost_slot_sends_nothing_and_its_error_is_the_callers(
    server: FakeSmtp, mail_server: MailServer
) -> None:
    class SlotTakenError(Exception):
        pass

    async def refuse() -> None:
        raise SlotTakenError

    with pytest.raises(SlotTakenError):
        await deliver(mail_server, SENDER, LEAD, message=MESSAGE, before_data=refuse)
    assert server.mails == []


@pytest.mark.parametrize(
    ("fault", "outcome", "commits"),
    [
        (GREYLISTED, RetryLater("smtp_450"), 0),
        (NO_SUCH_USER, Refused(550, "5.1.1", at_recipient=True), 0),
        (SmtpFault("MAIL", reply="451 4.3.0 Try later"), RetryLater("smtp_451"), 0),
        (SmtpFault("MAIL", reply="553 5.1.8 Sender refused"), Refused(553, "5.1.8"), 0),
        (SmtpFault("MAIL", reply="530 5.7.0 Authentication required"), RetryLater("smtp_530"), 0),
        (SmtpFault("RCPT", reply="hello?"), RetryLater("unreadable_reply"), 0),
        (SmtpFault("RCPT", drop=True), None, 0),
        (DISK_FULL, RetryLater("smtp_452"), 1),
        (CONTENT_REFUSED, Refused(554, "5.7.1"), 1),
    ],
)
async def test_a_clear_refusal_says_whether_to_try_again(
    server: FakeSmtp, mail_server: MailServer, slot: Slot, fault: SmtpFault, outcome: SmtpReply | None, commits: int
) -> None:
    server.fail(fault)
    reply = await send(mail_server, slot)
    assert reply == outcome if outcome else isinstance(reply, RetryLater)
    assert slot.commits == commits
    assert server.mails == []


@pytest.mark.parametrize(
    "fault",
    [
        DROPPED_AFTER_ACCEPTANCE,
        DROPPED_BEFORE_ACCEPTANCE,
        GARBAGE_REPLY,
        SmtpFault("DATA", reply="299 maybe", stored=True),
        SmtpFault("DATA", delay_s=30, stored=True),
    ],
)
async def test_no_clear_reply_after_data_is_unknown(
    server: FakeSmtp, mail_server: MailServer, slot: Slot, fault: SmtpFault
) -> None:
    server.fail(fault)
    assert isinstance(await send(replace(mail_server, timeouts=replace(PATIENT, data_s=0.3)), slot), Unknown)
    assert slot.commits == 1


async def test_a_slow_relay_is_waited_for(server: FakeSmtp, mail_server: MailServer, slot: Slot) -> None:
    server.fail(SmtpFault("DATA", delay_s=0.5))
    assert isinstance(await send(mail_server, slot), Accepted)
    assert len(server.mails) == 1


async def test_a_relay_that_hangs_before_data_is_tried_later(
    server: FakeSmtp, mail_server: MailServer, slot: Slot
) -> None:
    server.fail(SmtpFault("RCPT", delay_s=30))
    impatient = replace(mail_server, timeouts=replace(PATIENT, command_s=0.3))
    assert isinstance(await send(impatient, slot), RetryLater)
    assert slot.commits == 0


async def test_a_relay_that_is_not_there_is_tried_later(mail_server: MailServer, slot: Slot) -> None:
    assert isinstance(await send(replace(mail_server, port=1), slot), RetryLater)
    assert slot.commits == 0


async def test_a_relay_that_never_greets_is_tried_later(slot: Slot) -> None:
    done = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    mute = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = mute.sockets[0].getsockname()[1]
    silent_relay = mail_server_of(f"smtp://127.0.0.1:{port}", timeouts=replace(PATIENT, connect_s=0.2))
    assert isinstance(await send(silent_relay, slot), RetryLater)
    done.set()
    mute.close()
    await mute.wait_closed()


async def test_a_cancelled_delivery_leaves_no_connection(server: FakeSmtp, mail_server: MailServer, slot: Slot) -> None:
    server.fail(SmtpFault("DATA", delay_s=30))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await send(mail_server, slot)
    assert slot.commits == 1


async def test_an_outcome_quotes_nobodys_address(server: FakeSmtp, mail_server: MailServer, slot: Slot) -> None:
    server.fail(NO_SUCH_USER, SmtpFault("DATA", reply="250 2.0.0 <marco@example.it> Ok: queued as 4B1"))
    assert "@" not in str(await send(mail_server, slot))
    accepted = await send(mail_server, slot)
    assert accepted == Accepted("2.0.0 … Ok: queued as 4B1")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.it\r\nRCPT TO:<all@b.it>",
        "a@b.it> SIZE=1",
        "<a@b.it>",
        "a b@c.it",
        '"a b"@c.it',
        "a@b.it,c@d.it",
        "a@b@c.it",
        "no-at-sign",
        "",
        "a@b.it\x00",
        "a\ud800@b.it",
        "a\u202e@b.it",
    ],
)
async def test_an_address_cannot_smuggle_a_command(
    server: FakeSmtp, mail_server: MailServer, slot: Slot, address: str
) -> None:
    with pytest.raises(InvalidInputError):
        await send(mail_server, slot, recipient=address)
    with pytest.raises(InvalidInputError):
        await deliver(mail_server, address, LEAD, message=MESSAGE, before_data=slot.commit)
    assert server.attempts == 0


@pytest.mark.parametrize("message", [b"", b"Subject: x\n\nbody\n", b"a\r\n\rb\r\n", b"no end", b"x\r\n.\n\r\n"])
async def test_a_message_without_crlf_line_ends_is_refused(
    server: FakeSmtp, mail_server: MailServer, slot: Slot, message: bytes
) -> None:
    with pytest.raises(InvalidInputError, match="CRLF"):
        await send(mail_server, slot, message=message)
    assert server.attempts == 0


async def test_a_non_ascii_address_travels_by_smtputf8(server: FakeSmtp, mail_server: MailServer, slot: Slot) -> None:
    assert isinstance(await send(mail_server, slot, recipient="niccolò@esempio.it"), Accepted)
    assert server.mails[0].recipient == "niccolò@esempio.it"
    assert "SMTPUTF8" in server.mails[0].options


async def test_eight_bit_bytes_travel_unchanged(server: FakeSmtp, mail_server: MailServer, slot: Slot) -> None:
    message = "Subject: x\r\n\r\nperché\r\n".encode()
    await send(mail_server, slot, message=message)
    assert server.mails[0].content == message
    assert "BODY=8BITMIME" in server.mails[0].options


async def test_a_server_without_smtputf8_refuses_such_an_address(slot: Slot) -> None:
    async with FakeSmtp(extensions=False) as old:
        reply = await send(mail_server_of(old.url, timeouts=PATIENT), slot, recipient="niccolò@esempio.it")
    assert reply == Refused(553, "5.6.7")
    assert slot.commits == 0


async def test_probe_says_nothing_of_a_good_server_and_a_sentence_of_a_bad_one(
    server: FakeSmtp, mail_server: MailServer
) -> None:
    assert await probe(mail_server) == ""
    assert (await probe(replace(mail_server, port=1))).startswith("The mail server does not answer")
    assert server.mails == []
