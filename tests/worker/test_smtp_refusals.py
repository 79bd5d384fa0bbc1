"""What a final no to RCPT blames, and what a delivery tells the log: a word, never the server's text."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from appliance.logs import redact
from tests.fakes.smtp_server import NO_SUCH_USER, RELAY_DENIED, FakeSmtp, SmtpFault
from tests.worker.smtp_attempt import PATIENT, Slot, send
from worker import smtp
from worker.mail_server import MailServer, mail_server_of
from worker.smtp import Accepted, Refused, RetryLater


@pytest.fixture
async def server() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp() as running:
        yield running


@pytest.fixture
def mail_server(server: FakeSmtp) -> MailServer:
    return mail_server_of(server.url, timeouts=PATIENT)


async def refusal_of(server: FakeSmtp, mail_server: MailServer, reply: str) -> Refused:
    server.fail(SmtpFault("RCPT", reply=reply))
    refused = await send(mail_server, Slot())
    assert isinstance(refused, Refused)
    return refused


@pytest.mark.parametrize(
    "reply",
    [
        NO_SUCH_USER.reply,
        "550 5.1.0 Address rejected",
        "550 #5.1.10 RESOLVER.ADR.RecipientNotFound",
        "556 5.1.10 Domain does not accept mail",
        "550 5.2.1 The account is disabled",
        "550 No such user here",
        "551 User not local",
        "553 Mailbox name not allowed",
    ],
)
async def test_an_address_that_is_not_there_is_blamed(server: FakeSmtp, mail_server: MailServer, reply: str) -> None:
    assert (await refusal_of(server, mail_server, reply)).at_recipient


@pytest.mark.parametrize(
    "reply",
    [
        RELAY_DENIED.reply,
        "554 Relay access denied",
        "550 relay not permitted",
        "550 5.7.1 Unable to relay",
        "550 5.1.8 Sender address rejected: Domain not found",
        "550 5.7.26 This mail is unauthenticated",
        "552 5.2.2 Mailbox full",
        "550 5.2.2 Mailbox full",
        "554 5.7.1 Service unavailable; client host [5.1.1.7] blocked",
        "521 Host does not accept mail",
    ],
)
async def test_our_own_configuration_or_text_is_not_the_address_s_fault(
    server: FakeSmtp, mail_server: MailServer, reply: str
) -> None:
    assert not (await refusal_of(server, mail_server, reply)).at_recipient


async def test_an_ip_address_is_no_status(server: FakeSmtp, mail_server: MailServer) -> None:
    assert (await refusal_of(server, mail_server, "554 5.1.1.7 is listed")).status == ""


@pytest.mark.parametrize(
    "fault",
    [SmtpFault("RCPT", reply="450 4.7.1 Greylisted"), SmtpFault("RCPT", reply="hello?"), SmtpFault("RCPT", drop=True)],
)
async def test_why_it_is_tried_later_is_one_word(server: FakeSmtp, mail_server: MailServer, fault: SmtpFault) -> None:
    server.fail(fault)
    later = await send(mail_server, Slot())
    assert isinstance(later, RetryLater)
    assert redact(None, "warning", {"reason": later.reason}) == {"reason": later.reason}


async def test_a_server_that_is_not_there_is_named_by_its_error() -> None:
    gone = mail_server_of("smtp://127.0.0.1:1", timeouts=PATIENT)
    assert await send(gone, Slot()) == RetryLater("connect:connection_refused")


async def test_a_reply_to_quit_is_not_waited_for(
    server: FakeSmtp, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_QUIT_S", 3600.0)
    server.fail(SmtpFault("QUIT", delay_s=3600))
    assert isinstance(await send(mail_server, Slot()), Accepted)
    while not server.quits:
        await asyncio.sleep(0.01)
