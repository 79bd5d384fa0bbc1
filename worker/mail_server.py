"""Where mail leaves: the operator's SMTP URL, read once into what a delivery needs."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from models.errors import InvalidInputError


class MailServerSecurity(StrEnum):
    """How the connection is protected; the value is the URL's scheme."""

    PLAIN = "smtp"
    STARTTLS = "smtp+starttls"
    """Required: without it nothing is sent."""
    TLS = "smtps"


_PORTS = {MailServerSecurity.PLAIN: 25, MailServerSecurity.STARTTLS: 587, MailServerSecurity.TLS: 465}


@dataclass(frozen=True, slots=True)
class SmtpTimeouts:
    """Seconds; the last two are RFC 5321 section 4.5.3.2's: a server may think about a message for ten minutes."""

    connect_s: float = 30.0
    """For connection, TLS and authentication together."""
    command_s: float = 60.0
    data_s: float = 600.0
    """For each of DATA's two replies. Giving up early turns a slow server into an unknown outcome."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """One SMTP server and how to speak to it."""

    host: str
    port: int
    security: MailServerSecurity
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    """The private authority that signed the server's certificate; empty means the system's."""
    greeting_name: str = "localhost"
    """What EHLO says; a public server may want the sending host's name."""
    timeouts: SmtpTimeouts = SmtpTimeouts()


def mail_server_of(
    url: str, *, ca_file: str = "", greeting_name: str = "localhost", timeouts: SmtpTimeouts | None = None
) -> MailServer:
    """Read `smtp://`, `smtp+starttls://` or `smtps://` with optional `user:password@` and port.

    Raises InvalidInputError, without quoting the URL, when it cannot be used; a password over an unprotected
    connection is refused except on this host.
    """
    try:
        parts = urlsplit(url)
        security, host, port = MailServerSecurity(parts.scheme), parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        _refuse("it must look like smtps://user:password@mail.example.com:465")
    if not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        _refuse("it must name a host and nothing after the port")
    if parts.username and security is MailServerSecurity.PLAIN and not _is_this_host(host):
        _refuse("a password needs smtps:// or smtp+starttls://")
    return MailServer(
        host=host,
        port=port or _PORTS[security],
        security=security,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca_file=ca_file,
        greeting_name=greeting_name,
        timeouts=timeouts or SmtpTimeouts(),
    )


def _is_this_host(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse(why: str) -> NoReturn:
    msg = f"The SMTP URL cannot be used: {why}."
    raise InvalidInputError(msg, hint="Correct LEADKEEP_SMTP_URL.") from None
