"""What the desk is built from: the gateway makes these once and passes them to `ui.app.create_router`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.clock import Clock
from models.database import Database
from models.policy import Campaign
from models.queries.intake import Job
from models.sealing import Keyring
from ui.signin.passwords import HashingQueue

Wake = Callable[[Job], Awaitable[None]]
"""Queues committed work at once; must never raise: the relay finds the work anyway."""


@dataclass(frozen=True)
class KeptMail:
    """One mail that the local sink caught; `text` is its decoded body, `headers` its decoded headers in order."""

    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    size_bytes: int
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class Outbox(Protocol):
    """The local sink's mails, newest first; present only while no SMTP server is configured."""

    async def mails(self, *, limit: int) -> Sequence[KeptMail]:
        """Return the newest mails, without their texts."""
        ...

    async def mail(self, mail_id: str) -> KeptMail | None:
        """Return one whole mail; None when there is none by this id (ids come from the URL: check them)."""
        ...


@dataclass(frozen=True)
class UiParts:
    """Everything the desk needs; `public_url` without a slash at its end."""

    database: Database
    keyring: Keyring
    campaigns: Mapping[str, Campaign]
    clock: Clock
    wake: Wake
    public_url: str
    session_hours: int = 12
    outbox: Outbox | None = None
    hashing: HashingQueue = field(default_factory=HashingQueue)

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the desk over TLS, so that cookies can be bound to it."""
        return self.public_url.startswith("https://")
