"""Mail over SMTP, effect-once: everything before DATA may be repeated, nothing after it.

RFC 5321 section 6.1 admits the gap between the final dot and the reply: whoever loses the connection there cannot
know whether the message was taken. So the caller commits its send slot in `before_data`, and an outcome that
nobody can know is a value (`Unknown`) that a person looks at, never a reason to send again.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import aiosmtplib

from models.errors import InvalidInputError
from worker.mail_server import MailServer, MailServerSecurity

_TRANSIENT: Final = range(400, 500)
_PERMANENT: Final = range(500, 600)
_OURS_TO_MEND: Final = frozenset({530, 534, 535, 538})
"""Authentication is missing or wrong (RFC 4954): the operator's settings, not this recipient."""
_CANNOT_CARRY: Final = 553
"""What RFC 6531 section 3.5 lets a server answer to an address that it cannot carry."""
_NO_SUCH_ADDRESS: Final = frozenset({550, 551, 553})
"""What a server without enhanced status codes answers to an address that it does not have (RFC 5321 section 4.2.3)."""
_DISABLED: Final = "5.2.1"
_OF_THE_SENDER: Final = frozenset({"5.1.7", "5.1.8"})
"""The two among RFC 3463's address codes that blame the sender's address; Postfix says so at RCPT."""
_RELAYING = re.compile(r"\brelay", re.IGNORECASE)
_ENHANCED_STATUS = re.compile(r"\W{0,2}([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
"""At the beginning of the text (RFC 2034), where no IP address can be taken for one."""
_LONE_LINE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_ADDRESS = re.compile(r'[^\s<>@",;:\\()\[\]]{1,64}@[^\s<>@",;:\\()\[\]]{1,255}')
_REPLY_CHARS: Final = 200
_QUIT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the message; `reply` is its last line (often a queue id), addresses blotted out."""

    reply: str


@dataclass(frozen=True, slots=True)
class RetryLater:
    """The message was certainly not taken and may be tried again; `reason` is one word, such as `smtp_450`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will never take this message for this recipient. `status` is RFC 3463's, if given."""

    code: int
    status: str = ""
    at_recipient: bool = False
    """A bounce: there is no such address. Otherwise sender, content or configuration is at fault, not the address."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The server may or may not have taken the message; it must not be sent again. `reason` is one word."""

    reason: str


SmtpReply: TypeAlias = Accepted | RetryLater | Refused | Unknown


async def deliver(
    server: MailServer,
    envelope_from: str,
    recipient: str,
    *,
    message: bytes,
    before_data: Callable[[], Awaitable[None]],
) -> SmtpReply:
    """Hand exactly these bytes to the server for one recipient; only dot-stuffing is added on the wire.

    `before_data` runs once the server has accepted the recipient and commits the send slot; when it raises, nothing
    was sent and its error is the caller's. A cancellation after it leaves the outcome unknown. Nothing is waited for
    once the outcome is known.
    Raises InvalidInputError when an address or the message could smuggle SMTP commands.
    """
    _check_address(envelope_from)
    _check_address(recipient)
    _check_message(message)
    smtp = _client(server)
    try:
        refusal = await _open_envelope(smtp, server, envelope_from, recipient, utf8=not message.isascii())
        if refusal is not None:
            return refusal
        await before_data()
        reply = await _transmit(smtp, message, server.timeouts.data_s)
        if not isinstance(reply, Unknown):
            _say_quit(smtp)
        return reply
    finally:
        smtp.close()


async def probe(server: MailServer) -> str:
    """Connect, greet and authenticate without sending; return a problem as a sentence, empty when there is none."""
    smtp = _client(server)
    try:
        await _connect(smtp, server)
        await _part(smtp)
    except (aiosmtplib.SMTPException, OSError) as error:
        return f"The mail server does not answer as it should: {_describe(error)}."
    finally:
        smtp.close()
    return ""


def _client(server: MailServer) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.greeting_name,
        timeout=server.timeouts.command_s,
        use_tls=server.security is MailServerSecurity.TLS,
        start_tls=server.security is MailServerSecurity.STARTTLS,
        cert_bundle=server.ca_file or None,
        username=server.username or None,
        password=server.password or None,
    )


async def _connect(smtp: aiosmtplib.SMTP, server: MailServer) -> None:
    """Open the session, authenticate where the server has a user, and greet."""
    try:
        async with asyncio.timeout(server.timeouts.connect_s):
            await smtp.connect()
    except TimeoutError:
        msg = "no connection in time"
        raise aiosmtplib.SMTPConnectTimeoutError(msg) from None
    await smtp.ehlo()


async def _open_envelope(
    smtp: aiosmtplib.SMTP, server: MailServer, envelope_from: str, recipient: str, *, utf8: bool
) -> SmtpReply | None:
    """Run everything up to the accepted recipient; None means that DATA may follow."""
    try:
        await _connect(smtp, server)
        options = _mail_options(smtp, envelope_from + recipient, eight_bit=utf8)
        if options is None:
            return Refused(_CANNOT_CARRY, "5.6.7")
        await smtp.mail(envelope_from, options=options, encoding="utf-8")
        await smtp.rcpt(recipient, encoding="utf-8")
    except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused) as error:
        return _refusal(error) or RetryLater(_word(error))
    except (aiosmtplib.SMTPException, OSError) as error:
        return RetryLater(_word(error))
    return None


def _mail_options(smtp: aiosmtplib.SMTP, addresses: str, *, eight_bit: bool) -> list[str] | None:
    """Return MAIL's options for what must be carried, None when this server cannot carry it."""
    wanted = {"smtputf8": not addresses.isascii(), "8bitmime": eight_bit}
    if any(needed and not smtp.supports_extension(extension) for extension, needed in wanted.items()):
        return None
    return ["SMTPUTF8"] * wanted["smtputf8"] + ["BODY=8BITMIME"] * wanted["8bitmime"]


async def _transmit(smtp: aiosmtplib.SMTP, message: bytes, data_s: float) -> SmtpReply:
    """Send DATA and wait for the final reply; from here on only a clear refusal says that nothing was taken."""
    if not smtp.is_connected:
        return RetryLater("lost_before_data")
    try:
        response = await smtp.data(message, timeout=data_s)
    except aiosmtplib.SMTPResponseException as error:
        return _refusal(error) or Unknown(_word(error))
    except (aiosmtplib.SMTPException, OSError) as error:
        return Unknown(_word(error))
    return Accepted(_blot(response.message))


def _refusal(error: aiosmtplib.SMTPResponseException) -> RetryLater | Refused | None:
    """Read a reply that is not the expected one; anything but 4xx and 5xx is no clear refusal."""
    if error.code in _TRANSIENT or error.code in _OURS_TO_MEND:
        return RetryLater(_word(error))
    if error.code in _PERMANENT:
        found = _ENHANCED_STATUS.match(error.message)
        status = found[1] if found else ""
        at_recipient = isinstance(error, aiosmtplib.SMTPRecipientRefused) and _blames_address(error, status)
        return Refused(error.code, status, at_recipient=at_recipient)
    return None


def _blames_address(error: aiosmtplib.SMTPResponseException, status: str) -> bool:
    """Tell whether a final no to RCPT says that there is no such address, and not that we may not send to it."""
    if status:
        return status == _DISABLED or (status.startswith("5.1.") and status not in _OF_THE_SENDER)
    return error.code in _NO_SUCH_ADDRESS and not _RELAYING.search(error.message)


def _say_quit(smtp: aiosmtplib.SMTP) -> None:
    """Say QUIT and wait for no reply: the outcome is known and waits to be settled (RFC 5321 section 4.1.1.10)."""
    transport = cast("asyncio.Transport | None", smtp.transport)
    if transport is not None and not transport.is_closing():
        transport.write(b"QUIT\r\n")


async def _part(smtp: aiosmtplib.SMTP) -> None:
    """Say QUIT; what becomes of it changes nothing."""
    try:
        await smtp.quit(timeout=_QUIT_S)
    except (aiosmtplib.SMTPException, OSError):
        return


def _word(error: BaseException) -> str:
    """Name a failure in one word that a log may carry: `smtp_450`, `connect_timeout`, `connect:connection_refused`."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"smtp_{error.code}" if error.code > 0 else "unreadable_reply"
    name = type(error).__name__.removeprefix("SMTP").removesuffix("Error")
    word = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return f"{word}:{_word(error.__cause__)}" if error.__cause__ else word


def _describe(error: BaseException) -> str:
    """Name a failure without the server's words, which may quote an address."""
    code = f" {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) else ""
    cause = f" ({type(error.__cause__).__name__})" if error.__cause__ else ""
    return f"{type(error).__name__}{code}{cause}"


def _blot(reply: str) -> str:
    last = reply.splitlines()[-1] if reply else ""
    printable = "".join(character if character.isprintable() else " " for character in last)
    return re.sub(r"\S*@\S*", "…", printable)[:_REPLY_CHARS]


def _check_address(address: str) -> None:
    """Refuse what could end the address on the command line (OWASP ASVS 1.3.11); quoted local parts included."""
    if not (_ADDRESS.fullmatch(address) and address.isprintable()):
        msg = "An e-mail address cannot be put on an SMTP command line."
        raise InvalidInputError(msg, hint="Correct the lead's or the sender's address.")


def _check_message(message: bytes) -> None:
    """Refuse bytes that would not leave exactly as they were approved: line ends must be CRLF, the last one too."""
    if not message.endswith(b"\r\n") or _LONE_LINE_END.search(message):
        msg = "A message must use CRLF line ends throughout."
        raise InvalidInputError(msg, hint="Render it with the SMTP policy of the email package.")
